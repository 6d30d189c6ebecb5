import { z } from "zod";
import { localVolume, type LocalVolume, machineNames } from "../../../components/kubernetes/local-volumes.ts";
import type { ClaimingPod } from "../../../components/kubernetes/pods.ts";
import type { Result } from "../attempt.ts";
import type { LocalData, NodeFacts } from "../facts.ts";
import { type Ask, orUnread } from "./ask.ts";

/** A Node whose server goes. */
export type LeavingNode = Pick<NodeFacts, "name" | "labels">;

const expressions = z
  .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
  .default([]);
const term = z.object({ matchExpressions: expressions, matchFields: expressions });

/** PersistentVolumes, as far as they tell whether they are on the disks of one machine. */
const volumesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        claimRef: z
          .object({ namespace: z.string().default("default"), name: z.string().default("") })
          .nullable()
          .default(null),
        persistentVolumeReclaimPolicy: z.string().default(""),
        nodeAffinity: z
          .object({
            required: z
              .object({ nodeSelectorTerms: z.array(term).default([]) })
              .nullable()
              .default(null),
          })
          .nullable()
          .default(null),
      }),
      status: z.object({ phase: z.string().default("") }).prefault({}),
    }),
  ),
});

/** Pods, as far as they tell which claims they use. */
const podsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      spec: z.object({
        volumes: z
          .array(
            z.object({
              name: z.string(),
              persistentVolumeClaim: z.object({ claimName: z.string() }).nullable().default(null),
              ephemeral: z.looseObject({}).nullable().default(null),
            }),
          )
          .default([]),
      }),
    }),
  ),
});

/** The local volumes among the PersistentVolumes in a list response of the API server. */
export const parseLocalVolumes = (list: unknown): LocalVolume[] =>
  volumesSchema.parse(list).items.flatMap((item) => localVolume(item) ?? []);

/** The pods in a list response of the API server. */
export const parseClaimingPods = (list: unknown): ClaimingPod[] => podsSchema.parse(list).items;

/** The pods of a Node, if somebody has read them already. */
type KnownPods = (node: string) => Promise<readonly ClaimingPod[] | undefined>;

async function readData(ask: Ask, leaving: readonly LeavingNode[], known: KnownPods): Promise<LocalData[]> {
  const all = await ask("the PersistentVolumes", "/api/v1/persistentvolumes", parseLocalVolumes);
  const found = leaving.flatMap(({ name, labels }) => {
    const names = machineNames(name, labels);
    const volumes = all.filter(({ machines }) => machines.some((machine) => names.includes(machine)));
    return volumes.length === 0 ? [] : [{ worker: name, volumes }];
  });
  return Promise.all(
    found.map(async ({ worker, volumes }) => {
      const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${worker}`;
      const pods = (await known(worker)) ?? (await ask(`the pods of ${worker}`, path, parseClaimingPods));
      return { worker, volumes, pods };
    }),
  );
}

/**
 * What ends with the machines of these Nodes; the pods are read of those alone that have any. Unread where the account may
 * not list PersistentVolumes: the drain refuses by itself.
 */
export const readLocalData = (
  ask: Ask,
  leaving: readonly LeavingNode[],
  known: KnownPods,
): Promise<Result<readonly LocalData[]>> => orUnread(readData(ask, leaving, known));
