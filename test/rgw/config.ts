import path from "node:path";

/** Where the gateway learns whose a token is: Keystone. */
export interface Identity {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

export interface Settings {
  /** that the gateways listen on */
  readonly address: string;
  /** undefined: tokens are the gateways' own */
  readonly identity: Identity | undefined;
  /** where Debian's packages are unpacked */
  readonly root: string;
  /** of this Ceph alone */
  readonly folder: string;
  /** ports */
  readonly monitor: number;
  readonly withAccount: number;
  readonly withoutAccount: number;
}

const identityOf = ({ url, user, password, project }: Identity): string => `rgw_keystone_url = ${url}
rgw_keystone_api_version = 3
rgw_keystone_admin_user = ${user}
rgw_keystone_admin_password = ${password}
rgw_keystone_admin_project = ${project}
rgw_keystone_admin_domain = Default
rgw_keystone_accepted_roles = member, admin
`;

/** Ceph's configuration: one replica in memory, no authentication between the daemons, which are on loopback only. */
export function configOf(settings: Settings): string {
  const { root, folder, address, identity, monitor, withAccount, withoutAccount } = settings;
  const libraries = path.join(root, "usr/lib/x86_64-linux-gnu");
  const gateway = (name: string, port: number, accountInUrl: boolean): string => `
[client.${name}]
rgw_frontends = beast endpoint=${address}:${port}
rgw_swift_account_in_url = ${accountInUrl}
rgw_thread_pool_size = 16
rgw_run_sync_thread = false
${identity ? identityOf(identity) : ""}`;
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
