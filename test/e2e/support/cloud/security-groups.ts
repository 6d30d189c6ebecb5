import { admin, cloud } from "./cloud.ts";
import type { Undo } from "../cleanup.ts";
import { idIn, idOf } from "./ids.ts";

/** A security group of the project. */
export async function makeSecurityGroup(name: string, ...tags: readonly string[]): Promise<{ id: string; undo: Undo }> {
  const id = idIn(
    "security_group",
    await cloud.send("POST", "network", "/v2.0/security-groups", { security_group: { name } }),
  );
  await cloud.send("PUT", "network", `/v2.0/security-groups/${id}/tags`, { tags });
  return { id, undo: () => cloud.remove("network", `/v2.0/security-groups/${id}`) };
}

export async function renameSecurityGroup(name: string, to: string): Promise<Undo> {
  const path = `/v2.0/security-groups/${await idOf("network", "/v2.0/security-groups", "security_groups", name, admin)}`;
  const rename = (it: string): Promise<unknown> => cloud.send("PUT", "network", path, { security_group: { name: it } });
  await rename(to);
  return () => rename(name);
}
