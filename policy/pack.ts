import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("openstack-baremetal-compute", { enforcementLevel: "mandatory", policies: [...policies] });
