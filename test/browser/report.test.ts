import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import axe, { type AxeResults } from "axe-core";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { colours } from "../../infra/report/gantt.ts";
import { renderPage } from "../../infra/report/page.ts";
import { reportModel, workers } from "../support/report-model.ts";
import { launch } from "./chromium.ts";
import { pixelsOf } from "./pixels.ts";

// The report as people see it, in a real browser: unit tests of its markup do not show what is legible.

let browser: Browser;
let folder: string;
let address: string;

beforeAll(async () => {
  browser = await launch();
  folder = await mkdtemp(path.join(tmpdir(), "report-page-"));
  const file = path.join(folder, "report.html");
  await writeFile(file, renderPage(reportModel()));
  address = pathToFileURL(file).href;
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** The page's policy forbids scripts, of the tests as well. */
async function open(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ ...options, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

async function violationsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe.source });
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Every bar of the timeline: what it says it is, the colour that it has to have, and its middle on the screen. */
async function barsOf(page: Page): Promise<{ title: string; fill: string; x: number; y: number; width: number }[]> {
  const bars = await page.locator("svg[aria-label^=Timeline] g").all();
  return Promise.all(
    bars.map(async (bar) => {
      const rect = bar.locator("rect").first();
      const box = await rect.boundingBox();
      const { x = NaN, y = NaN, width = 0, height = NaN } = box ?? {};
      const title = (await bar.locator("title").textContent()) ?? "";
      return { title, fill: (await rect.getAttribute("fill")) ?? "", x: x + width / 2, y: y + height / 2, width };
    }),
  );
}

const desktop = { width: 1200, height: 900 };
const phone = { width: 390, height: 844 };

describe.each<[string, BrowserContextOptions]>([
  ["a wide screen, light", { viewport: desktop, colorScheme: "light" }],
  ["a wide screen, dark", { viewport: desktop, colorScheme: "dark" }],
  ["a phone, light", { viewport: phone, colorScheme: "light" }],
  ["a phone, dark", { viewport: phone, colorScheme: "dark" }],
])("GIVEN %s", (_, options) => {
  let page: Page;
  beforeAll(async () => {
    page = await open(options);
  });
  afterAll(() => page.context().close());

  test("WHEN axe examines the report THEN it finds nothing", async () => {
    expect(await violationsOf(page)).toEqual([]);
  });

  test("WHEN it is shown THEN every worker is named in the timeline and in the topology", async () => {
    for (const name of workers) {
      expect(await page.locator("svg text.name", { hasText: name }).isVisible()).toBe(true);
      expect(await page.locator(".card", { hasText: name }).isVisible()).toBe(true);
    }
  });

  test("WHEN it is seen THEN every phase of every worker has its bar, in its colour", async () => {
    const bars = await barsOf(page);
    // what is hatched has another colour at every other point
    const plain = bars.filter(({ title, width }) => !title.endsWith("failed") && width >= 3);
    const used = Object.values(colours).filter((colour) => colour !== colours["forced drain"]);
    expect(new Set(bars.map(({ fill }) => fill))).toEqual(new Set(used));
    const picture = await page.screenshot({ fullPage: true, scale: "css" });
    // the rest of it is scrolled to
    const edge = await page.locator(".scroll").first().boundingBox();
    const seen = plain.filter(({ x }) => x < (edge ? edge.x + edge.width : 0));
    expect(seen.length).toBeGreaterThan(5);
    expect(await pixelsOf(page, picture, seen)).toEqual(seen.map(({ fill }) => fill));
  });

  test("WHEN it is wider than the screen THEN only tables and pictures scroll, and not the page", async () => {
    const { width } = page.viewportSize() ?? { width: 0 };
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });
});

describe("GIVEN a keyboard and no mouse", () => {
  test("WHEN one goes from link to link THEN the first skips to the report, and what scrolls can be reached and scrolled", async () => {
    const page = await open({ viewport: phone });
    const focused = (): Promise<string> =>
      page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the report");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Chart of the timeline");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    await expect(page.waitForFunction("document.activeElement.scrollLeft > 0")).resolves.toBeDefined();
    await page.context().close();
  });
});

describe("GIVEN paper", () => {
  test("WHEN it is printed from a dark screen THEN it is black on white, whole, and without links", async () => {
    const page = await open({ viewport: desktop, colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const styleOf = (property: string): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.body).getPropertyValue("${property}")`);
    expect([await styleOf("background-color"), await styleOf("color")]).toEqual(["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
    expect(await page.locator("nav").isVisible()).toBe(false);
    const overflow = "getComputedStyle(document.querySelector('.scroll')).overflow";
    expect(await page.evaluate<string>(overflow)).toBe("visible");
    expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString()).toBe("%PDF-");
    await page.context().close();
  });
});
