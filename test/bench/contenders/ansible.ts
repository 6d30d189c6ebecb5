import { rm } from "node:fs/promises";
import path from "node:path";
import type { Run } from "../../e2e/support/project.ts";
import { ansibleDir } from "../builds/builds.ts";
import { folderOf, workOf } from "../work.ts";
import { command, type Contender } from "./contender.ts";

const playbook = (name: string): string => path.join(import.meta.dirname, `ansible/${name}.yaml`);

/** Ansible as the playbooks of OpenShift's installer use it: one module after the other, in loops. */
export const ansible: Contender = {
  name: "Ansible, loop",
  // object_container sets the key anew, and server updates a server whose port it was given by name
  lacks: "a run without changes; approve, wait for Ready, drain, check",
  async begin(count) {
    const folder = await folderOf("ansible", { "work.json": JSON.stringify(await workOf("ansible", count)) });
    const binary = path.join(await ansibleDir(), "bin/ansible-playbook");
    const env = { ANSIBLE_HOME: path.join(folder, "home"), ANSIBLE_NOCOLOR: "1", LANG: "C.UTF-8", LC_ALL: "C.UTF-8" };
    const args = ["--inventory", "localhost,", "--connection", "local", "--extra-vars", "@work.json"];
    const run = (name: string): Promise<Run> => command(folder, binary, [...args, playbook(name)], env);
    return {
      create: () => run("create"),
      noChange: () => run("create"),
      remove: () => run("remove"),
      end: () => rm(folder, { recursive: true }),
    };
  },
};
