import { describe } from "@jest/globals";
import { judgesClient, judgesServing, type RawRow } from "../../../../support/csr-requests.ts";
import {
  attribute,
  cn,
  der,
  kubeletName,
  o,
  ou,
  ownCn,
  ownO,
  ownSubject,
  type RawRequest,
  sequence,
  set,
  type StringType,
  text,
} from "../../../../support/der-requests.ts";

describe("GIVEN a request as a kubelet makes it, WHEN it is judged, THEN it is approved", () => {
  judgesClient([["the kubelet's own", {}, "approve client"]]);
  judgesServing([["the kubelet's own", {}, "approve serving"]]);
});

describe("GIVEN a subject in any string type, WHEN it is judged, THEN it is approved only if Go reads it", () => {
  const read: StringType[] = ["UTF8String", "PrintableString", "IA5String", "T61String", "BMPString"];
  const unread: StringType[] = ["NumericString", "VisibleString", "GeneralString", "UniversalString"];
  const rows = (types: StringType[], expected: string): RawRow[] =>
    types.flatMap((type): RawRow[] => [
      [`common name as ${type}`, { subject: [set(ownO), set(cn(text(type, kubeletName)))] }, expected],
      [`organization as ${type}`, { subject: [set(o(text(type, "system:nodes"))), set(ownCn)] }, expected],
    ]);
  judgesClient(rows(read, "approve client"));
  judgesClient(rows(unread, "refuse readable"));
  judgesServing(rows(read, "approve serving"));
  judgesServing(rows(unread, "refuse readable"));

  const beside = (value: Buffer): RawRequest => ({ subject: [set(ou(value)), ...ownSubject] });
  judgesClient([
    [
      "a common name that is an OCTET STRING (no text)",
      { subject: [set(ownO), set(cn(der(0x04, kubeletName)))] },
      "refuse readable",
    ],
    [
      "a common name in pieces (no text)",
      { subject: [set(ownO), set(cn(der(0x2c, text("UTF8String", kubeletName))))] },
      "ignore",
    ],
    [
      "a BMPString with a terminator (removed)",
      { subject: [set(ownO), set(cn(text("BMPString", `${kubeletName}\0`)))] },
      "refuse readable",
    ],
    ["a text beside it, UTF8String", beside(text("UTF8String", "Körper")), "approve client"],
    ["a text beside it that is no UTF-8 (unreadable)", beside(der(0x0c, Buffer.from([0xff, 0xfe]))), "refuse readable"],
    [
      "a text beside it that is no PrintableString (unreadable)",
      beside(text("PrintableString", "a@b")),
      "refuse readable",
    ],
    ["a text beside it that is no IA5String (unreadable)", beside(der(0x16, Buffer.from([0xe9]))), "refuse readable"],
    [
      "a T61String of eight bits (differs among Go's releases)",
      beside(der(0x14, Buffer.from([0xe9]))),
      "refuse readable",
    ],
    ["half a character of a BMPString (unreadable)", beside(der(0x1e, Buffer.from([0, 97, 0]))), "refuse readable"],
    ["a surrogate in a BMPString (unreadable)", beside(der(0x1e, Buffer.from([0xd8, 0]))), "refuse readable"],
    ["a number beside it (no text)", beside(der(0x02, Buffer.from([1]))), "refuse readable"],
  ]);
});

describe("GIVEN a subject of another shape, WHEN it is judged, THEN it is approved only if Go reads the two parts in it", () => {
  judgesClient([
    ["the common name first", { subject: [set(ownCn), set(ownO)] }, "approve client"],
    ["both in one part", { subject: [set(ownCn, ownO)] }, "approve client"],
    [
      "two organizations in one part",
      { subject: [set(ownO, o(text("UTF8String", "system:masters"))), set(ownCn)] },
      "refuse organization",
    ],
    [
      "another common name last (the last one)",
      { subject: [...ownSubject, set(cn(text("UTF8String", "system:admin")))] },
      "refuse common-name",
    ],
    [
      "another common name first (the last one)",
      { subject: [set(cn(text("UTF8String", "system:admin"))), ...ownSubject] },
      "refuse common-name",
    ],
    [
      "an empty common name last (the last one)",
      { subject: [...ownSubject, set(cn(text("UTF8String", "")))] },
      "refuse common-name",
    ],
    [
      "a second common name as UniversalString",
      { subject: [...ownSubject, set(cn(text("UniversalString", "x")))] },
      "refuse readable",
    ],
    ["no organization", { subject: [set(ownCn)] }, "refuse organization"],
    ["an empty organization", { subject: [set(o(text("UTF8String", ""))), set(ownCn)] }, "refuse organization"],
    ["a name with a line end", { subject: [set(ownO), set(cn(text("UTF8String", `${kubeletName}\n`)))] }, "ignore"],
    ["a name with a NUL", { subject: [set(ownO), set(cn(text("UTF8String", `${kubeletName}\0`)))] }, "ignore"],
    ["no name", { subject: [set(ownO)] }, "ignore"],
    ["nothing", { subject: [] }, "ignore"],
    ["an empty part", { subject: [set(), ...ownSubject] }, "refuse readable"],
    [
      "two values in one attribute (the first)",
      { subject: [set(ownO), set(attribute("2.5.4.3", text("UTF8String", kubeletName), text("UTF8String", "x")))] },
      "refuse readable",
    ],
    ["sequences instead of sets (unreadable)", { subject: [sequence(ownO), sequence(ownCn)] }, "ignore"],
  ]);
});
