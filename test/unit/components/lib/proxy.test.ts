import { describe, expect, test } from "@jest/globals";
import { proxyFor, proxyProblem } from "../../../../components/lib/proxy.ts";

const proxies = { HTTPS_PROXY: "http://secure:3128", HTTP_PROXY: "plain:3128" };

describe("GIVEN proxies in the environment WHEN a URL is asked for (golang.org/x/net/http/httpproxy)", () => {
  test.each<[target: string, exceptions: string, expected: string | undefined]>([
    ["https://keystone.example:5000/v3", "", "http://secure:3128"],
    ["http://keystone.example:5000/v3", "", "http://plain:3128"],
    ["https://127.0.0.1:5000", "", undefined],
    ["https://localhost:5000", "", undefined],
    ["https://[::1]:5000", "", undefined],
    ["https://keystone.example", "*", undefined],
    ["https://10.77.0.2:15443", "10.77.0.0/24", undefined],
    ["https://10.78.0.2:15443", "10.77.0.0/24", "http://secure:3128"],
    ["https://10.77.0.2", "10.77.0.2", undefined],
    ["https://110.77.0.2", "10.77.0.2", "http://secure:3128"],
    ["https://keystone.example", "other, example", undefined],
    ["https://keystone.example", "keystone.example", undefined],
    ["https://keystone.example", ".example", undefined],
    ["https://keystone.example", "*.example", undefined],
    ["https://example", ".example", "http://secure:3128"],
    ["https://mykeystone.example", "keystone.example", "http://secure:3128"],
    ["https://keystone.example:5000", "keystone.example:5000", undefined],
    ["https://keystone.example:5001", "keystone.example:5000", "http://secure:3128"],
    ["https://keystone.example", "keystone.example:443", undefined],
    ["https://[fd00::2]:5000", "fd00::/64", undefined],
    ["https://[fd00::2]:5000", "fd00::2", undefined],
    ["https://[fd00::2]:5000", "fd00:0::2", undefined],
    ["https://[fd00::2]:5000", "[fd00::2]:5000", undefined],
    ["https://[fd00::2]:5001", "[fd00::2]:5000", "http://secure:3128"],
    ["https://KEYSTONE.example", "Keystone.Example", undefined],
  ])("%s but not %j THEN it goes by %s", (target, exceptions, expected) => {
    expect(proxyFor(target, { ...proxies, NO_PROXY: exceptions })).toBe(expected);
  });

  test("AND small letters count where there are no capitals, and none is none", () => {
    expect(proxyFor("https://a.example", { https_proxy: "http://low:1" })).toBe("http://low:1");
    expect(proxyFor("https://a.example", { HTTPS_PROXY: "", https_proxy: "http://low:1" })).toBe("http://low:1");
    expect(proxyFor("https://a.example", { HTTP_PROXY: "http://low:1" })).toBeUndefined();
    expect(proxyFor("https://a.example", {})).toBeUndefined();
  });
});

describe("GIVEN the URL of a proxy, WHEN it is judged", () => {
  test.each(["http://p:1", "https://p", "socks4://p:1", "socks5h://p:1", "http://u:p%40w@p:1", "http://u:%25@p:1"])(
    "THEN %s is right",
    (proxy) => {
      expect(proxyProblem(proxy)).toBeUndefined();
    },
  );

  test.each([
    ["http://u:%ZZcanary@p:1", /^has a % in its user or password that begins no escape: write %25 for %$/],
    ["http://canary%@p:1", /^has a % in its user or password/],
    ["ftp://u:canary@p", /^is not a URL of scheme http, https, socks4 or socks5/],
    ["p:3128", /^is not a URL/],
    ["http://u:canary@", /^is not a URL/],
    ["http://u:canary@p:3128/path", /^has more than scheme, user, host and port/],
    ["http://u:canary@p?x", /^has more than/],
    ["http://u:canary@p#x", /^has more than/],
    ["http://CORP\\u:canary@p:3128", /write %5C for a \\ in its user$/],
  ])("THEN of %s it is said what is wrong, without its password", (proxy, expected) => {
    expect(proxyProblem(proxy)).toMatch(expected);
    expect(proxyProblem(proxy)).not.toContain("canary");
  });
});
