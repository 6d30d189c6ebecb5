/** nova/objects/fields.py, InstancePowerState; api-ref/compute, OS-EXT-STS:power_state. */
const powerStates: Readonly<Record<number, string>> = { 1: "on", 3: "paused", 4: "off", 6: "crashed", 7: "suspended" };

/** What Nova's number of a server's power state stands for, e.g. `on`. */
export const powerStateOf = (state: number | null | undefined): string => powerStates[state ?? 0] ?? "unknown";
