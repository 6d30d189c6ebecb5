import { openstack412 } from "./openstack-4.12.ts";
import { openstack414 } from "./openstack-4.14.ts";
import { openstack416 } from "./openstack-4.16.ts";
import { openstack418 } from "./openstack-4.18.ts";
import { openstack419 } from "./openstack-4.19.ts";
import { openstack420 } from "./openstack-4.20.ts";
import { openstack422 } from "./openstack-4.22.ts";
import { openstack50 } from "./openstack-5.0.ts";

export {
  openstack412,
  openstack414,
  openstack416,
  openstack418,
  openstack419,
  openstack420,
  openstack422,
  openstack50,
};
