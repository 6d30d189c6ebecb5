import { z } from "zod";
import { openstack } from "../../../lab/settings.ts";
import { admin } from "./cloud.ts";

const services = z.object({ services: z.array(z.object({ id: z.string(), type: z.string() })) });
const endpoints = z.object({
  endpoints: z.array(
    z.object({ id: z.string(), service_id: z.string(), region_id: z.string(), interface: z.string(), url: z.string() }),
  ),
});

/**
 * A second region in the lab's catalog, whose services are the lab's own, but for those that are given: at another URL, or
 * not at all (undefined).
 */
export async function makeRegion(
  id: string,
  others: Readonly<Record<string, string | undefined>>,
): Promise<() => Promise<void>> {
  const types = new Map(
    services.parse(await admin.get("identity", "/services")).services.map((each) => [each.id, each.type]),
  );
  const known = endpoints.parse(await admin.get("identity", "/endpoints")).endpoints;
  await admin.send("POST", "identity", "/regions", { region: { id } });
  for (const { service_id, region_id, interface: kind, url } of known) {
    const type = types.get(service_id) ?? "";
    const other = type in others ? others[type] : url;
    if (region_id !== openstack.region || kind !== "public" || other === undefined) continue;
    await admin.send("POST", "identity", "/endpoints", {
      endpoint: { service_id, region_id: id, interface: kind, url: other },
    });
  }
  return async () => {
    const made = endpoints.parse(await admin.get("identity", `/endpoints?region_id=${id}`)).endpoints;
    for (const endpoint of made) await admin.remove("identity", `/endpoints/${endpoint.id}`);
    await admin.remove("identity", `/regions/${id}`);
  };
}
