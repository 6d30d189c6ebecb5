import path from "node:path";
import { data } from "../paths.ts";
import { databaseUrl } from "./common.ts";
import type { Ini } from "./ini.ts";

export const fernetKeys = path.join(data, "keystone/fernet");
export const credentialKeys = path.join(data, "keystone/credential");

export const keystone: Ini = {
  database: { connection: databaseUrl("keystone") },
  token: { provider: "fernet", expiration: 86400 },
  fernet_tokens: { key_repository: fernetKeys },
  fernet_receipts: { key_repository: fernetKeys },
  credential: { key_repository: credentialKeys },
  cache: { enabled: true, backend: "dogpile.cache.memory" },
  identity: { password_hash_rounds: 4 },
  // haproxy says in X-Forwarded-Proto that the client came by TLS; links in answers then are https.
  oslo_middleware: { enable_proxy_headers_parsing: true },
  oslo_messaging_notifications: { driver: "noop" },
};
