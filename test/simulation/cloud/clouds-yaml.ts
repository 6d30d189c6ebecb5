import type { readFile } from "node:fs/promises";
import { cloudHost } from "./cloud.ts";

/**
 * The file that the program reads its cloud from. A real one would be read on a native thread, which ends whenever it does.
 * Each process of the plugin has an entry of its own: so the cloud knows who asks, and nobody hears of one that is gone.
 */
export const cloudsFile = "/simulated/clouds.yaml";

/** The name of a process' entry is its own. */
const entry = (name: string): object => ({
  auth: {
    auth_url: `http://${name}.${cloudHost}/v3`,
    username: "u",
    password: "canary-pass-93",
    project_name: "metal",
    user_domain_id: "default",
    project_domain_id: "default",
  },
});

const content = (processes: readonly string[]): string =>
  JSON.stringify({ clouds: Object.fromEntries(processes.map((name) => [name, entry(name)])) });

/** What the program looks for beside it; what tests read is real (interruption.test.ts). */
const ofTheCloud = /\/(?:clouds|clouds-public|secure)\.ya?ml$/;

/**
 * As node:fs/promises' own, but for the files of a cloud.
 *
 * @param processes names of those of the run that is under way
 */
export const readSimulatedFile = (real: typeof readFile, processes: () => readonly string[]): typeof readFile =>
  ((file: string, ...options: [BufferEncoding]) => {
    if (file === cloudsFile) return Promise.resolve(content(processes()));
    if (!ofTheCloud.test(file)) return real(file, ...options);
    return Promise.reject(Object.assign(new Error("no such file"), { code: "ENOENT" }));
  }) as typeof readFile;
