import path from "node:path";
import { dirs, loopback, machineNetwork, machines, ports } from "../../settings.ts";
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

const frontend = (name: string, publicPort: number, port: number): string => `
listen ${name}
  bind ${machineNetwork.cloudVip}:${publicPort} ssl crt ${certificate}
  http-request set-header X-Forwarded-Proto https
  server ${name} ${loopback}:${port}
`;

/** TLS in front of the two public endpoints. */
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
${frontend("keystone", ports.keystoneTls, ports.keystone)}${frontend("swift", ports.swiftTls, ports.swift)}`;

export const rabbitmq = `listeners.tcp.1 = ${loopback}:${ports.rabbit}
loopback_users = none
log.console = true
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
`;
