import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { latencies, latenciesFile, loopback, machines, ports } from "../settings.ts";
import { powerState } from "./bmc.ts";
import { boot, Halt, say } from "./boot.ts";
import { rootOf } from "./disk.ts";
import { type Faults, type Machine, readFaults } from "./faults.ts";
import { setCarrier, unplug } from "./network/nic.ts";
import { decide, type Phase, type Power } from "./power.ts";
import { isOn, run, switchOff } from "./sandbox.ts";
import { maskFile, pidFile } from "./services.ts";

/** The rack: gives each machine the power that its BMC says it has. The BMC tells of changes, and is asked besides. */

const phases = ["off", "post", "booting", "up", "halted"] as const satisfies readonly Phase[];
const Notification = z.object({ uuid: z.string(), power_state: z.enum(["On", "Off"]) });
const Latencies = z.object({ boot: z.number().min(0) }).partial();

async function bootLatency(): Promise<number> {
  const given = existsSync(latenciesFile) ? Latencies.parse(JSON.parse(await readFile(latenciesFile, "utf8"))) : {};
  return given.boot ?? latencies.boot;
}

class Slot {
  readonly machine: Machine;
  phase: Phase = "off";
  /** unknown until the BMC has been heard */
  power: Power | undefined;
  #since = 0;
  #applied: Faults = {};
  #booting: { readonly stop: AbortController; readonly end: Promise<void> } | undefined;
  /** everything that happens to the machine happens one after the other */
  #queue: Promise<void> = Promise.resolve();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  get #phaseFile(): string {
    return path.join(this.machine.dir, "phase");
  }

  /** Takes a machine over from an earlier chassis. One that was still booting is started again. */
  async adopt(): Promise<void> {
    await mkdir(this.machine.dir, { recursive: true });
    const recorded = existsSync(this.#phaseFile) ? (await readFile(this.#phaseFile, "utf8")).trim() : "off";
    const phase = phases.find((each) => each === recorded) ?? "off";
    const settled = phase === "up" || phase === "halted";
    if (settled && (await isOn(this.machine))) this.phase = phase;
    else await this.#cutPower();
  }

  async #enter(phase: Phase): Promise<void> {
    this.phase = phase;
    await writeFile(`${this.#phaseFile}.tmp`, phase);
    await rename(`${this.#phaseFile}.tmp`, this.#phaseFile);
    await say(this.machine, `[chassis] ${phase}`);
  }

  async #cutPower(): Promise<void> {
    this.#booting?.stop.abort(new Error("power cut"));
    await switchOff(this.machine);
    await this.#booting?.end;
    this.#booting = undefined;
    await switchOff(this.machine);
    await unplug(this.machine);
    this.#applied = {};
    await this.#enter("off");
  }

  async #boot(): Promise<void> {
    await this.#enter("booting");
    const stop = new AbortController();
    const end = boot(this.machine, stop.signal).then(
      () => this.#enter("up"),
      async (error: unknown) => {
        if (stop.signal.aborted) return;
        await say(this.machine, `[chassis] ${error instanceof Halt ? error.message : String(error)}`);
        await this.#enter("halted");
      },
    );
    this.#booting = { stop, end };
  }

  /** The faults of a machine that is on. */
  async #apply(faults: Faults): Promise<void> {
    if (faults.network !== this.#applied.network) await setCarrier(this.machine, faults.network !== "down");
    if (faults.kubelet !== this.#applied.kubelet) {
      const mask = path.join(rootOf(this.machine), maskFile("kubelet.service"));
      if (faults.kubelet === "stopped") {
        await writeFile(mask, "");
        const kill = `kill -9 $(cat ${pidFile("kubelet.service")})`;
        await run(this.machine, ["/bin/sh", "-c", kill], AbortSignal.timeout(5000));
      } else await rm(mask, { force: true });
    }
    this.#applied = faults;
  }

  async #step(power = this.power): Promise<void> {
    if (power === undefined) return;
    if (power !== this.power) console.log(`${new Date().toISOString()} ${this.machine.name}: BMC says ${power}`);
    this.power = power;
    const faults = await readFaults(this.machine);
    const action = decide({
      phase: this.phase,
      power,
      faults,
      age: (Date.now() - this.#since) / 1000,
      latency: await bootLatency(),
      // A halt may come before the machine's first process.
      alive: this.phase === "up" ? await isOn(this.machine) : true,
    });
    if (action === "cut power") await this.#cutPower();
    if (action === "switch on") {
      this.#since = Date.now();
      await this.#enter("post");
    }
    if (action === "boot") await this.#boot();
    if (this.phase === "up") await this.#apply(faults);
  }

  /** Brings the machine to what the BMC says now; waits for what is under way. */
  tick(power?: Power): Promise<void> {
    this.#queue = this.#queue
      .then(() => this.#step(power))
      .catch((error: unknown) => console.error(new Date().toISOString(), this.machine.name, error));
    return this.#queue;
  }
}

const slots = machines.map((machine) => new Slot(machine));

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "PUT" && request.url === "/notify") {
    const { uuid, power_state } = Notification.parse(JSON.parse(await text(request)));
    // Answered at once: the BMC waits, and what the machine does takes its time.
    void slots.find((slot) => slot.machine.uuid === uuid)?.tick(power_state);
    response.end("{}");
    return;
  }
  if (request.method === "GET" && request.url === "/machines") {
    response.end(JSON.stringify(slots.map(({ machine, phase, power }) => ({ name: machine.name, phase, power }))));
    return;
  }
  response.statusCode = 404;
  response.end();
}

const failed = (response: ServerResponse) => (error: unknown) => {
  console.error(error);
  response.statusCode = 400;
  response.end();
};

/** The emulated BMC changes a machine's power only when somebody looks. A machine whose BMC is unreachable stays as it is. */
async function watchBmc(slot: Slot): Promise<void> {
  let complaint = "";
  for (;;) {
    await sleep(2000);
    try {
      void slot.tick(await powerState(slot.machine.uuid));
      complaint = "";
    } catch (error) {
      // It may start after the chassis, and end before it: said once.
      if (String(error) !== complaint)
        console.error(new Date().toISOString(), `BMC of ${slot.machine.name}: ${String(error)}`);
      complaint = String(error);
    }
  }
}

async function watchFaults(): Promise<void> {
  for (;;) {
    await sleep(250);
    for (const slot of slots) void slot.tick();
  }
}

for (const slot of slots) await slot.adopt();
createServer((request, response) => {
  handle(request, response).catch(failed(response));
}).listen(ports.chassis, loopback);
await Promise.all([...slots.map(watchBmc), watchFaults()]);
