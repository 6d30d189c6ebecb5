import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createHash, createHmac } from "node:crypto";
import { certificateAuthorities, dataUrl, textOf } from "../../../../components/ignition/data-url.ts";
import { containerName, payloadHash, payloadName, renderPayload } from "../../../../components/ignition/payload.ts";
import { renderPointer, userDataSize } from "../../../../components/ignition/pointer.ts";
import { type Feature, lowestSpec } from "../../../../components/ignition/spec.ts";
import { tempUrl, urlDigestFor, urlDigests } from "../../../../components/ignition/temp-url.ts";

const args = {
  machineConfigServer: "https://10.0.0.5:22623",
  authorities: ["data:text/plain;charset=utf-8;base64,QQ=="],
  machineConfigPool: "worker",
  fragments: [],
};

describe("the payload", () => {
  test("points at the pool's config with the server's own CA and waits two minutes for headers", () => {
    expect(JSON.parse(renderPayload(args))).toEqual({
      ignition: {
        version: "3.0.0",
        config: { merge: [{ source: "https://10.0.0.5:22623/config/worker" }] },
        security: { tls: { certificateAuthorities: [{ source: "data:text/plain;charset=utf-8;base64,QQ==" }] } },
        timeouts: { httpResponseHeaders: 120 },
      },
    });
  });

  test("points at a server of an IPv6 address, in brackets", () => {
    const payload = renderPayload({ ...args, machineConfigServer: "https://[fd00::5]:22623" });
    expect(payload).toContain('"source":"https://[fd00::5]:22623/config/worker"');
  });

  test("merges fragments after the pool's config, in their order", () => {
    const fragments = [{ ignition: { version: "3.2.0" } }, { ignition: { version: "3.4.0" } }];
    const { ignition } = JSON.parse(renderPayload({ ...args, fragments })) as {
      ignition: { config: { merge: { source: string }[] } };
    };
    const read = ignition.config.merge.slice(1).map(({ source }) => {
      const text = Buffer.from(source.replace("data:;base64,", ""), "base64").toString();
      return JSON.parse(text) as unknown;
    });
    expect(read).toEqual(fragments);
  });

  test("has the proxy where it is the user data itself", () => {
    const proxy = { httpProxy: "http://proxy:3128", noProxy: [] };
    expect(JSON.parse(renderPayload({ ...args, proxy }))).toMatchObject({
      ignition: { version: "3.1.0", proxy: { httpProxy: "http://proxy:3128" } },
    });
  });

  test("has a name that tells its content", () => {
    const other = renderPayload({ ...args, machineConfigPool: "gpu" });
    expect(payloadName(renderPayload(args))).toMatch(/^[0-9a-f]{64}\.ign$/);
    expect(payloadName(renderPayload(args))).toBe(payloadName(renderPayload(args)));
    expect(payloadName(renderPayload(args))).not.toBe(payloadName(other));
  });
});

test.each<[string, Partial<Parameters<typeof renderPayload>[0]>, boolean]>([
  ["nothing changes", {}, true],
  ["the cluster's authority is rotated", { authorities: ["data:;base64,Qg=="] }, true],
  ["the Machine Config Server moves", { machineConfigServer: "https://10.0.0.6:22623" }, true],
  ["another pool is named", { machineConfigPool: "gpu" }, false],
  ["a fragment comes", { fragments: [{ ignition: { version: "3.2.0" } }] }, false],
  ["a specification is named", { spec: "3.2.0" }, false],
])("GIVEN a payload WHEN %s THEN the hash of what the config says tells", (_, change, same) => {
  expect(payloadHash({ ...args, ...change }) === payloadHash(args)).toBe(same);
});

describe("the pointer", () => {
  const payload = renderPayload(args);
  const pem = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----";

  test("merges the signed URL, verified by sha512, with the object store's CA", () => {
    const hash = createHash("sha512").update(payload).digest("hex");
    expect(JSON.parse(renderPointer({ url: "https://swift/x?sig", payload, ca: pem }))).toEqual({
      ignition: {
        version: "3.0.0",
        config: { merge: [{ source: "https://swift/x?sig", verification: { hash: `sha512-${hash}` } }] },
        security: { tls: { certificateAuthorities: [{ source: dataUrl(`${pem}\n`) }] } },
        timeouts: { httpResponseHeaders: 120 },
      },
    });
  });

  test("trusts the machine's own store when there is no CA", () => {
    expect(renderPointer({ url: "https://swift/x", payload, ca: undefined })).not.toContain("security");
  });

  test("has the proxy, by which the payload and what it merges are fetched, in the lowest specification that knows it", () => {
    const proxy = { httpsProxy: "http://proxy:3128", noProxy: ["10.0.0.5"] };
    expect(JSON.parse(renderPointer({ url: "https://swift/x", payload, ca: undefined, proxy }))).toMatchObject({
      ignition: { version: "3.1.0", proxy },
    });
    expect(renderPointer({ url: "https://swift/x", payload, ca: undefined })).not.toContain("roxy");
  });

  test("counts user data as Nova does, after base64", () => {
    fc.assert(fc.property(fc.string(), (text) => userDataSize(text) === Buffer.from(text).toString("base64").length));
  });
});

test("the container's name tells its stack, so that none takes over another's", () => {
  expect(containerName("lab-7x2kq", "metal", "acme/p/one")).toMatch(/^lab-7x2kq-metal-ignition-[0-9a-f]{8}$/);
  expect(containerName("lab-7x2kq", "metal", "acme/p/one")).not.toBe(containerName("lab-7x2kq", "metal", "acme/p/two"));
});

test("a bundle becomes one authority per certificate, each once", () => {
  const certificate = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
  const bundle = ["# a comment", certificate("QQ=="), certificate("Qg=="), certificate("QQ==")].join("\n");
  expect(certificateAuthorities(bundle)).toHaveLength(2);
  expect(certificateAuthorities(undefined)).toEqual([]);
});

test.each([
  [["merge", "sha512", "certificateAuthorities", "timeouts"], "3.0.0"],
  [["merge", "sha256"], "3.1.0"],
  [["httpHeaders", "merge"], "3.1.0"],
  [["compression"], "3.1.0"],
] as [Feature[], string][])("the lowest specification for %j is %s", (features, expected) => {
  expect(lowestSpec(features)).toBe(expected);
});

describe("a temp URL", () => {
  const name = { endpoint: "https://swift:8443/v1/AUTH_a/", container: "c", object: "o.ign" };
  const signed = { ...name, key: "k", digest: "sha256", expires: 42 } as const;

  test.each(urlDigests)("carries the hex HMAC of method, expiry and path by %s", (digest) => {
    const signature = createHmac(digest, "k").update("GET\n42\n/v1/AUTH_a/c/o.ign").digest("hex");
    expect(tempUrl({ ...signed, digest })).toBe(
      `https://swift:8443/v1/AUTH_a/c/o.ign?temp_url_sig=${signature}&temp_url_expires=42`,
    );
  });

  test.each([
    [undefined, "sha256"],
    [["sha1", "sha256", "sha512"], "sha256"],
    [["sha1", "sha512"], "sha512"],
    [["sha1"], "sha1"],
    [["md5"], "sha256"],
  ])("for a store that accepts %j is signed by %s", (accepted, digest) => {
    expect(urlDigestFor(accepted)).toBe(digest);
  });

  test("differs with key, expiry, container and object", () => {
    const urls = [{}, { key: "l" }, { expires: 43 }, { container: "d" }, { object: "p.ign" }].map((change) =>
      tempUrl({ ...signed, ...change }),
    );
    expect(new Set(urls).size).toBe(urls.length);
  });
});

test.each([
  [dataUrl("a,b\n€"), "a,b\n€"],
  ["data:text/plain;charset=utf-8;base64,YQ==", "a"],
  ["data:text/plain;charset=utf-8;base64,YQ%3D%3D", "a"],
  ["data:,a%2Cb%0A", "a,b\n"],
  ["data:,a%2", "a%2"],
  ["https://10.0.0.5/ca", ""],
])("GIVEN the URL %s WHEN its text is asked for THEN it is %j", (url, text) => {
  expect(textOf(url)).toBe(text);
});
