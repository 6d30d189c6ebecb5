import { finish, jest, onTheLab } from "./support/suites.ts";

/** What a real Ceph RGW does: first asked by itself, then with a machine of the lab that boots from it. */
finish([
  await jest("rgw", "--runInBand"),
  ...(await onTheLab(async () => [await jest("e2e", "--runInBand", "--testPathPatterns", "e2e/cloud/ceph-rgw")])),
]);
