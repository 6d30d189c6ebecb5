import type { createPublicKey, KeyObject } from "node:crypto";
import type { Steps } from "../run/steps.ts";

type Callback = (error: Error | null, isValid: boolean) => void;
type Verify = (algorithm: string | null | undefined, data: Buffer, key: KeyObject, signature: Buffer) => boolean;

/**
 * `crypto.verify` with a callback runs on a thread of its own, and nobody knows when it is done. Here it runs at once, and
 * its result arrives when the scheduler says so.
 *
 * @param steps of the run that is under way
 */
export function scheduledVerify(
  verify: Verify,
  steps: () => Steps,
): (algorithm: string | null, data: Buffer, key: KeyObject, signature: Buffer, callback: Callback) => void {
  const known = new Map<string, boolean>();
  return (algorithm, data, key, signature, callback) => {
    // the same few requests in every run of a file; a signature says which
    const id = `${signature.toString("base64")} ${data.length}`;
    const isValid = known.get(id) ?? verify(algorithm, data, key, signature);
    known.set(id, isValid);
    steps().step("a signature is verified", () => callback(null, isValid));
  };
}

/** As `crypto.createPublicKey`, which reads the same few keys in every run of a file again: each is read once. */
export function rememberedKeys(create: typeof createPublicKey): typeof createPublicKey {
  const known = new Map<string, KeyObject>();
  return (key) => {
    const id = JSON.stringify(key);
    const read = known.get(id) ?? create(key);
    known.set(id, read);
    return read;
  };
}
