import type { Facts } from "../facts.ts";

/** The facts that the checks judge. */
export type PreflightFacts = Pick<Facts, "cluster" | "cloud" | "objectStore">;
