import { type FragmentCase, sha, spec, withIgnition } from "./case.ts";

const authority = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
const ca = { source: `data:,${encodeURIComponent(authority)}` };
const machineConfig = {
  apiVersion: "machineconfiguration.openshift.io/v1",
  kind: "MachineConfig",
  metadata: { name: "99-worker" },
  spec: { config: spec(2) },
};

/** The versions, other formats, the section `ignition`, kernel arguments and users. */
export const general: readonly FragmentCase[] = [
  ...[0, 1, 2, 3, 4, 5].map((minor) => ({ name: `nothing but the version 3.${minor}.0`, fragment: spec(minor) })),
  { name: "no object", fragment: "{}", errors: [""] },
  { name: "null", fragment: null, errors: [""] },
  { name: "a list", fragment: [spec(2)], errors: [""] },
  { name: "an empty object", fragment: {}, errors: ["ignition"] },
  { name: "the section ignition as text", fragment: { ignition: "3.2.0" }, errors: ["ignition"] },
  { name: "no version", fragment: { ignition: {} }, errors: ["ignition.version"] },
  { name: "a version that is a number", fragment: { ignition: { version: 3.2 } }, errors: ["ignition.version"] },
  { name: "a version of two numbers", fragment: { ignition: { version: "3.2" } }, errors: ["ignition.version"] },
  { name: "a version 3.2.1", fragment: { ignition: { version: "3.2.1" } }, errors: ["ignition.version"] },
  { name: "a version 2.2.0", fragment: { ignition: { version: "2.2.0" } }, errors: ["ignition.version"] },
  {
    name: "a version 3.6.0, which this validator does not know yet",
    fragment: spec(6),
    oracle: { fatal: true, why: "the newest release of Ignition that the Go module proxy serves knows 3.5.0" },
  },
  {
    name: "a version that nobody knows",
    fragment: spec(9),
    warnings: ["ignition.version"],
    oracle: { fatal: true, why: "a later boot image may know it, and the check ignition compares it with the image's" },
  },
  { name: "a MachineConfig", fragment: machineConfig, errors: [""] },
  { name: "the spec of a MachineConfig", fragment: { spec: machineConfig.spec }, errors: [""] },
  { name: "a Secret", fragment: { apiVersion: "v1", kind: "Secret", data: {} }, errors: [""] },
  { name: "Butane", fragment: { variant: "openshift", version: "4.18.0", metadata: { name: "a" } }, errors: [""] },
  { name: "Butane without its variant", fragment: { version: "1.5.0", storage: {} }, errors: [""] },
  { name: "a key of Butane in a config", fragment: spec(2, { variant: "fcos" }), warnings: ["variant"] },
  { name: "an unknown section", fragment: spec(2, { stroage: {} }), warnings: ["stroage"] },
  {
    name: "a key of another case",
    fragment: spec(2, { Systemd: { units: [{ name: "a" }] } }),
    errors: ["systemd.units[0].name"],
    warnings: ["Systemd"],
  },
  {
    name: "null for a section",
    fragment: spec(2, { storage: null }),
    oracle: { fatal: false, warnings: ["storage"], why: "it warns of its report's line numbers alone" },
  },
  { name: "a list for a section", fragment: spec(2, { storage: [] }), errors: ["storage"] },

  { name: "kernel arguments", fragment: spec(3, { kernelArguments: { shouldExist: ["a=b"], shouldNotExist: ["c"] } }) },
  {
    name: "kernel arguments before 3.3",
    fragment: spec(2, { kernelArguments: { shouldExist: ["a=b"] } }),
    warnings: ["kernelArguments"],
  },
  {
    name: "kernel arguments as a MachineConfig has them",
    fragment: spec(3, { kernelArguments: ["a"] }),
    errors: ["kernelArguments"],
  },
  {
    name: "a kernel argument that is wanted and unwanted",
    fragment: spec(3, { kernelArguments: { shouldExist: ["a"], shouldNotExist: ["b", "a"] } }),
    errors: ["kernelArguments.shouldNotExist[1]"],
  },

  { name: "a proxy", fragment: withIgnition(1, { proxy: { httpProxy: "http://p:3128", noProxy: ["a"] } }) },
  { name: "a proxy in 3.0", fragment: withIgnition(0, { proxy: { httpProxy: "x" } }), warnings: ["ignition.proxy"] },
  {
    name: "a proxy without a scheme",
    fragment: withIgnition(2, { proxy: { httpProxy: "p:3128", httpsProxy: "socks5://p" } }),
    errors: ["ignition.proxy.httpProxy", "ignition.proxy.httpsProxy"],
  },
  {
    name: "a plain-text proxy for HTTPS",
    fragment: withIgnition(2, { proxy: { httpsProxy: "http://p:3128" } }),
    warnings: ["ignition.proxy.httpsProxy"],
  },
  { name: "timeouts", fragment: withIgnition(2, { timeouts: { httpResponseHeaders: 10, httpTotal: 0 } }) },
  {
    name: "a time-out that is no whole number",
    fragment: withIgnition(2, { timeouts: { httpTotal: 1.5, httpResponseHeaders: "10" } }),
    errors: ["ignition.timeouts.httpTotal", "ignition.timeouts.httpResponseHeaders"],
  },
  {
    name: "a merged config with everything",
    fragment: withIgnition(1, {
      config: {
        merge: [
          {
            source: "https://a/b?c=d",
            compression: "gzip",
            httpHeaders: [{ name: "A", value: "b" }],
            verification: { hash: sha(256) },
          },
        ],
      },
      security: { tls: { certificateAuthorities: [ca] } },
    }),
  },
  {
    name: "headers and compression of a merged config in 3.0",
    fragment: withIgnition(0, { config: { merge: [{ source: "http://a", compression: "lz4", httpHeaders: [] }] } }),
    warnings: ["ignition.config.merge[0].compression", "ignition.config.merge[0].httpHeaders"],
  },
  {
    name: "merged configs without a source, and the same twice",
    fragment: withIgnition(2, { config: { merge: [{}, { source: "http://a" }, { source: "http://a" }] } }),
    errors: ["ignition.config.merge[0].source", "ignition.config.merge[2]"],
  },
  { name: "a merged config without a source in 3.0", fragment: withIgnition(0, { config: { merge: [{}] } }) },
  {
    name: "an authority without a source",
    fragment: withIgnition(0, { security: { tls: { certificateAuthorities: [{}] } } }),
    errors: ["ignition.security.tls.certificateAuthorities[0].source"],
  },
  {
    name: "headers that are not for their source, and one without a value",
    fragment: withIgnition(2, {
      config: {
        replace: { source: "tftp://a/b", httpHeaders: [{ name: "", value: "" }, { name: "b" }, { name: "b" }] },
      },
    }),
    errors: [
      "ignition.config.replace.httpHeaders[0].name",
      "ignition.config.replace.httpHeaders[0].value",
      "ignition.config.replace.httpHeaders",
      "ignition.config.replace.httpHeaders[2]",
    ],
  },

  {
    name: "users and groups",
    fragment: spec(2, {
      passwd: {
        users: [{ name: "core", sshAuthorizedKeys: ["a", "b"], shouldExist: true }],
        groups: [{ name: "g", gid: 9 }],
      },
    }),
  },
  {
    name: "users and keys twice",
    fragment: spec(1, { passwd: { users: [{ name: "a", sshAuthorizedKeys: ["k", "k"] }, { name: "a" }] } }),
    errors: ["passwd.users[1]", "passwd.users[0].sshAuthorizedKeys[1]"],
  },
  {
    name: "a key of one user as text, and a user's name that is a number",
    fragment: spec(1, { passwd: { users: [{ name: 5, sshAuthorizedKeys: "k" }] } }),
    errors: ["passwd.users[0].name", "passwd.users[0].sshAuthorizedKeys"],
  },
  {
    name: "shouldExist of a user before 3.2",
    fragment: spec(1, { passwd: { users: [{ name: "a", shouldExist: false }] } }),
    warnings: ["passwd.users[0].shouldExist"],
  },
];
