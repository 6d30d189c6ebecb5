import type { MachineProvider, ServerState } from "./worker-stack.ts";

interface Servers {
  create(): ServerState;
  /** resolves once the server is gone */
  delete(): Promise<void>;
}

/** A server whose provider has its answers at once, without a cloud: what can happen to that is not the plugin's. */
export const instantServer = (servers: Servers): MachineProvider => ({
  names: ["Server"],
  isThere: () => Promise.resolve(true),
  isAsWanted: () => true,
  create: () => {
    const { id, created } = servers.create();
    return Promise.resolve({ id, inputs: {}, state: { created } });
  },
  completed: (_life, _name, known) => Promise.resolve(known),
  delete: () => servers.delete(),
});
