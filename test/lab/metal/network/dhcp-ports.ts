import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudQueries } from "../../cloud.ts";
import { pidOf, start, stop } from "../../runtime/processes.ts";
import { files, servedVersions } from "../../settings.ts";
import { dnsmasqSpec, hostsFile, optionsFile } from "./dhcp.ts";
import { type Leases, renderLeases, voidsLease } from "./hosts.ts";
import { machineNetworkIds, portsOf } from "./neutron.ts";

/** Tells the DHCP server what Neutron's ports of the machine networks say: other MACs get no address. */

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.tmp`, text);
  await rename(`${file}.tmp`, file);
}

async function serve({ hosts, options }: Leases): Promise<void> {
  const before = await readFile(hostsFile, "utf8");
  if (hosts === before && options === (await readFile(optionsFile, "utf8"))) return;
  await replace(optionsFile, options);
  await replace(hostsFile, hosts);
  console.log(`${new Date().toISOString()} leases:\n${hosts}${options}`);
  if (voidsLease(before, hosts)) {
    await stop(dnsmasqSpec.name);
    await start(dnsmasqSpec);
    return;
  }
  const pid = await pidOf(dnsmasqSpec.name);
  if (pid !== undefined) process.kill(pid, "SIGHUP");
}

let session: CloudQueries | undefined;
let networkIds: readonly string[] = [];
let complaint = "";
for (;;) {
  await sleep(1000);
  try {
    if (!session && !existsSync(files.cloudsYaml)) continue;
    session ??= await CloudQueries.login("lab-admin");
    // networks stay, and Neutron is the lab's busiest service
    if (networkIds.length === 0) networkIds = await machineNetworkIds(session);
    if (networkIds.length > 0) await serve(renderLeases(await portsOf(session, networkIds), servedVersions));
    complaint = "";
  } catch (error) {
    // The cloud is not up yet, or the token is no longer good: said once, and tried again with a new one.
    if (String(error) !== complaint) console.error(new Date().toISOString(), error);
    complaint = String(error);
    session = undefined;
  }
}
