import { beforeAll, describe, expect, test } from "@jest/globals";
import { dataUrl } from "../../../components/ignition/data-url.ts";
import { renderPayload } from "../../../components/ignition/payload.ts";
import { renderPointer } from "../../../components/ignition/pointer.ts";
import { buildTimeout, validate, validator } from "../support/ignition-validate.ts";

// The validator knows no 3.6.0 yet: the newest that a boot image may know and this one does not.

let binary: string;
beforeAll(async () => {
  binary = await validator();
}, buildTimeout * 1000);

const certificate = (text: string): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(text).toString("base64")}\n-----END CERTIFICATE-----\n`;

const payload = (spec: string | undefined): string =>
  renderPayload({
    machineConfigServer: "https://10.0.0.5:22623",
    authorities: [dataUrl(certificate("a")), `data:text/plain;charset=utf-8;base64,${btoa(certificate("b"))}`],
    machineConfigPool: "worker metal",
    fragments: [{ ignition: { version: "3.1.0" } }, { ignition: { version: "3.2.0" }, passwd: { users: [] } }],
    spec,
  });

const url = "https://[2001:db8::5]:8080/v1/AUTH_a/c%20d/e.ign?temp_url_sig=0a&temp_url_expires=1&temp_url_prefix=%2F";

const written: [config: string, render: (spec: string | undefined) => string][] = [
  ["payload", payload],
  ["pointer", (spec) => renderPointer({ url, payload: payload(spec), ca: undefined, spec })],
  [
    "pointer with authorities",
    (spec) => renderPointer({ url, payload: payload(spec), ca: certificate("a") + certificate("b"), spec }),
  ],
];

describe.each(written)("GIVEN the %s that the program writes", (_, render) => {
  test.each([undefined, "3.0.0", "3.1.0", "3.2.0", "3.3.0", "3.4.0", "3.5.0"])(
    "WHEN Ignition's own validator reads it in the specification %s THEN it has neither an error nor a warning",
    async (spec) => {
      const { fatal, text } = await validate(binary, render(spec));
      expect({ fatal, text: text.trim() }).toEqual({ fatal: false, text: "" });
    },
  );
});
