import { EventEmitter } from "node:events";
import type { Steps } from "../run/steps.ts";

/** What the port of a kubelet answers, by its address: a machine that nobody named does not answer. */
export type PortAnswer = "listening" | "closed" | "silent";

/** Machines of the run that is under way. */
interface Machines extends Steps {
  readonly ports: ReadonlyMap<string, PortAnswer>;
}

type Socket = EventEmitter & { destroy(): void };

/** As node:net's `connect`, for the probes of a kubelet's port. */
export function connectingTo(machines: () => Machines): (options: { host: string }) => Socket {
  return ({ host }) => {
    const socket = new EventEmitter();
    let isOver = false;
    const run = machines();
    const answer = run.ports.get(host) ?? "silent";
    const tell = (label: string, event: () => void): void =>
      run.step(`${host}:10250 ${label}`, () => {
        if (!isOver) event();
      });
    if (answer === "listening") tell("accepts", () => socket.emit("connect"));
    else if (answer === "closed") {
      tell("refuses", () => socket.emit("error", Object.assign(new Error("refused"), { code: "ECONNREFUSED" })));
    }
    return Object.assign(socket, { destroy: () => void (isOver = true) });
  };
}
