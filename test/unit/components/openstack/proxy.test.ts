import { afterEach, describe, expect, test } from "@jest/globals";
import { ProxyAgent } from "undici";
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
    ["SOCKS4://canary@proxy", "HTTPS_PROXY or HTTP_PROXY of the environment is a SOCKS 4 proxy"],
    ["ftp://me:canary@proxy", "HTTPS_PROXY or HTTP_PROXY of the environment is not a URL of scheme"],
  ])("THEN %s is an error that names the variable, without the password", (proxy, expected) => {
    process.env["HTTPS_PROXY"] = proxy;
    const asking = () => dispatcherOf({ ca: undefined, verify: true }, "https://cloud.example:5000/v3");
    expect(asking).toThrow(CloudError);
    expect(asking).toThrow(expected);
    expect(asking).not.toThrow(/canary/);
  });
});

test.each(["socks5://proxy:1080", "SOCKS5H://proxy:1080", "https://proxy:3128"])(
  "GIVEN the proxy %s of the environment WHEN a cloud is asked THEN it is used",
  async (proxy) => {
    process.env["HTTPS_PROXY"] = proxy;
    const dispatcher = dispatcherOf({ ca: undefined, verify: true }, "https://cloud.example:5000/v3");
    expect(dispatcher).toBeInstanceOf(ProxyAgent);
    await dispatcher.close();
  },
);
