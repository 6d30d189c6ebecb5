import path from "node:path";

const note = "Paths are those of the repository that this package is built from.";

/**
 * The package's README, from a page of the repository: its links to other files of the repository become their names, since the
 * package has none of these, and nobody has decided yet where the repository is published. Pure.
 *
 * @param folder of the page, relative to the repository
 */
export function packageReadme(page: string, folder: string): string {
  const [title = "", ...rest] = page.split("\n");
  const text = rest
    .join("\n")
    .replaceAll(/\[([^\]]+)\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g, (_, words: string, link: string) => {
      const file = path.posix.join(folder, link);
      return words.replace(/\/$/, "") === file ? `\`${file}\`` : `${words} (\`${file}\`)`;
    });
  return `${title}\n\n${note}\n${text}`;
}
