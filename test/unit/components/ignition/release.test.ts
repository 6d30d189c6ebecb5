import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  isLater,
  newestSpec,
  releaseOfImage,
  releaseOfKubernetes,
  specOfImage,
} from "../../../../components/ignition/release.ts";

test.each([
  [5, undefined],
  [6, "3.1.0"],
  [13, "3.2.0"],
  [14, "3.4.0"],
  [18, "3.4.0"],
  [21, "3.5.0"],
  [22, "3.6.0"],
])("GIVEN OpenShift 4.%i WHEN its newest Ignition specification is asked for THEN it is %s", (minor, expected) => {
  expect(newestSpec(minor)).toBe(expected);
});

test("GIVEN any two releases WHEN one is later THEN it knows no less", () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 60 }), fc.nat({ max: 40 }), (minor, more) => {
      expect(isLater(newestSpec(minor) ?? "", newestSpec(minor + more) ?? "")).toBe(false);
    }),
  );
});

test.each([
  ["v1.34.1", 21],
  ["1.31.0+abc", 18],
  ["v1.19.16", 6],
  ["v2.0.0", undefined],
  ["", undefined],
])("GIVEN Kubernetes %s WHEN its OpenShift is asked for THEN it is 4.%s", (version, expected) => {
  expect(releaseOfKubernetes(version)).toBe(expected);
});

test.each([
  ["4.18", 18],
  ["4.6.8", 6],
  ["418.94.202410090804-0", 18],
  ["49.84.202207192205-0", 9],
  // since 4.19 RHCOS is named after its RHEL
  ["9.6.20250523-0", undefined],
  // a Fedora CoreOS
  ["41.20250130.3.0", undefined],
  ["4", undefined],
  ["rolling", undefined],
  [undefined, undefined],
])("GIVEN an image of version %s WHEN its OpenShift is asked for THEN it is 4.%s", (version, expected) => {
  expect(releaseOfImage(version)).toBe(expected);
});

test.each([
  ["3.2.0", "3.1.0", true],
  ["3.10.0", "3.9.0", true],
  ["3.2.0", "3.2.0", false],
  ["3.1.0", "3.2.0", false],
])("GIVEN Ignition %s and %s WHEN the later is asked for THEN the first is: %s", (spec, than, expected) => {
  expect(isLater(spec, than)).toBe(expected);
});

test.each([
  ["4.18", "3.4.0"],
  ["418.94.202410090804-0", "3.4.0"],
  ["4.22", "3.6.0"],
  ["9.6.20250523-0", "3.5.0"],
  ["9.7.20260101-0", "3.5.0"],
  ["9.8.20260428-0", "3.6.0"],
  ["10.2.20260817-0", "3.6.0"],
  // a CentOS Stream CoreOS of OKD
  ["9.0.20250510-0", undefined],
  ["10.0.20250628-0", undefined],
  // a release of RHEL alone, and of no RHCOS
  ["9.6", undefined],
  ["11.0.20300101-0", undefined],
  ["41.20250130.3.0", undefined],
  ["", undefined],
  [undefined, undefined],
])("GIVEN an image of version %s WHEN its newest Ignition is asked for THEN it is %s", (version, expected) => {
  expect(specOfImage(version)).toBe(expected);
});
