import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudQueries } from "../cloud.ts";
import { pidOf, start, stop } from "../core/processes.ts";
import { files } from "../settings.ts";
import { dnsmasqSpec, hostsFile } from "./dhcp.ts";
import { renderHosts, voidsLease } from "./hosts.ts";
import { machinePorts } from "./neutron.ts";

/** Tells the DHCP server what Neutron's ports of the machine network say: other MACs get no address. */

async function serve(hosts: string): Promise<void> {
  const before = await readFile(hostsFile, "utf8");
  if (hosts === before) return;
  await writeFile(`${hostsFile}.tmp`, hosts);
  await rename(`${hostsFile}.tmp`, hostsFile);
  console.log(`${new Date().toISOString()} leases:\n${hosts}`);
  if (voidsLease(before, hosts)) {
    await stop(dnsmasqSpec.name);
    await start(dnsmasqSpec);
    return;
  }
  const pid = await pidOf(dnsmasqSpec.name);
  if (pid !== undefined) process.kill(pid, "SIGHUP");
}

let session: CloudQueries | undefined;
let complaint = "";
for (;;) {
  await sleep(1000);
  try {
    if (!session && !existsSync(files.cloudsYaml)) continue;
    session ??= await CloudQueries.login("lab-admin");
    const ports = await machinePorts(session);
    if (ports) await serve(renderHosts(ports));
    complaint = "";
  } catch (error) {
    // The cloud is not up yet, or the token is no longer good: said once, and tried again with a new one.
    if (String(error) !== complaint) console.error(new Date().toISOString(), error);
    complaint = String(error);
    session = undefined;
  }
}
