import path from "node:path";

/** The folder of Pulumi.yaml. */
export const projectFolder = path.resolve(import.meta.dirname, "../..");
