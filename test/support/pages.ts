import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { repo } from "../lab/settings.ts";

/** The pages that users read. */

export interface Page {
  /** relative to the repository */
  readonly file: string;
  readonly text: string;
}

/** A fenced block: what stands behind the opening fence, e.g. `sh real-cloud`, and its lines. */
export interface Block {
  readonly file: string;
  readonly info: string;
  readonly lines: readonly string[];
}

/** Files of Markdown directly in a folder of the repository. */
const markdownIn = (folder: string): string[] =>
  readdirSync(path.join(repo, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(folder, name));

export const pages: readonly Page[] = ["", "docs"]
  .flatMap(markdownIn)
  .map((file) => ({ file, text: readFileSync(path.join(repo, file), "utf8") }));

const fences = /^( *)```([^\n]*)\n(.*?)^\1```$/gms;

/** The text of a page without its blocks. */
export const proseOf = ({ text }: Page): string => text.replaceAll(fences, "");

export const blocksOf = ({ file, text }: Page): Block[] =>
  [...text.matchAll(fences)].map(([, indent = "", info = "", body = ""]) => ({
    file,
    info,
    lines: body.split("\n").map((line) => line.slice(indent.length)),
  }));

/** A command of package.json with what follows it: `npm run status -- --stack <env>`. */
export interface NpmCommand {
  readonly script: string;
  readonly options: readonly string[];
}

/** The npm commands of a page, in blocks and in the text. */
export function npmCommandsOf({ text }: Page): NpmCommand[] {
  const commands = text.matchAll(/\bnpm run ((?:-s )?)([\w:-]+)((?: -s)?)(?: -- ([^`#\n]*))?/g);
  return [...commands].map(([, , script = "", , rest = ""]) => ({
    script,
    options: rest.split(/\s+/).filter((word) => /^--?[a-z]/.test(word)),
  }));
}

/** What a page shows as typed: the lines of its blocks of commands, without comments, and its code within the text. */
export function typedOf(page: Page): string[] {
  const lines = blocksOf(page)
    .filter(({ info }) => info.startsWith("sh"))
    .flatMap(({ lines: all }) => all.map((line) => line.replace(/(^|\s)#.*/, "")));
  const spans = [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll("\n", " "));
  return [...lines, ...spans];
}
