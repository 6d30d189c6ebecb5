import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { backendDir } from "../../lab/engine/environment.ts";
import { dirs, files, openstack } from "../../lab/settings.ts";
import { admin, cloud } from "./cloud/cloud.ts";
import { pointerOf } from "./cloud/payload.ts";
import type { OwnPool } from "./own-pool.ts";
import type { Project } from "./project.ts";

interface Text {
  readonly where: string;
  readonly text: string;
}

interface Kubeconfig {
  readonly users: readonly { readonly user: { readonly token?: string; readonly "client-key-data"?: string } }[];
}

/** Every secret that the program is given or makes, by a name that may be shown. */
async function canaries(project: Project, pool: OwnPool): Promise<ReadonlyMap<string, string>> {
  const kubeconfig = parse(await readFile(files.kubeconfig, "utf8")) as Kubeconfig;
  const registrar = parse(await readFile(files.registrarKubeconfig, "utf8")) as Kubeconfig;
  const [server] = await pool.servers();
  const { source } = await pointerOf(server?.id ?? "");
  const found = new Map([
    ["the cloud's password", openstack.password],
    ["the container's temp-URL key", await project.temporaryUrlKey()],
    ["the signature of the payload's URL", new URL(source).searchParams.get("temp_url_sig") ?? ""],
  ]);
  for (const [whose, { users }] of Object.entries({ administrator: kubeconfig, program: registrar })) {
    for (const { user } of users) found.set(`the ${whose}'s credential`, user.token ?? user["client-key-data"] ?? "");
  }
  return found;
}

/** The text of a file; none where it is gone: a command of another test has locks and temporary files. */
async function textsOf(where: string): Promise<Text[]> {
  try {
    return [{ where, text: await readFile(where, "latin1") }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function filesBelow(folder: string): Promise<Text[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return (await Promise.all(names.map(textsOf))).flat();
}

async function swift(pool: OwnPool): Promise<Text[]> {
  const texts: Text[] = [];
  for (const container of await pool.containers()) {
    for (const object of await cloud.objects(container)) {
      texts.push({ where: `Swift object ${container}/${object}`, text: await cloud.object(container, object) });
    }
  }
  return texts;
}

async function userData(pool: OwnPool): Promise<Text[]> {
  const servers = await pool.servers();
  return Promise.all(
    servers.map(async ({ id, name }) => ({ where: `user data of ${name}`, text: await admin.userData(id) })),
  );
}

/** How a text looks inside the base64 of a longer one: at each of the three places where it may begin. */
function base64Forms(value: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from("x".repeat(offset) + value).toString("base64");
    // the first and the last group also hold bits of the neighbours
    return encoded.slice(offset === 0 ? 0 : 4, Math.floor((offset + value.length) / 3) * 4);
  });
}

/**
 * Where a secret stands in clear: `<secret> in <place>`, a line each. The engine's own programs are not searched.
 * @param pool the only one of the project
 */
export async function secretsInClear(project: Project, pool: OwnPool): Promise<string[]> {
  const secrets = await canaries(project, pool);
  const users = await userData(pool);
  const texts = [
    ...(await filesBelow(backendDir)),
    ...(await filesBelow(dirs.log)),
    ...(await filesBelow(path.join(project.folder, "stacks"))),
    ...(await swift(pool)),
    { where: "what pulumi printed", text: project.transcript },
    { where: "outputs", text: JSON.stringify(await project.outputs()) },
    { where: "preview --diff", text: (await project.preview("--diff")).output },
    ...users,
  ];
  // The signed URL is in the user data: it is what the user data is for.
  const allowed = (secret: string, where: string): boolean =>
    secret === "the signature of the payload's URL" && where.startsWith("user data");
  return [...secrets].flatMap(([secret, value]) => {
    if (value === "") throw new Error(`${secret} is empty: the search would find it everywhere`);
    const forms = [value, ...base64Forms(value)];
    return texts
      .filter(({ text, where }) => !allowed(secret, where) && forms.some((form) => text.includes(form)))
      .map(({ where }) => `${secret} in ${where}`);
  });
}
