import { jest } from "@jest/globals";
import { createRequire } from "node:module";
import { cloudsFile, readSimulatedFile } from "./cloud/clouds-yaml.ts";
import { install } from "./run/clock.ts";
import { currentRun } from "./run/simulation.ts";
import { connectingTo } from "./transport/machines.ts";
import { rememberedKeys, scheduledVerify } from "./transport/native.ts";
import { simulatedDispatcher } from "./transport/network.ts";

/**
 * The seams, below everything of the program, which is simulated as it is:
 *
 * - time: everything in components waits by the global setTimeout (components/lib/timer.ts; the lint forbids
 *   timers/promises and AbortSignal.timeout) and reads the global Date; p-retry reads the global performance, too. So
 *   Jest's fake timers reach all of it, and an injected clock would only add a parameter to 25 places. What Node.js's own
 *   streams use stays real: nextTick, microtasks and setImmediate are no time, run/clock.ts waits until they are done.
 * - network: connections.ts and openstack/proxy.ts make an undici Agent for every API server and every cloud. A dispatcher
 *   stands in its place which hands each request to the model, below undici's own `request` and `fetch`.
 * - the kubelet's port: the only socket that is opened otherwise (join/kubelet-port.ts).
 * - native threads: the signature of a certificate request is verified on one (csr/pkcs10.ts). Here it is verified at
 *   once, and when its result arrives is the scheduler's choice. clouds.yaml would be read on one, too (cloud/clouds-yaml.ts).
 */
// a nightly run takes hours, and every run has bounds of its own
jest.setTimeout(24 * 3_600_000);
install();

const require = createRequire(import.meta.url);

const undici = require("undici") as typeof import("undici");
const Simulated = simulatedDispatcher(undici.Dispatcher, () => currentRun().services);
jest.unstable_mockModule("undici", () => ({ ...undici, Agent: Simulated, ProxyAgent: Simulated }));

const crypto = require("node:crypto") as typeof import("node:crypto");
jest.unstable_mockModule("node:crypto", () => ({
  ...crypto,
  createPublicKey: rememberedKeys(crypto.createPublicKey),
  verify: scheduledVerify(crypto.verify, currentRun),
}));

const net = require("node:net") as typeof import("node:net");
jest.unstable_mockModule("node:net", () => ({ ...net, connect: connectingTo(currentRun) }));

const files = require("node:fs/promises") as typeof import("node:fs/promises");
const simulatedFiles = { ...files, readFile: readSimulatedFile(files.readFile, () => currentRun().processes) };
jest.unstable_mockModule("node:fs/promises", () => ({ ...simulatedFiles, default: simulatedFiles }));
process.env["OS_CLIENT_CONFIG_FILE"] = cloudsFile;
