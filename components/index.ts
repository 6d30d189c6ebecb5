/** What the package offers to other Pulumi programs (docs/build-on.md). Whatever is not here may change in any release. */
export { AccountKey, type AccountKeyArgs } from "./account-key.ts";
export { BaremetalServer, type BaremetalServerArgs, type Named, type Payload } from "./baremetal-server.ts";
export { BaremetalWorker, type BaremetalWorkerArgs, type WorkerTemplate } from "./baremetal-worker.ts";
export { ContainerClaim, type ContainerClaimArgs } from "./container-claim.ts";
export { IgnitionStore, type IgnitionStoreArgs } from "./ignition-store.ts";
export { type PayloadArgs, payloadHash, renderPayload } from "./ignition/payload.ts";
export { NodeClaim, type NodeClaimArgs } from "./node-claim.ts";
export { NodeDrain, type NodeDrainArgs } from "./node-drain.ts";
export { NodeProvider, type NodeProviderArgs } from "./node-provider.ts";
export { NodeRegistrar, type NodeRegistrarArgs } from "./node-registrar.ts";
export { OpenShiftNode, type OpenShiftNodeArgs } from "./openshift-node.ts";
export { poolDefaults } from "./pool-defaults.ts";
export { PoolMembership, type PoolMembershipArgs } from "./pool-membership.ts";
export { SubnetPorts, type SubnetPortsArgs } from "./subnet-ports.ts";
export { TrunkClaim, type TrunkClaimArgs } from "./trunk-claim.ts";
export { type PoolIgnition, type PoolSpec, type PoolWorker, WorkerPool, type WorkerPoolArgs } from "./worker-pool.ts";
