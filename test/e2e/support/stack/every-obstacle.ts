import path from "node:path";
import type { Cleanup } from "../cleanup.ts";
import { cloud } from "../cloud/cloud.ts";
import { makeFlavor, makeForeignPort, makeServerOf, removeDns, setInstanceQuota, setMtu } from "../cloud/obstacles.ts";
import { writeLackingKubeconfig } from "../cluster/kubeconfig.ts";
import { makeMachine } from "../cluster/machine-api.ts";
import { Project } from "../project.ts";
import { until } from "../wait.ts";

/** The names that the obstacles are made for. */
export interface Names {
  readonly stack: string;
  /** worker i of the pool that the lab's stack has */
  readonly worker: (i: number) => string;
  /** a worker of the stack's other pool, whose server a killed run has left */
  readonly unfinished: string;
}

/** Makes everything that an attach can fail at, and a project whose config has the errors that a config can have. */
export async function makeEveryObstacle({ stack, worker, unfinished }: Names, cleanup: Cleanup): Promise<Project> {
  const kubeconfig = path.join(await cleanup.folder("preflight"), "kubeconfig");
  cleanup.push(() =>
    until("the servers to be gone", async () => ((await cloud.servers()).length === 0 ? true : undefined)),
  );
  const zeroed = { "resources:VCPU": "0", "resources:DISK_GB": "0", "resources:CUSTOM_BAREMETAL_LAB": "1" };
  cleanup.push(await makeFlavor("no-class", {}));
  cleanup.push(await makeFlavor("ram-kept", zeroed));
  cleanup.push(await makeServerOf("other", worker(0), "no-class"));
  cleanup.push(await makeServerOf(stack, unfinished, "no-class"));
  cleanup.push(await makeForeignPort(`${worker(1)}-port-0`));
  cleanup.push(await makeMachine(worker(1)));
  cleanup.push(await setInstanceQuota(2));
  cleanup.push(await setMtu(1400));
  cleanup.push(await removeDns());
  cleanup.push(await writeLackingKubeconfig(kubeconfig, "pods/eviction"));
  const project = await Project.create(stack, {}, { KUBECONFIG: kubeconfig });
  const [metal] = await project.pools({ flavor: "no-class", ignition: { machineConfigPool: "wroker" } });
  const [other] = await project.pools({ name: "other", flavor: "ram-kept" });
  await project.configure({ pools: [metal, other] });
  return project;
}
