import { expect, test } from "@jest/globals";
import { recordedAttachesOf } from "../../../../infra/report/recorded-attach.ts";

const name = "lab-7x2kq-metal-0";
const phases = [{ phase: "boot", seconds: 60 }];

test.each([
  ["this release", { version: "0.2.0", __workers: [{ name, state: "Ready", phases }] }, [{ name, phases }]],
  ["an earlier release", { version: "0.1.0", workers: [{ name }], attach: [{ name, phases }] }, [{ name, phases }]],
  ["a join that has not ended", { __workers: [{ name, phases: "unknown" }] }, [{ name, phases: [] }]],
  ["no update", {}, []],
])(
  "GIVEN the outputs of %s WHEN they are read THEN they tell the phases of each worker's join",
  (_case, given, read) => {
    expect(recordedAttachesOf(given)).toEqual(read);
  },
);
