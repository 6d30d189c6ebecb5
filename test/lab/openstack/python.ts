import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { entry, fill, pinHash } from "../runtime/cache.ts";
import { sh } from "../runtime/sh.ts";
import type { Step } from "../runtime/step.ts";
import { cacheDir } from "../settings.ts";

const pins = path.join(import.meta.dirname, "python");
const lock = path.join(pins, "requirements.lock");
const buildLock = path.join(pins, "build.lock");
const uvLock = path.join(pins, "uv.lock");

/** The Python release that requirements.lock is for; its packages hold for this release alone. */
const release = "3.11";

export interface Python {
  readonly executable: string;
  /** full version and installation prefix: what an environment depends on */
  readonly identity: string;
  readonly pip: boolean;
}

let found: Promise<Python | undefined> | undefined;

async function inspect(command: string): Promise<Python | undefined> {
  const script = [
    "import importlib.util, json, sys",
    "pip = importlib.util.find_spec('pip') is not None",
    "json.dump([sys.executable, sys.version + sys.base_prefix, '%d.%d' % sys.version_info[:2], pip], sys.stdout)",
  ].join("\n");
  const answer = await sh(command, ["-c", script], { reject: false });
  if (!answer.startsWith("[")) return undefined;
  const [executable, identity, version, pip] = JSON.parse(answer) as [string, string, string, boolean];
  return version === release ? { executable, identity, pip } : undefined;
}

/** The machine's Python of the pinned release, if there is one. */
export async function findPython(): Promise<Python | undefined> {
  found ??= (async () => (await inspect(`python${release}`)) ?? (await inspect("python3")))();
  return await found;
}

async function python(): Promise<Python> {
  const have = await findPython();
  if (!have) throw new Error(`the lab needs Python ${release} on PATH as python${release} or python3`);
  return have;
}

/**
 * oslo.messaging waits for the replies of RPC calls by a poll every 0.5 s, so that each call takes at least that long.
 * See ReplyWaiters.get in oslo_messaging/_drivers/amqpdriver.py, release 16.1.2.
 */
const replyPoll = {
  file: `lib/python${release}/site-packages/oslo_messaging/_drivers/amqpdriver.py`,
  from: "            except queue.Empty:\n                time.sleep(0.5)\n",
  to: "            except queue.Empty:\n                time.sleep(0.01)\n",
};

async function speedUpReplies(venv: string): Promise<void> {
  const file = path.join(venv, replyPoll.file);
  const parts = (await readFile(file, "utf8")).split(replyPoll.from);
  if (parts.length !== 2) throw new Error(`the poll of oslo.messaging's replies is not where it was: ${file}`);
  // A new file: uv may have linked the old one into its own cache.
  await writeFile(`${file}.new`, parts.join(replyPoll.to));
  await rename(`${file}.new`, file);
  await sh(path.join(venv, "bin/python"), ["-m", "compileall", "-q", file]);
}

/** uv does not read pip's variables; where only those are set, they say how PyPI is reached. */
function uvEnvironment(): Record<string, string> {
  const translated: Record<string, string> = {};
  const pairs = { UV_DEFAULT_INDEX: "PIP_INDEX_URL", UV_INDEX: "PIP_EXTRA_INDEX_URL", SSL_CERT_FILE: "PIP_CERT" };
  for (const [name, from] of Object.entries(pairs)) {
    const value = process.env[from];
    if (value && !process.env[name]) translated[name] = value;
  }
  return {
    UV_CACHE_DIR: path.join(cacheDir, "uv-downloads"),
    UV_PYTHON_DOWNLOADS: "never",
    ...translated,
    ...(process.env["UV_CACHE_DIR"] ? { UV_CACHE_DIR: process.env["UV_CACHE_DIR"] } : {}),
  };
}

async function uv(): Promise<string> {
  const target = entry("uv", await pinHash([uvLock]));
  await fill(target, async (folder) => {
    const options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    await sh((await python()).executable, ["-m", "pip", "install", ...options, "--target", folder, "-r", uvLock]);
  });
  return path.join(target, "bin/uv");
}

/**
 * Folder of the cache for an environment, named by its pins.
 * @param requirements a lock file with hashes
 * @param changes what is changed in the installed packages
 */
export async function environmentDir(name: string, requirements: string, ...changes: string[]): Promise<string> {
  return entry(name, await pinHash([requirements, buildLock], (await python()).identity, ...changes));
}

/** Makes a Python environment in a folder and installs a lock file's packages. */
export async function makeEnvironment(folder: string, requirements: string): Promise<void> {
  const command = await uv();
  const env = uvEnvironment();
  // Relocatable: the folder gets its name when it is complete.
  await sh(command, ["venv", "--quiet", "--relocatable", "--python", (await python()).executable, folder, "--clear"], {
    env,
  });
  const options = ["--quiet", "--require-hashes", "--compile-bytecode", "--build-constraints", buildLock];
  const target = path.join(folder, "bin/python");
  await sh(command, ["pip", "install", ...options, "--python", target, "-r", requirements], { env });
}

let venv: Promise<string> | undefined;

/** The environment that holds OpenStack and its client. */
export async function venvDir(): Promise<string> {
  venv ??= environmentDir("openstack", lock, JSON.stringify(replyPoll));
  return await venv;
}

async function build(folder: string): Promise<void> {
  await makeEnvironment(folder, lock);
  await speedUpReplies(folder);
}

export const pythonStep: Step = {
  name: "OpenStack's Python environment",
  timeout: 900,
  check: async () => (await findPython()) !== undefined && existsSync(await venvDir()),
  async up() {
    await mkdir(cacheDir, { recursive: true });
    await fill(await venvDir(), build);
  },
};
