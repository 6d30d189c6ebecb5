import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** Somebody who takes every connection and never says a word. */
export interface Silence {
  /** `127.0.0.1:<port>` */
  readonly at: string;
  stop(): void;
}

export async function startSilence(): Promise<Silence> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { at: `127.0.0.1:${port}`, stop };
}
