import { chart } from "./chart.ts";
import { type Result, type Summary, summarise } from "./statistics.ts";
import { requestsTable, resultTable, roundsTable } from "./table.ts";

/** Where and with what the figures were measured. */
export interface Circumstances {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  /** workers of each contender */
  readonly count: number;
  readonly rounds: number;
  /** program and version, a line each */
  readonly versions: readonly string[];
}

type Machine = Pick<Circumstances, "date" | "cpu" | "cores">;

const machineOf = ({ date, cpu, cores }: Machine): string => `${date}, ${cores} cores of ${cpu}`;

const roundsOf = (rounds: number): string => (rounds === 1 ? "one round" : `medians of ${rounds} rounds`);

/** One line about the machine and the run. */
export const circumstancesLine = (circumstances: Circumstances): string =>
  `${machineOf(circumstances)}; ${circumstances.count} workers, ${roundsOf(circumstances.rounds)}`;

/** The same of the previews, whose number of workers is in their table. */
export const previewCircumstances = (circumstances: Machine & Pick<Circumstances, "rounds">): string =>
  `${machineOf(circumstances)}; ${roundsOf(circumstances.rounds)}`;

/** @param base name of the contender that the others are compared with */
export function document(results: readonly Result[], circumstances: Circumstances, base: string): string {
  return `# This program and what people would use instead

Written by \`npm run bench\`. ${circumstancesLine(circumstances)}. The metal's own time is taken away: machines deploy, boot
and clean at once, so that the differences between the clients show. In parentheses: how many times as much as ${base} in
the same run.

${resultTable(results, base)}

![Seconds to create and to delete](bench.svg)

- **The same work**: a Swift container with the Ignition payload, ${circumstances.count} ports, ${circumstances.count} servers with config drive and user data, until
  they are ACTIVE; then all of it is deleted. The bench counts servers, ports and containers after each step.
- **Not the same work**: this program also approves the kubelets' certificate requests, waits until each Node is Ready,
  drains it before its server goes and checks cluster and cloud before each command. The others end when Nova says ACTIVE.
- **No change**: \`pulumi preview\`, \`tofu plan\`, the playbook a second time; the bare requests only list what there is.
- **Client CPU**: user and system time of all processes of the client in all three steps. **Peak**: proportional set size of
  all of them together. Cloud, cluster and machines run on the same cores and are not in these two, but they slow every client.
- **Machines that boot at once** are up before Nova says ACTIVE. A kubelet that has waited for its first approval so long
  looks for its Node up to 30 s late (client-go backs off), and a join takes that longer. On real metal it starts
  minutes after ACTIVE.
- **Not shown**: on real metal the minutes of deployment and boot come on top, once for those that work on all machines at
  the same time, once per machine for the loop.

Versions: ${circumstances.versions.join("; ")}.

## Requests

Logins at Keystone / requests to Nova / to Neutron / to the cluster's API server. A watch is one request.

${requestsTable(results)}

This program reads cloud and cluster once a command, whatever the number of workers; each port and each server is looked
for by its name just before it is created, so that none is created twice. Its provider logs in apart from it.

## Every round

${roundsTable(results)}
`;
}

const bar = (summary: Summary | undefined, column: keyof Summary): number | undefined => summary?.[column];

/** The seconds of each contender as a bar chart. */
export function picture(results: readonly Result[], { count }: Circumstances): string {
  return chart({
    title: `Seconds for ${count} workers on the lab, without the metal's own time`,
    series: ["create", "no change", "delete"],
    groups: results.map(({ name, rounds }) => {
      const summary = summarise(rounds);
      return { label: name, values: [bar(summary, "create"), bar(summary, "noChange"), bar(summary, "remove")] };
    }),
  });
}
