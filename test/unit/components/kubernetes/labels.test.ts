import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { labelErrors, taintErrors } from "../../../../components/kubernetes/labels.ts";

// Grammar: kubernetes 1.34, apimachinery/pkg/util/validation/validation_test.go (TestIsQualifiedName,
// TestIsValidLabelValue) and pkg/apis/core/validation/validation.go (validateNodeTaints).
// Reserved keys: kubernetes.io/docs/reference/labels-annotations-taints.

const long = "a".repeat(63);
const domain = Array.from({ length: 4 }, () => "a".repeat(62)).join("."); // 251 characters

describe("GIVEN a label, WHEN it is judged", () => {
  test.each<[string, string, string, RegExp[]]>([
    ["a plain one", "simple", "value", []],
    ["an empty value", "simple", "", []],
    ["dashes, dots and underscores within", "1-2.3_4", "1-2.3_4", []],
    ["a name of one digit", "1", "2", []],
    ["capitals", "UppercaseIsOK", "Yes", []],
    ["a prefix", "example.com/gpu", "a100", []],
    ["a prefix of one word", "now-with-dashes/simple", "x", []],
    ["the longest name and value", long, long, []],
    ["the longest prefix", `${domain}/x`, "", []],
    ["a role", "node-role.kubernetes.io/infra", "", []],
    ["the role worker", "node-role.kubernetes.io/worker", "", []],
    ["a restricted one, which only administrators set", "node-restriction.kubernetes.io/tenant", "a", []],
    ["a domain that only ends alike", "notkubernetes.io/x", "", []],
    ["a name that looks like a reserved prefix", "kubernetes.io", "", []],

    ["an empty key", "", "x", [/name must be letters/]],
    ["an empty name", "example.com/", "x", [/name must be letters/]],
    ["an empty prefix", "/simple", "x", [/before '\/' must be a DNS name/]],
    ["two slashes", "a/b/c", "x", [/more than one '\/'/]],
    ["a prefix with capitals", "Example.com/a", "x", [/DNS name/]],
    ["a prefix with an underscore", "example_com/a", "x", [/DNS name/]],
    ["a prefix that is too long", `${domain}.aa/a`, "x", [/at most 253/]],
    ["a name with a space", "two words", "x", [/name must be letters/]],
    ["a name that ends in a dash", "ends-", "x", [/both ends/]],
    ["a name that begins with a dot", ".begins", "x", [/both ends/]],
    ["a name that is too long", `${long}a`, "x", [/more than 63/]],
    ["a value with a space", "a", "two words", [/the value must be letters/]],
    ["a value that ends in a dot", "a", "x.", [/the value must be letters/]],
    ["a value that is too long", "a", `${long}a`, [/the value has more than 63/]],
    ["a value with a line break", "a", "x\n", [/the value must be letters/]],

    ["no external load balancer", "node.kubernetes.io/exclude-from-external-load-balancers", "", []],
    ["no disruption by the cloud's controllers", "node.kubernetes.io/exclude-disruption", "", []],
    ["a feature", "feature.node.kubernetes.io/network-sriov.capable", "true", []],
    ["a profile of the Node Tuning Operator", "tuned.openshift.io/elasticsearch", "", []],

    ["Kubernetes' own", "kubernetes.io/x", "x", [/reserved.*Kubernetes/]],
    ["another one of a node", "node.kubernetes.io/x", "x", [/reserved.*Kubernetes/]],
    ["the host name", "kubernetes.io/hostname", "x", [/the kubelet sets it, from the name of the server/]],
    ["the zone", "topology.kubernetes.io/zone", "x", [/cloud controller sets it, from the availability zone/]],
    ["the old zone", "failure-domain.beta.kubernetes.io/zone", "x", [/from the availability zone/]],
    ["the region", "topology.kubernetes.io/region", "x", [/cloud controller sets it, from the region/]],
    ["the instance type", "node.kubernetes.io/instance-type", "x", [/cloud controller sets it, from the flavor/]],
    ["a beta one", "beta.kubernetes.io/arch", "x", [/the kubelet sets it, from the processor/]],
    ["k8s.io", "k8s.io/x", "", [/reserved.*Kubernetes/]],
    ["under k8s.io", "gateway.k8s.io/x", "", [/reserved.*Kubernetes/]],
    ["OpenShift's own", "machine.openshift.io/x", "", [/reserved.*OpenShift/]],
    ["the system's", "node.openshift.io/os_id", "rhcos", [/the kubelet sets it/]],
    ["ours", "openstack-baremetal-compute/owner", "x", [/reserved.*this program/]],
    ["the role master", "node-role.kubernetes.io/master", "", [/control plane/]],
    ["the role control-plane", "node-role.kubernetes.io/control-plane", "", [/control plane/]],
    ["a role with a value", "node-role.kubernetes.io/infra", "true", [/value must be ""/]],
    ["a role without a name", "node-role.kubernetes.io/", "", [/name must be letters/]],
    ["several errors at once", "kubernetes.io/-", "a b", [/name must/, /reserved/, /the value/]],
  ])("%s", (_, key, value, expected) => {
    const found = labelErrors({ [key]: value });
    expect(found.map((it) => it.key)).toEqual(expected.map(() => key));
    expected.forEach((it, i) => expect(found[i]?.reason).toMatch(it));
  });

  test("the zone of the cloud controller is chosen by the availability zone", () => {
    expect(labelErrors({ "topology.kubernetes.io/zone": "rack1" })).toMatchObject([
      {
        remedy:
          "remove it, and choose the zone by workers[].availabilityZone; for a grouping of your own use a key of your own, as example.com/rack",
      },
    ]);
  });

  test("all errors of all labels come at once, in their order", () => {
    expect(labelErrors({ "a b": "", ok: "", "k8s.io/x": "" }).map((it) => it.key)).toEqual(["a b", "k8s.io/x"]);
  });
});

describe("GIVEN taints, WHEN they are judged", () => {
  const dedicated = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
  test.each<[string, { key: string; value?: string; effect: string }[], [number, RegExp][]]>([
    ["none", [], []],
    ["one", [dedicated], []],
    ["one without a value", [{ key: "example.com/x", effect: "NoExecute" }], []],
    ["a role", [{ key: "node-role.kubernetes.io/infra", effect: "NoSchedule" }], []],
    ["the same key with another effect", [dedicated, { ...dedicated, effect: "NoExecute" }], []],
    ["the same key and effect twice", [dedicated, { ...dedicated, value: "b" }], [[1, /as taint 0/]]],
    ["an effect that does not exist", [{ ...dedicated, effect: "Never" }], [[0, /effect must be one of/]]],
    ["no key", [{ key: "", effect: "NoSchedule" }], [[0, /name must be letters/]]],
    ["a value with a space", [{ ...dedicated, value: "a b" }], [[0, /the value/]]],
    ["the node controller's", [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }], [[0, /reserved/]]],
    ["the cordon's", [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }], [[0, /reserved/]]],
    [
      "the cloud controller's",
      [{ key: "node.cloudprovider.kubernetes.io/uninitialized", effect: "NoSchedule" }],
      [[0, /reserved/]],
    ],
    ["OpenShift's", [{ key: "machine.openshift.io/x", effect: "NoSchedule" }], [[0, /reserved/]]],
    ["ours", [{ key: "openstack-baremetal-compute/x", effect: "NoSchedule" }], [[0, /reserved/]]],
    ["the role master", [{ key: "node-role.kubernetes.io/master", effect: "NoSchedule" }], [[0, /control plane/]]],
    [
      "the error of each at its place",
      [dedicated, { key: "k8s.io/a", effect: "x" }, { key: "-", effect: "NoSchedule" }],
      [
        [1, /reserved/],
        [1, /effect/],
        [2, /name must/],
      ],
    ],
  ])("%s", (_, taints, expected) => {
    const found = taintErrors(taints);
    expect(found.map((it) => it.index)).toEqual(expected.map(([index]) => index));
    expected.forEach(([, it], i) => expect(found[i]?.reason).toMatch(it));
  });
});

test("GIVEN any key that is right, WHEN it stands under a reserved domain, THEN it never passes", () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,10}$/);
  fc.assert(
    fc.property(word, word, fc.constantFrom("kubernetes.io", "k8s.io", "openshift.io"), (prefix, name, reserved) => {
      expect(labelErrors({ [name]: name })).toEqual([]);
      expect(labelErrors({ [`${prefix}.${reserved}/${name}`]: "" })).toHaveLength(1);
      expect(taintErrors([{ key: `${prefix}.${reserved}/${name}`, effect: "NoSchedule" }])).toHaveLength(1);
    }),
  );
});

test("GIVEN the keys of OpenShift Data Foundation, WHEN a storage node is labelled and tainted, THEN they pass", () => {
  expect(labelErrors({ "cluster.ocs.openshift.io/openshift-storage": "" })).toEqual([]);
  expect(taintErrors([{ key: "node.ocs.openshift.io/storage", value: "true", effect: "NoSchedule" }])).toEqual([]);
});
