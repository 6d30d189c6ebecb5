import path from "node:path";
import { loopback, ports } from "../../settings.ts";
import { conf, data } from "../paths.ts";
import { credentials, keystoneUrl } from "./common.ts";
import type { Ini } from "./ini.ts";

export const swiftConf = path.join(conf, "swift");
const devices = path.join(data, "swift");
/** The one device of each ring. */
export const swiftDevice = path.join(devices, "d1");

const storage = {
  account: ports.swiftAccount,
  container: ports.swiftContainer,
  object: ports.swiftObject,
} as const;

const filters = ["catch_errors", "gatekeeper", "healthcheck", "tempurl", "keystoneauth", "bulk", "slo", "dlo"];
const pipeline = "catch_errors gatekeeper healthcheck tempurl authtoken keystoneauth bulk slo dlo proxy-server";

/**
 * Swift's documentation names these digests as tempurl's default (swift/common/middleware/tempurl.py), yet
 * DEFAULT_ALLOWED_DIGESTS of 2.35.5 lets SHA-1 in as well (swift/common/digest.py). The lab holds to the documentation.
 */
const allowedDigests = "sha256 sha512";

const proxy: Ini = {
  DEFAULT: { bind_ip: loopback, bind_port: ports.swift, workers: 0, swift_dir: swiftConf, log_address: "/nonexistent" },
  "pipeline:main": { pipeline },
  "app:proxy-server": { use: "egg:swift#proxy", account_autocreate: true },
  ...Object.fromEntries(filters.map((name) => [`filter:${name}`, { use: `egg:swift#${name}` }])),
  "filter:tempurl": { use: "egg:swift#tempurl", allowed_digests: allowedDigests },
  "filter:keystoneauth": {
    use: "egg:swift#keystoneauth",
    operator_roles: "admin, member",
    reseller_admin_role: "admin",
  },
  "filter:authtoken": {
    "paste.filter_factory": "keystonemiddleware.auth_token:filter_factory",
    www_authenticate_uri: keystoneUrl,
    ...credentials("swift"),
    delay_auth_decision: true,
    service_token_roles_required: false,
  },
};

const server = (kind: keyof typeof storage): Ini => ({
  DEFAULT: {
    bind_ip: loopback,
    bind_port: storage[kind],
    workers: 0,
    swift_dir: swiftConf,
    devices,
    mount_check: false,
    log_address: "/nonexistent",
    fallocate_reserve: 0,
  },
  "pipeline:main": { pipeline: `${kind}-server` },
  [`app:${kind}-server`]: { use: `egg:swift#${kind}` },
});

export const swift: Readonly<Record<string, Ini>> = {
  "swift/swift.conf": {
    "swift-hash": { swift_hash_path_suffix: "lab", swift_hash_path_prefix: "lab" },
    "storage-policy:0": { name: "default", default: "yes" },
  },
  "swift/proxy-server.conf": proxy,
  "swift/account-server.conf": server("account"),
  "swift/container-server.conf": server("container"),
  "swift/object-server.conf": server("object"),
};
