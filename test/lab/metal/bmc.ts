import { fetch } from "undici";
import { z } from "zod";
import { loopback, ports } from "../settings.ts";
import type { Power } from "./power.ts";

/** The part of Redfish that a machine and its chassis ask of the BMC. */

const base = `http://${loopback}:${ports.bmc}/redfish/v1`;
const System = z.object({ PowerState: z.enum(["On", "Off"]) });
const VirtualMedia = z.object({ Inserted: z.boolean(), Image: z.string().nullish() });

async function get(path: string): Promise<unknown> {
  const response = await fetch(`${base}/${path}`, { signal: AbortSignal.timeout(10_000) });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`BMC: GET ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

export async function powerState(uuid: string): Promise<Power> {
  return System.parse(await get(`Systems/${uuid}`)).PowerState;
}

/** URL of the image on the machine's virtual USB stick; undefined when none is inserted. */
export async function usbStickImage(uuid: string): Promise<string | undefined> {
  // Redfish moved virtual media from the manager to the system in 2021; an emulator may serve either.
  for (const owner of ["Systems", "Managers"]) {
    const media = VirtualMedia.safeParse(await get(`${owner}/${uuid}/VirtualMedia/UsbStick`)).data;
    if (media?.Inserted && media.Image) return media.Image;
  }
  return undefined;
}
