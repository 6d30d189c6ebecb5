import { type Browser, chromium } from "playwright-core";
import { install, isInstalled } from "../lab/runtime/apt.ts";

/** Debian's Chromium, installed if it is not (some 120 MB). */
export async function launch(): Promise<Browser> {
  if (!(await isInstalled("chromium"))) await install(["chromium", "fonts-dejavu-core"]);
  // the tests run as root, for whom Chromium has no sandbox: the page is our own
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}
