import { unsetSecondKey } from "../../../components/openstack/account-key.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { AccountKey } from "../../discovery/facts.ts";
import type { Result } from "../../discovery/attempt.ts";

const objectStoreDiagnostic = diagnosticOf("object-store");

const problems: Readonly<Record<Exclude<AccountKey, "same">, string>> = {
  none: "the object store's account has no temporary URL key, or this user may not see it",
  other: "is none of the temporary URL keys of the object store's account",
};

const unread = (url: string, error: string): string => `the account at ${url} cannot be queried: ${error}`;

/** Whether the account has the key of the config; it was not read where the config has none. */
export function temporaryUrlKeyDiagnostics(accountKey: Result<AccountKey> | undefined, url: string): Diagnostic[] {
  if (!accountKey || accountKey.value === "same") return [];
  const { value, error } = accountKey;
  return [
    objectStoreDiagnostic({
      path: "temporaryUrlKey",
      problem: value === undefined ? unread(url, error) : problems[value],
      expected:
        "the account's Temp-URL-Key or Temp-URL-Key-2: the machines fetch their Ignition config by URLs that it signs, and would be refused (401)",
      remedy:
        "set it as the second key, which leaves the first (openstack object store account set --property Temp-URL-Key-2=<key>); " +
        "or store the one that the account has (pulumi config set --secret temporaryUrlKey)",
    }),
  ];
}

/** Whether the account has, or may get, a second key that the program made. */
export function managedKeyDiagnostics(accountKey: Result<AccountKey> | undefined, url: string): Diagnostic[] {
  if (!accountKey || accountKey.value === "same" || accountKey.value === "none") return [];
  const { value, error } = accountKey;
  return [
    objectStoreDiagnostic({
      path: "manageAccountKey",
      problem: value === undefined ? unread(url, error) : "the account has a second temporary URL key of somebody else",
      expected:
        "no second key, or one that this program made: another is never replaced, since URLs may be signed with it",
      remedy:
        "if it is yours, remove manageAccountKey and store that key (pulumi config set --secret temporaryUrlKey); " +
        `if nobody needs it, remove it (${unsetSecondKey})`,
    }),
  ];
}
