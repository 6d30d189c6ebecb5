import { describe, expect, test } from "@jest/globals";
import { generateKeyPairSync } from "node:crypto";
import { judgesClient, judgesServing, type RawRow, verdictOn } from "../../../../support/csr-requests.ts";
import {
  alternativeNames,
  der,
  dnsName,
  extension,
  extensionRequest,
  ipAddress,
  oid,
  otherName,
  ownNames,
  ownSubject,
  pemOf,
  rawDer,
  sequence,
  set,
  sharedKey,
  text,
} from "../../../../support/der-requests.ts";
import { encode, worker } from "../../../../support/node-fixtures.ts";

describe("GIVEN alternative names that Go passes over or reads otherwise, WHEN it is judged, THEN each counts as a name", () => {
  const upn = "1.3.6.1.4.1.311.20.2.3";
  const guid = "1.3.6.1.4.1.311.25.1";
  const names: [string, Buffer][] = [
    ["an otherName of an unknown type", otherName("1.3.6.1.4.1.99999.1", text("UTF8String", "admin"))],
    ["a UPN", otherName(upn, text("UTF8String", "admin@lab"))],
    ["a UPN that is a number", otherName(upn, der(0x02, Buffer.from([5])))],
    ["a GUID", otherName(guid, der(0x04, Buffer.alloc(16)))],
    ["a GUID that is a text", otherName(guid, text("UTF8String", "admin"))],
    ["an otherName of nothing", der(0xa0)],
    ["an X.400 address", der(0xa3)],
    ["a directory name", der(0xa4, sequence(...ownSubject))],
    ["an EDI party", der(0xa5)],
    ["a registered ID", der(0x88, Buffer.from([0x2a]))],
    ["an unknown kind", der(0x89, "x")],
    ["a name of another class", der(0x42, "x")],
    ["a universal string", text("IA5String", worker.nodeName)],
    ["a DNS name in pieces", der(0xa2, text("IA5String", worker.nodeName))],
    ["an address in pieces", der(0xa7, Buffer.from([10, 0, 0, 10]))],
    ["an address of five bytes (unreadable)", ipAddress(10, 0, 0, 10, 0)],
    ["an address with a mask (unreadable)", ipAddress(10, 0, 0, 10, 255, 255, 255, 255)],
    ["an empty address (unreadable)", ipAddress()],
    ["an e-mail address", der(0x81, "a@b")],
    ["a URI", der(0x86, "spiffe://x")],
    ["a DNS name that is not ASCII (unreadable)", der(0x82, Buffer.from([0xe9]))],
    ["an empty DNS name", dnsName("")],
  ];
  judgesClient(names.map(([title, name]): RawRow => [title, { names: [name] }, "refuse names"]));
  judgesServing(names.map(([title, name]): RawRow => [title, { names: [...ownNames, name] }, "refuse names"]));
  judgesServing(
    names.map(([title, name]): RawRow => [`${title}, first`, { names: [name, ...ownNames] }, "refuse names"]),
  );
  judgesServing([
    ["the name with a NUL", { names: [dnsName(`${worker.nodeName}\0`)] }, "refuse names"],
    ["the name in capitals", { names: [dnsName(worker.nodeName.toUpperCase())] }, "refuse names"],
    [
      "its IPv4 address as mapped IPv6 (the same address)",
      { names: [ipAddress(...Array<number>(10).fill(0), 255, 255, 10, 0, 0, 10)] },
      "approve serving",
    ],
    ["its IPv6 address", { names: [ipAddress(0xfd, ...Array<number>(14).fill(0), 0x10)] }, "approve serving"],
    ["no name", { attributes: [extensionRequest([alternativeNames()])] }, "refuse names"],
  ]);
});

describe("GIVEN attributes of another shape, WHEN it is judged, THEN it is approved only if Go reads all names in them", () => {
  const own = alternativeNames(...ownNames);
  const foreign = alternativeNames(dnsName("api.lab"));
  const sanOf = (value: Buffer) => extensionRequest([extension("2.5.29.17", value)]);
  const constraints = extension("2.5.29.19", sequence(der(0x01, Buffer.from([0xff]))));
  const rows: RawRow[] = [
    ["the names twice (unreadable)", { attributes: [extensionRequest([own, own])] }, "refuse readable"],
    [
      "the names in two attributes (unreadable)",
      { attributes: [extensionRequest([own]), extensionRequest([own])] },
      "refuse readable",
    ],
    [
      "another extension twice (unreadable)",
      { attributes: [extensionRequest([own, constraints, constraints])] },
      "refuse readable",
    ],
    [
      "a second attribute for other extensions",
      { attributes: [extensionRequest([own]), extensionRequest([constraints])] },
      "refuse readable",
    ],
    [
      "foreign names in a second value (the first)",
      { attributes: [extensionRequest([own], [foreign])] },
      "refuse readable",
    ],
    [
      "an attribute without a value (none)",
      { attributes: [extensionRequest(), extensionRequest([own])] },
      "refuse readable",
    ],
    [
      "bytes behind the names (none of them)",
      { attributes: [sanOf(Buffer.concat([sequence(...ownNames), dnsName("x")]))] },
      "refuse readable",
    ],
    [
      "an attribute of four parts",
      { attributes: [sequence(oid("1.2.840.113549.1.9.14"), set(sequence(own)), set(sequence(foreign)))] },
      "refuse readable",
    ],
    ["names in a set (unreadable)", { attributes: [sanOf(set(...ownNames))] }, "refuse readable"],
    [
      "an extension of four parts",
      { attributes: [extensionRequest([sequence(oid("2.5.29.17"), der(0x04, sequence(...ownNames)), der(0x04, ""))])] },
      "refuse readable",
    ],
    [
      "an extension without a value (unreadable)",
      { attributes: [extensionRequest([sequence(oid("2.5.29.17"))])] },
      "refuse readable",
    ],
    [
      "a criticality that is neither (unreadable)",
      { attributes: [extensionRequest([extension("2.5.29.17", sequence(...ownNames), der(0x01, Buffer.from([7])))])] },
      "refuse readable",
    ],
    [
      "critical names",
      {
        attributes: [extensionRequest([extension("2.5.29.17", sequence(...ownNames), der(0x01, Buffer.from([0xff])))])],
      },
      "approve serving",
    ],
    ["an extension that no signer copies", { attributes: [extensionRequest([own, constraints])] }, "approve serving"],
    [
      "another attribute",
      {
        attributes: [sequence(oid("1.2.840.113549.1.9.7"), set(text("UTF8String", "secret"))), extensionRequest([own])],
      },
      "approve serving",
    ],
  ];
  judgesServing(rows);
  judgesClient([
    [
      "an attribute without its set (passed over)",
      { attributes: [sequence(oid("1.2.840.113549.1.9.14"), sequence(sequence(foreign)))] },
      "refuse readable",
    ],
    ["no attributes at all (unreadable)", { attributesElement: Buffer.alloc(0) }, "refuse readable"],
    ["a set of attributes without its tag (unreadable)", { attributesElement: set() }, "refuse readable"],
    ["an empty list of names (none)", { attributes: [extensionRequest([alternativeNames()])] }, "approve client"],
    ["foreign names in a second value (none)", { attributes: [extensionRequest([], [foreign])] }, "refuse readable"],
    [
      "foreign names behind the attributes (none)",
      { signed: (body) => sequence(body.subarray(3 - (body[1] === 0x81 ? 0 : 1)), extensionRequest([foreign])) },
      "refuse readable",
    ],
  ]);
});

describe("GIVEN bytes that are no DER or stand beside the request, WHEN it is judged, THEN it is refused", () => {
  const { publicKey } = sharedKey();
  const spki = publicKey.export({ type: "spki", format: "der" });
  const point = spki.subarray(-64);
  const compressed = Buffer.concat([Buffer.from([2 + ((point[63] ?? 0) & 1)]), point.subarray(0, 32)]);
  const foreignCurve = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey.export({
    type: "spki",
    format: "der",
  });
  const prime256v1 = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"));
  const long = (request: Buffer, ...length: number[]) =>
    Buffer.concat([Buffer.from([0x30, ...length]), request.subarray(request[1] === 0x81 ? 3 : 4)]);
  const size = (request: Buffer) => request.length - (request[1] === 0x81 ? 3 : 4);
  const rows: RawRow[] = [
    ["bytes after it", { whole: (it) => Buffer.concat([it, Buffer.from([0])]) }, "refuse readable"],
    ["a second request after it", { whole: (it) => Buffer.concat([it, it]) }, "refuse readable"],
    [
      "a fourth element (passed over)",
      { whole: (it) => sequence(it.subarray(it[1] === 0x81 ? 3 : 4), der(0x05)) },
      "refuse readable",
    ],
    [
      "a length with a zero before it",
      { whole: (it) => long(it, 0x83, 0, size(it) >> 8, size(it) & 0xff) },
      "refuse readable",
    ],
    ["an indefinite length", { whole: (it) => Buffer.concat([long(it, 0x80), Buffer.alloc(2)]) }, "refuse readable"],
    ["a length beyond its end", { whole: (it) => long(it, 0x82, 0x7f, 0xff) }, "refuse readable"],
    [
      "a compressed key (unreadable)",
      { publicKey: sequence(prime256v1, der(0x03, Buffer.from([0]), compressed)) },
      "refuse readable",
    ],
    ["a key on a curve that Go does not know (unreadable)", { publicKey: foreignCurve }, "refuse readable"],
    [
      "a key of an unknown kind",
      { publicKey: sequence(sequence(oid("1.2.3")), der(0x03, Buffer.from([0, 1]))) },
      "refuse readable",
    ],
    ["an unknown signature algorithm", { algorithm: sequence(oid("1.2.3")) }, "refuse readable"],
    ["another signature algorithm", { algorithm: sequence(oid("1.2.840.10045.4.3.4")) }, "refuse signature"],
  ];
  judgesServing(rows);
  judgesClient([
    [
      "bytes after it, reported as the worker's",
      { whole: (it) => Buffer.concat([it, Buffer.from([0])]) },
      "refuse readable",
    ],
  ]);

  const pems: [string, (pem: string) => string][] = [
    ["padding too much", (pem) => pem.replace(/=*\n-----END/, "====\n-----END")],
    ["padding in its middle", (pem) => pem.replace("\n", "\nTUlJ==")],
    ["bits after its last byte", (pem) => pem.replace(/[A-Za-z0-9+/]=*\n-----END/, "/$&")],
    ["no line before its end (no block)", (pem) => pem.replace("\n-----END", "-----END")],
    ["a vertical tab after its end (no block)", (pem) => pem.replace(/\n$/, "\v")],
  ];
  test.each(pems)("PEM: %s", async (_, change) => {
    const pem = pemOf(rawDer({ names: ownNames }));
    expect(await verdictOn("serving", encode(change(pem)))).toBe("refuse readable");
  });
});
