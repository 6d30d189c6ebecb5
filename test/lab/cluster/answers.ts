import { readFile } from "node:fs/promises";
import { Agent, fetch } from "undici";
import { apiUrl, kubeCa } from "./pki.ts";

/** True when the URL answers 200 with a certificate of the authority. */
export async function answers(url: string, caFile?: string): Promise<boolean> {
  const ca = caFile === undefined ? undefined : await readFile(caFile).catch(() => undefined);
  if (caFile !== undefined && !ca) return false;
  const dispatcher = new Agent({ connect: ca ? { ca } : {} });
  try {
    return (await fetch(url, { dispatcher, signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false; // not listening yet
  } finally {
    await dispatcher.destroy();
  }
}

export const apiReady = (): Promise<boolean> => answers(`${apiUrl}/readyz`, kubeCa.cert);
