import { expect, test } from "@jest/globals";
import { withoutCredentials } from "../../../../components/lib/url.ts";

test.each([
  ["https://keystone.example:5000/v3", "https://keystone.example:5000/v3"],
  ["https://u:canary@keystone.example/v3", "https://keystone.example/v3"],
  ["https://canary@keystone.example/v3", "https://keystone.example/v3"],
  ["https://u:ca/na@ry@keystone.example/v3", "https://keystone.example/v3"],
  ["https://u:ca na\nry@:5000", "https://:5000"],
  ["u:canary@proxy:3128", "proxy:3128"],
  ["https://swift.example/v1/a?temp_url_sig=canary&b", "https://swift.example/v1/a?..."],
  ["", ""],
])("GIVEN %j WHEN it is shown THEN it is %j", (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
});
