import { afterEach, describe, expect, test } from "@jest/globals";
import { CloudError } from "../../../../components/openstack/error.ts";
import { dispatcherOf } from "../../../../components/openstack/proxy.ts";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

describe("GIVEN a proxy of the environment that cannot be used, WHEN a cloud is asked", () => {
  test.each([
    ["http://me:%ZZcanary@proxy:3128", "HTTPS_PROXY or HTTP_PROXY of the environment has a % in its user or password"],
    ["http://me:canary@proxy:none", "HTTPS_PROXY or HTTP_PROXY of the environment is not a URL of scheme"],
    ["ftp://me:canary@proxy", "HTTPS_PROXY or HTTP_PROXY of the environment is not a URL of scheme"],
  ])("THEN %s is an error that names the variable, without the password", (proxy, expected) => {
    process.env["HTTPS_PROXY"] = proxy;
    const asking = () => dispatcherOf({ ca: undefined, verify: true }, "https://cloud.example:5000/v3");
    expect(asking).toThrow(CloudError);
    expect(asking).toThrow(expected);
    expect(asking).not.toThrow(/canary/);
  });
});
