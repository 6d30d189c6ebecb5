import { existsSync } from "node:fs";
import { builds } from "./builds/build.ts";
import { cloudController, controlPlane } from "./cluster/steps.ts";
import { engine } from "./engine/steps.ts";
import { metal } from "./metal/steps.ts";
import { cloud, cloudPackages, cloudPython } from "./openstack/steps.ts";
import { registrar } from "./registrar.ts";
import { bridgeStep } from "./runtime/bridge.ts";
import { ensureCa } from "./runtime/pki.ts";
import type { Plan, Step } from "./runtime/step.ts";
import { files } from "./settings.ts";

const authority: Step = {
  name: "the lab's certificate authority",
  timeout: 10,
  check: () => Promise.resolve(existsSync(files.caCert)),
  up: ensureCa,
};

/** The whole lab. What is downloaded or built comes first; then OpenStack starts beside the cluster. */
export const plan: Plan = [
  cloudPackages,
  [[cloudPython], [...engine, builds.kube.step, builds.etcd.step]],
  authority,
  bridgeStep,
  [
    [...cloud, ...metal],
    [...controlPlane, registrar],
  ],
  cloudController,
];
