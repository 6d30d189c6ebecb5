import type { Plan, Step } from "../runtime/step.ts";
import { configurationStep } from "./configuration.ts";
import { dataStep, snapshotStep } from "./data/data.ts";
import { databaseStep } from "./data/database.ts";
import { hostsStep } from "./data/hosts.ts";
import { packagesStep } from "./packages.ts";
import { pythonStep } from "./python.ts";
import { rabbitmqStep } from "./rabbitmq.ts";
import { readyStep } from "./ready.ts";
import { schemaStep } from "./data/schema.ts";
import { baseStep, catalogStep } from "./data/seed.ts";
import { novaSteps, serviceSteps } from "./services.ts";

/** Independent of a running lab: what apt and PyPI give. */
export const cloudPackages: Step = packagesStep;
export const cloudPython: Step = pythonStep;

/** The cloud, after cloudPackages, cloudPython and the bridge. */
export const cloud: Plan = [
  configurationStep,
  dataStep,
  databaseStep,
  schemaStep,
  [rabbitmqStep, ...serviceSteps],
  catalogStep,
  baseStep,
  novaSteps,
  hostsStep,
  readyStep,
  snapshotStep,
];
