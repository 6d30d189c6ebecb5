import { execa } from "execa";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { s3 } from "../builds/builds.ts";

/** Where Pulumi keeps a state. */
export interface Backend {
  readonly name: string;
  /** added to the engine's environment */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param folder an empty one */
export function fileBackend(folder: string): Backend {
  const env = { PULUMI_BACKEND_URL: `file://${folder}?metadata=skip` };
  return { name: "file", env, stop: () => Promise.resolve() };
}

const port = 9_411;

async function answers(seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    } finally {
      socket.destroy();
    }
  }
}

/** A server that speaks S3, on this machine and in memory: what is measured is the client, not a disk or a network. */
export async function s3Backend(): Promise<Backend> {
  const args = ["-host", `127.0.0.1:${port}`, "-backend", "memory", "-initialbucket", "states", "-quiet"];
  const server = execa(await s3.path(), args, { stdio: "ignore", reject: false });
  await answers(10);
  const query = `endpoint=http://127.0.0.1:${port}&s3ForcePathStyle=true&region=us-east-1`;
  const credentials = { AWS_ACCESS_KEY_ID: "states", AWS_SECRET_ACCESS_KEY: "states" };
  return {
    name: "S3-compatible",
    env: { PULUMI_BACKEND_URL: `s3://states?${query}`, ...credentials },
    stop: async () => {
      server.kill("SIGTERM");
      await server;
    },
  };
}
