import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { verdictOn } from "../../../../support/csr-requests.ts";
import {
  alternativeNames,
  cn,
  der,
  dnsName,
  extensionRequest,
  ipAddress,
  kubeletName,
  o,
  otherName,
  ou,
  ownCn,
  ownNames,
  ownO,
  rawRequest,
  set,
  type StringType,
  stringTags,
  text,
} from "../../../../support/der-requests.ts";

/** An attribute of a subject, and what Go reads in it; `undefined`: nothing, or it refuses the request. */
interface Attribute {
  bytes: Buffer;
  kind: "CN" | "O" | "OU";
  value: string | undefined;
}

const goReads: StringType[] = ["UTF8String", "PrintableString", "IA5String", "T61String", "BMPString"];
const writers = { CN: cn, O: o, OU: ou };

const attributes = fc
  .record({
    kind: fc.constantFrom<Attribute["kind"]>("CN", "O", "OU"),
    type: fc.constantFrom(...(Object.keys(stringTags) as StringType[])),
    text: fc.constantFrom(kubeletName, "system:nodes", "x", ""),
  })
  .map(({ kind, type, text: value }): Attribute => {
    return { kind, bytes: writers[kind](text(type, value)), value: goReads.includes(type) ? value : undefined };
  });
const own: Attribute[] = [
  { kind: "O", bytes: ownO, value: "system:nodes" },
  { kind: "CN", bytes: ownCn, value: kubeletName },
];
const subjects = fc.oneof(
  fc.constant([own]),
  fc.array(attributes, { maxLength: 2 }).map((more) => [own, more]),
  fc.array(fc.array(attributes, { maxLength: 2 }), { maxLength: 3 }),
);

const foreignNames = fc.oneof(
  fc
    .tuple(
      fc.nat(255).filter((tag) => (tag & 0x1f) !== 0x1f),
      fc.uint8Array({ maxLength: 6 }),
    )
    .map(([tag, content]) => der(tag, Buffer.from(content))),
  fc.constantFrom(dnsName("api.lab"), ipAddress(10, 0, 0, 11), otherName("1.2.3", text("UTF8String", "x"))),
);
const names = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ownNames) }, foreignNames), {
  maxLength: 3,
});

test("GIVEN any subject and any alternative names, WHEN the request is judged, THEN it is approved only if Go reads the worker's own and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("client" as const, "serving" as const),
      subjects,
      names,
      async (kind, subject, asked) => {
        const raw = {
          subject: subject.map((part) => set(...part.map(({ bytes }) => bytes))),
          attributes: asked.length > 0 ? [extensionRequest([alternativeNames(...asked)])] : [],
        };
        const read = subject.flat();
        const valuesOf = (wanted: string) => read.filter((it) => it.kind === wanted).map(({ value }) => value);
        const isOwn =
          read.every(({ value }) => value !== undefined) &&
          subject.every((part) => part.length > 0) &&
          JSON.stringify([valuesOf("CN"), valuesOf("O")]) === JSON.stringify([[kubeletName], ["system:nodes"]]) &&
          asked.every((name) => kind === "serving" && ownNames.some((it) => it.equals(name))) &&
          (kind === "client" || asked.length > 0);
        expect((await verdictOn(kind, rawRequest(raw))).startsWith("approve")).toBe(isOwn);
      },
    ),
    { numRuns: 200 },
  );
});

test("GIVEN a kubelet's request with any one byte changed and signed again, WHEN it is judged, THEN it is approved only if all it says is still there", async () => {
  const said = [Buffer.from(kubeletName), Buffer.from("system:nodes"), Buffer.concat(ownNames)];
  const approved: Buffer[] = [];
  let size = 1;
  for (let at = 0; at < size; at++) {
    for (const bits of [0x01, 0x20]) {
      let changed = Buffer.alloc(0);
      const signed = (body: Buffer) => {
        changed = Buffer.from(body);
        changed[at] = (changed[at] ?? 0) ^ bits;
        size = body.length;
        return changed;
      };
      const request = rawRequest({ names: ownNames, signed });
      if ((await verdictOn("serving", request)).startsWith("approve")) approved.push(changed);
    }
  }
  // the version, and a criticality that is absent, say nothing to anybody
  expect(approved.length).toBeGreaterThan(0);
  for (const body of approved) expect(said.filter((it) => !body.includes(it))).toEqual([]);
});
