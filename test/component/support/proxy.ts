import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** An HTTP proxy that tunnels (CONNECT), as one stands before many API servers. */
export interface Proxy {
  url: string;
  /** `host:port` of every tunnel that was asked for */
  tunnels: string[];
  /** who asked for it, by its own name; empty: it gave none */
  agents: string[];
  /** who asked for it, by user and password; empty: nobody */
  users: string[];
  stop(): void;
}

/** What one of them receives the other one sends; neither outlives the other. */
export function join(client: Socket, upstream: Socket): void {
  upstream.pipe(client).pipe(upstream);
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const)
    one.on("error", () => other.destroy()).on("close", () => other.destroy());
}

/** @param answer status line with which a tunnel is refused; default: it is made */
export async function startProxy(answer?: string): Promise<Proxy> {
  const tunnels: string[] = [];
  const agents: string[] = [];
  const users: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("connect", (request, client: Socket) => {
    tunnels.push(String(request.url));
    agents.push(request.headers["user-agent"] ?? "");
    const [, basic = ""] = (request.headers["proxy-authorization"] ?? "").split(" ");
    users.push(Buffer.from(basic, "base64").toString());
    sockets.add(client);
    if (answer !== undefined) {
      client.end(`HTTP/1.1 ${answer}\r\n\r\n`);
      return;
    }
    const [, host = "", port] = /^\[?(.*?)\]?:(\d+)$/.exec(String(request.url)) ?? [];
    const upstream = connect(Number(port), host, () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
    join(client, upstream);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, tunnels, agents, users, stop };
}
