export { serverIdOf } from "../../kubernetes/provider-id.ts";

/** A node's name as OpenShift's approver compares it: lower case, without a trailing dot (cluster-machine-approver, csr_check.go). */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
