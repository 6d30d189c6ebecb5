import { keyOf } from "../csr/keys.ts";
import type { Csr } from "../csr/types.ts";
import type { NodeInputs } from "../operation/types.ts";

/** The messages about a client key that is not the one which was approved for the server. Pure. */

/** Where a kubelet keeps the key that it asks with: the second while it has no certificate at all (bootstrap.go). */
const keyFiles = ["kubelet-client-current.pem", "kubelet-client.key.tmp"] as const;

/** How to see whether it is the machine that asks, and what to type then. */
export function readmitAdvice({ nodeName, configPath, readmit }: NodeInputs, csr: Csr): string {
  const [current, first] = keyFiles;
  const entry = `${configPath}.readmit: [${nodeName}]`;
  const admit = readmit
    ? `${entry} has been used: remove it and run \`pulumi up\`, then add it again and run \`pulumi up\``
    : `set ${entry} and run \`pulumi up\``;
  return (
    `Is it the machine, reinstalled or without its certificate? See its console by the BMC; on it, ` +
    `\`openssl pkey -in /var/lib/kubelet/pki/${current} -pubout -outform DER | sha256sum\` (without that file, of ` +
    `${first} beside it) prints the key that asks, ${String(keyOf(csr))}. If so, ${admit}. If not, somebody else has the ` +
    `cluster's bootstrap token: oc delete csr ${csr.name}`
  );
}

/** What a preview says of an entry of `readmit` that admits nobody any more. */
export function spentReadmission({ nodeName, configPath }: NodeInputs, readmission: "used" | "unused"): string {
  const outcome =
    readmission === "used" ? "was used: a key was admitted" : "is over: that `pulumi up` succeeded without another key";
  return (
    `${configPath}.readmit of ${nodeName} ${outcome}. It admits no other one any more: remove it. For another one, ` +
    "remove it in one `pulumi up` and add it in a later one"
  );
}
