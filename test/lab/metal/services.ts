import { expand, type Service } from "./unit-file.ts";

/** The machine's init: what systemd would do with its services, as scripts of a POSIX shell. */

/** Folder inside the machine that holds the scripts. */
export const scriptDir = "/run/services";

export const startScript = `${scriptDir}/start`;

/**
 * Working folder of the services. systemd's is /; but the runtime of the image gives its containers no log file, and a
 * kubelet that removes such a container's logs removes `*` from its working folder (container_log_manager.go, Clean).
 */
const workDir = `${scriptDir}/empty`;

/** A unit that is masked (a file of this name exists) is not started again. */
export const maskFile = (unit: string): string => `${scriptDir}/${unit}.masked`;
export const pidFile = (unit: string): string => `${scriptDir}/${unit}.pid`;
export const logFile = (unit: string): string => `/var/log/${unit.replace(/\.service$/, "")}.log`;

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** systemd gives a service this PATH and nothing of its own environment (systemd.exec(5)). */
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin";

/**
 * A script that runs a service for as long as the machine has power.
 * @param environment the unit's own and that of its environment files
 * @param ready files that must exist first, made by the services it requires
 */
export function serviceScript(
  service: Service,
  environment: Readonly<Record<string, string>>,
  ready: readonly string[],
): string {
  const assignments = Object.entries({ PATH: path, ...environment }).map(([name, value]) => quote(`${name}=${value}`));
  const words = (command: Service["execStart"]): string => {
    const line = expand(command, environment).map(quote).join(" ");
    return `env -i ${assignments.join(" ")} ${line}`;
  };
  const { name, restart, restartSec } = service;
  return [
    `mkdir -p ${workDir}`,
    `cd ${workDir}`,
    ...ready.map((file) => `until [ -e ${quote(file)} ]; do sleep 0.05; done`),
    "while :; do",
    `  if [ ! -e ${quote(maskFile(name))} ]; then`,
    ...service.execStartPre.map((command) => `    ${words(command)}${command.optional ? " || true" : " || exit"}`),
    `    ${words(service.execStart)} &`,
    `    echo $! >${quote(pidFile(name))}`,
    `    wait $! && status=0 || status=$?`,
    `    echo "${name} has ended with status $status"`,
    ...(restart === "no" ? ["    exit"] : []),
    "  fi",
    `  sleep ${restartSec}`,
    "done",
    "",
  ].join("\n");
}

/** The first process from now on: starts every service's script and adopts what they leave behind. */
export function initScript(services: readonly Service[]): string {
  const starts = services.map(
    ({ name }) => `/bin/sh ${quote(`${scriptDir}/${name}.sh`)} >>${quote(logFile(name))} 2>&1 &`,
  );
  return [...starts, "while :; do wait; sleep 1; done", ""].join("\n");
}
