/** How many workers may be out of service: a number, or a percentage of the pool's workers as `25%`. */
export type MaxUnavailable = number | string;

/** From 1% to 100%. */
export const percentagePattern = /^(?:[1-9]\d?|100)%$/;

/**
 * The number that it stands for: a percentage is rounded down, and is 1 at least, as that of a MachineConfigPool
 * (openshift/machine-config-operator, pkg/controller/node/node_controller.go, maxUnavailable, by
 * GetScaledValueFromIntOrPercent of k8s.io/apimachinery, pkg/util/intstr).
 *
 * @param workers how many the pool has
 */
export const workersAtOnce = (maxUnavailable: MaxUnavailable, workers: number): number =>
  typeof maxUnavailable === "number"
    ? maxUnavailable
    : Math.max(1, Math.floor((Number.parseInt(maxUnavailable, 10) * workers) / 100));
