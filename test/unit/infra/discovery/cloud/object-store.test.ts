import { expect, test } from "@jest/globals";
import { cephDigests, infoSchema } from "../../../../../infra/discovery/cloud/object-store.ts";

const sha1 = ["sha1"];
const all = ["sha1", "sha256", "sha512"];

test.each<[version: string | undefined, digests: string[] | undefined]>([
  ["16.2.15", sha1],
  ["15.2.17-20", sha1],
  ["16.2.10-266.el8cp", sha1],
  ["17.2.7", sha1],
  ["17.2.8", all],
  ["17.3.0", all],
  ["18.2.4", sha1],
  ["18.2.5", all],
  ["19.2.0", all],
  ["20.1.0-144-g1234", all],
  ["2.35.1", undefined],
  ["main", undefined],
  [undefined, undefined],
])("GIVEN Ceph %s WHEN its /info names no digests THEN it accepts %j", (version, digests) => {
  expect(cephDigests(version)).toEqual(digests);
});

test.each<[string, object, string[] | undefined]>([
  ["Ceph 16", { swift: { version: "16.2.15" }, tempurl: { methods: ["GET"] } }, sha1],
  ["a Ceph that names them", { swift: { version: "16.2.15" }, tempurl: { allowed_digests: ["sha256"] } }, ["sha256"]],
  ["an old Swift", { swift: { version: "2.20.0" }, tempurl: { incoming_remove_headers: [] } }, undefined],
])(
  "GIVEN the abilities of %s WHEN they are read THEN its digests are as it or its release says",
  (_, info, digests) => {
    expect(infoSchema.parse(info)).toMatchObject({ supported: true, digests });
  },
);
