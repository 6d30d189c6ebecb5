import path from "node:path";

export interface Settings {
  /** where Debian's packages are unpacked */
  readonly root: string;
  /** of this Ceph alone */
  readonly folder: string;
  /** ports */
  readonly monitor: number;
  readonly withAccount: number;
  readonly withoutAccount: number;
}

/** Ceph's configuration: one replica in memory, no authentication between the daemons, on loopback only. */
export function configOf({ root, folder, monitor, withAccount, withoutAccount }: Settings): string {
  const libraries = path.join(root, "usr/lib/x86_64-linux-gnu");
  const gateway = (name: string, port: number, accountInUrl: boolean): string => `
[client.${name}]
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_swift_account_in_url = ${accountInUrl}
rgw_thread_pool_size = 16
rgw_run_sync_thread = false
`;
  return `[global]
mon_host = v1:127.0.0.1:${monitor}
ms_bind_msgr2 = false
public_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
log_file = ${path.join(folder, "log")}
mon_cluster_log_file = ${path.join(folder, "cluster.log")}
run_dir = ${path.join(folder, "run")}
admin_socket = ${path.join(folder, "run/$name.$pid.asok")}
crash_dir = ${folder}
plugin_dir = ${path.join(libraries, "ceph")}
erasure_code_dir = ${path.join(libraries, "ceph/erasure-code")}
osd_class_dir = ${path.join(libraries, "rados-classes")}
mon_data = ${path.join(folder, "mon")}
osd_data = ${path.join(folder, "osd")}
osd_objectstore = memstore
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
${gateway("with-account", withAccount, true)}${gateway("without-account", withoutAccount, false)}`;
}
