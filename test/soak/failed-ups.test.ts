import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { portName } from "../../components/ports/names.ts";
import { Cleanup } from "../e2e/support/cleanup.ts";
import * as kube from "../e2e/support/cluster/cluster.ts";
import * as ironic from "../e2e/support/machines/ironic.ts";
import { resetLatencies, setLatencies } from "../e2e/support/machines/latencies.ts";
import { stackTrace } from "../e2e/support/output.ts";
import { OwnPool } from "../e2e/support/own-pool.ts";
import { type Config, Project, type Run, succeeded } from "../e2e/support/project.ts";
import { clearFault, type Faults, setFault } from "../lab/metal/faults.ts";
import { machines } from "../lab/settings.ts";

const own = new OwnPool("tenfold");
const name = own.worker(0);

/** Builds that a worker has before its server is kept. */
const attempts = 4;
/** Seconds that writing an image takes where it takes too long. */
const slow = 60;

const short = { provision: "2m", boot: "15s", servingCsr: "15s", ready: "15s" };

const everywhere = async (faults: Faults): Promise<void> => {
  await Promise.all(machines.map((machine) => setFault(machine, faults)));
};
const inService = async (): Promise<void> => {
  await Promise.all(machines.map(clearFault));
  await Promise.all(machines.map(ironic.returnToService));
};

/** Nova is left without a machine for a server. */
async function occupyAll(): Promise<void> {
  await everywhere({});
  for (const machine of machines)
    if ((await ironic.provisionState(machine)) === "available") await ironic.startMaintenance(machine);
}

/** A reason why the next `up` fails. */
interface Fault {
  readonly what: string;
  /** the pool's keys from now on, beside those of the whole test */
  readonly pool?: Config;
  readonly cause: () => Promise<void>;
  /** what `up` says */
  readonly says: RegExp;
  /** the attempt that the server's metadata names after it; undefined: none, as of the first */
  readonly attempt: string | undefined;
  /** the server is that of the `up` before */
  readonly isKept: boolean;
}

const inError = /unexpected state 'ERROR'/;

const faults: readonly Fault[] = [
  {
    what: "no image can be written to a disk",
    cause: () => everywhere({ deploy: "fails" }),
    says: inError,
    attempt: undefined,
    isKept: false,
  },
  {
    what: "machines lose power while they are deployed",
    cause: () => everywhere({ deploy: "power lost" }),
    says: inError,
    attempt: "2",
    isKept: false,
  },
  {
    what: "no BMC answers",
    cause: () => everywhere({ bmc: "unreachable" }),
    says: inError,
    attempt: "3",
    isKept: false,
  },
  { what: "no machine is free", cause: occupyAll, says: inError, attempt: "4", isKept: false },
  {
    what: "the attempts are used up",
    cause: inService,
    says: new RegExp(`is in ERROR, after ${attempts} attempts \\(pools\\[tenfold\\]\\.provision\\.attempts\\)`),
    attempt: "4",
    isKept: true,
  },
  {
    what: "one more attempt is allowed, and the image is written too slowly",
    pool: { provision: { attempts: attempts + 1 }, timeouts: { ...short, provision: "15s" } },
    cause: () => setLatencies({ deploy: slow }),
    says: /to become ready: context deadline exceeded/,
    attempt: "5",
    isKept: false,
  },
  {
    what: "it is being written still",
    cause: () => Promise.resolve(),
    says: /which an earlier command has begun, is not built after 15 s/,
    attempt: "5",
    isKept: true,
  },
  {
    what: "the machine hangs in its firmware",
    pool: { provision: { attempts: attempts + 1 } },
    cause: () => everywhere({ boot: "never" }),
    says: /pools\[tenfold\]\.timeouts\.boot/,
    attempt: "5",
    isKept: true,
  },
  {
    what: "its cable is out",
    cause: () => everywhere({ network: "down" }),
    says: /pools\[tenfold\]\.timeouts\.boot/,
    attempt: "5",
    isKept: true,
  },
  {
    what: "it has lost its power",
    cause: () => everywhere({ power: "lost" }),
    says: /pools\[tenfold\]\.timeouts\.boot/,
    attempt: "5",
    isKept: true,
  },
];

describe("GIVEN a worker whose attach fails ten times in a row, each time of another fault", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let server: string | undefined;

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, replicas: 1, timeouts: short, ...pool }) });

  /** The worker's one server and its one port are all that the cloud has. */
  async function expectOneOfEach(): Promise<void> {
    expect(await own.serverNames()).toEqual([name]);
    expect((await own.ports()).map((port) => port.name)).toEqual([portName(name, 0)]);
    expect(await own.containers()).toHaveLength(1);
  }

  beforeAll(async () => {
    project = await Project.create("failed-ups");
    cleanup.push(inService, resetLatencies, () => project.destroy());
    await configure({ provision: { attempts } });
  });
  afterAll(cleanup.run);

  describe.each(faults)("WHEN up runs and $what", ({ pool, cause, says, attempt, isKept }) => {
    let run: Run;
    beforeAll(async () => {
      if (pool) await configure(pool);
      await cause();
      run = await project.up();
    });

    test("THEN it fails, and says of what", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toMatch(says);
      expect(run.output).not.toMatch(stackTrace);
    });

    test("THEN there are one server and one port, and the server names its attempt", async () => {
      await expectOneOfEach();
      const [now] = await own.servers();
      expect(now?.metadata["attempt"]).toBe(attempt);
      expect(now?.id === server).toBe(isKept);
      server = now?.id;
    });
  });

  describe("WHEN everything is repaired and up runs", () => {
    beforeAll(async () => {
      await resetLatencies();
      await Promise.all(machines.map(clearFault));
      await configure({ timeouts: {} });
      succeeded(await project.up());
    });

    test("THEN the worker is Ready, with the server of the last builds", async () => {
      await expectOneOfEach();
      expect(kube.isReady(await kube.node(name))).toBe(true);
      expect((await own.serverIds()).get(name)).toBe(server);
    });
  });

  test("WHEN it leaves THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
