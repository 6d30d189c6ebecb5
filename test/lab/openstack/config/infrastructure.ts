import path from "node:path";
import { dirs, hostPort, loopback, machineNetwork, machines, ports, servicesHost } from "../../settings.ts";
import { data } from "../paths.ts";

export const bmcState = path.join(data, "bmc");

/** Input of launchers/bmc.py: sushy-emulator with a system for each machine. */
export const bmc = {
  SUSHY_EMULATOR_LISTEN_IP: loopback,
  SUSHY_EMULATOR_LISTEN_PORT: ports.bmc,
  SUSHY_EMULATOR_FAKE_DRIVER: true,
  SUSHY_EMULATOR_STATE_DIR: bmcState,
  SUSHY_EMULATOR_FEATURE_SET: "full",
  SUSHY_EMULATOR_VMEDIA_DEVICES: {
    Cd: { Name: "Virtual CD", MediaTypes: ["CD", "DVD"] },
    UsbStick: { Name: "Virtual USB", MediaTypes: ["USBStick", "Floppy"] },
  },
  EXTERNAL_NOTIFICATION_URL: `http://${loopback}:${ports.chassis}/notify`,
  SUSHY_EMULATOR_FAKE_SYSTEMS: machines.map(({ name, uuid, nics }) => ({
    name,
    uuid,
    power_state: "Off",
    external_notifier: true,
    nics: nics.map(({ mac }) => ({ mac, ip: "" })),
  })),
};

/** Name of the files of the certificate that the public endpoints show. */
export const certificateName = "cloud";

export const certificate = path.join(dirs.pki, `${certificateName}.crt`);

const listen = (name: string, bind: string, port: number): string => `
listen ${name}
  bind ${bind}
  server ${name} ${hostPort(loopback, port)}
`;

/** TLS in front of an endpoint. */
const withTls = (name: string, publicPort: number, port: number): string =>
  `${listen(name, `${hostPort(machineNetwork.cloudVip, publicPort)} ssl crt ${certificate}`, port)}\
  http-request set-header X-Forwarded-Proto https
`;

/** The services without TLS, where clients do not reach them on loopback. */
const withoutTls = Object.entries({
  placement: ports.placement,
  glance: ports.glance,
  nova: ports.nova,
  neutron: ports.neutron,
  ironic: ports.ironic,
})
  .filter(() => servicesHost !== loopback)
  .map(([name, port]) => listen(name, hostPort(servicesHost, port), port));

/** The two public endpoints that have TLS, and what else is not reached on loopback. */
export const haproxy = `global
  log stdout format raw local0 warning
  maxconn 1000
  ssl-load-extra-del-ext
  ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
  mode http
  log global
  timeout connect 5s
  timeout client 300s
  timeout server 300s
${withTls("keystone", ports.keystoneTls, ports.keystone)}${withTls("swift", ports.swiftTls, ports.swift)}${withoutTls.join("")}`;

export const rabbitmq = `listeners.tcp.1 = ${loopback}:${ports.rabbit}
loopback_users = none
log.console = true
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
`;
