/** Environment variable by which `npm run repair` tells the program which workers to repair in this run. */
export const repairVariable = "OPENSTACK_BAREMETAL_COMPUTE_REPAIR";

/** As the variable holds them: no name of a Node has a comma. */
export const renderRequest = (workers: readonly string[]): string => workers.join(",");

/** The names of the workers that this run is to repair, each once. */
export const requestedRepairs = (env: Readonly<Record<string, string | undefined>>): readonly string[] => [
  ...new Set((env[repairVariable] ?? "").split(",").filter((name) => name !== "")),
];
