import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { phases } from "../../../../infra/report/lives.ts";
import type { ReportModel } from "../../../../infra/report/model.ts";
import { renderPage } from "../../../../infra/report/page.ts";
import { reportModel, workers } from "../../../support/report-model.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const isElement = (node: Node): node is Element => "tagName" in node;
const childrenOf = (node: Node): Node[] => ("childNodes" in node ? node.childNodes : []);
const elementsOf = (node: Node): Element[] =>
  childrenOf(node).flatMap((child) => [...(isElement(child) ? [child] : []), ...elementsOf(child)]);
const textOf = (node: Node): string => ("value" in node ? node.value : childrenOf(node).map(textOf).join(""));
const page = (model: ReportModel): Element[] => elementsOf(parse(renderPage(model)));
const of = (elements: readonly Element[], ...tags: string[]): Element[] =>
  elements.filter(({ tagName }) => tags.includes(tagName));
const attribute = ({ attrs }: Element, name: string): string | undefined =>
  attrs.find((each) => each.name === name)?.value;

const elements = page(reportModel());
const texts = (tag: string): string[] => of(elements, tag).map(textOf);

describe("GIVEN the report of an update", () => {
  test("WHEN it is read THEN the timeline has every worker, and every phase of it with its time", () => {
    const titles = texts("title");
    expect(titles).toContain(`${workers[1]}: host wait 30s`);
    expect(titles).toContain(`${workers[2]}: drain 19s`);
    expect(titles).toContain(`${workers[3]}: registration 10s, failed`);
    const used = phases.filter((phase) => phase !== "forced drain");
    expect(used.filter((phase) => !titles.some((title) => title.includes(`: ${phase} `)))).toEqual([]);
  });

  test("WHEN no picture is seen THEN the tables have the same", () => {
    const [first] = of(elements, "table");
    expect(first && textOf(first)).toContain("Time in each phase");
    const rows = of(first ? elementsOf(first) : [], "tr").map((row) => elementsOf(row).map(textOf));
    expect(rows.slice(1).map(([name]) => name)).toEqual(workers);
    expect(rows[0]).toEqual(["Worker", "Begin", ...phases.filter((phase) => phase !== "forced drain"), "Total"]);
  });

  test("WHEN the rest is read THEN capacity, waves, topology, drains and preflight are there", () => {
    const text = elements[0] ? textOf(elements[0]) : "";
    for (const expected of [
      "At least 1 of 4 workers were in service",
      "wave 1",
      "subnet sub (10.0.0.0/24)",
      "server-2, ACTIVE, power on, host host-2",
      "cordoned by somebody else",
      `${workers[0]}-port-0: 10.0.0.20`,
      "drain: waiting for pod shop/web-1",
      "evicts 2 pods (Deployment 2)",
      "image a -> b",
      "ask for more",
    ])
      expect(text).toContain(expected);
  });

  test("WHEN an assistive technology reads it THEN headings leave no level out, and pictures and tables have names", () => {
    const levels = of(elements, "h1", "h2", "h3", "h4", "h5", "h6").map(({ tagName }) => Number(tagName[1]));
    expect(levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1)).toEqual([]);
    const pictures = of(elements, "svg").filter((svg) => attribute(svg, "aria-hidden") === undefined);
    expect(pictures.filter((svg) => attribute(svg, "role") !== "img" || !attribute(svg, "aria-label"))).toEqual([]);
    expect(of(elements, "caption")).toHaveLength(of(elements, "table").length);
    const ids = elements.flatMap((each) => attribute(each, "id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("WHEN it is opened THEN nothing is fetched, and nothing runs", () => {
    const policy = of(elements, "meta").find((meta) => attribute(meta, "http-equiv") === "Content-Security-Policy");
    expect(policy && attribute(policy, "content")).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(of(elements, "script", "link", "img", "iframe")).toEqual([]);
    const targets = elements.flatMap((each) => attribute(each, "href") ?? attribute(each, "src") ?? []);
    expect(targets.filter((target) => !target.startsWith("#"))).toEqual([]);
  });
});

describe("GIVEN a report without an event log", () => {
  const phasesOf = [{ phase: "boot", seconds: 90 }];
  const attached = { value: [{ name: "lab-7x2kq-metal-0", phases: phasesOf }] };

  test("WHEN the outputs have the joins THEN these are the timeline, and it says so", () => {
    const found = page(reportModel({ log: undefined, attached }));
    expect(of(found, "title").map(textOf)).toContain("lab-7x2kq-metal-0: boot 1m30s");
    expect(found[0] && textOf(found[0])).toContain("Without an event log");
  });

  test("WHEN nothing can be read THEN what is missing is named, with the reason", () => {
    const error = { error: "the cluster does not answer" };
    const found = page(reportModel({ log: undefined, attached: error, facts: error, status: error, ports: error }));
    const list = of(found, "ul").map(textOf).join("\n");
    for (const part of ["the stack", "workers", "ports", "the outputs"])
      expect(list).toContain(`${part}: the cluster does not answer`);
  });
});

/** The words that the page chooses by. */
const fixed: readonly string[] = ["phase", "outcome", "severity", "action", "ready", "cordoned"];

/** The same with every text replaced that comes from elsewhere. */
function replaced<T>(value: T, text: string): T {
  const change = (key: string, each: unknown): unknown =>
    typeof each === "string" && !fixed.includes(key) ? text : each;
  return JSON.parse(JSON.stringify(value), change) as T;
}

/** The tags and the names of their attributes, without any text. */
const structureOf = (model: ReportModel): string[] =>
  page(model).map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(" ")}`);

describe("GIVEN texts that were written by others", () => {
  const model = reportModel();
  const plain = structureOf(replaced(model, "x"));
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc
      .array(
        fc.constantFrom(
          "<",
          ">",
          '"',
          "'",
          "&",
          "</",
          "<script>",
          "<!--",
          "]]>",
          "</title>",
          "</style>",
          "onload=",
          "`",
          "${",
          "\0",
          " ",
          "x",
        ),
      )
      .map((parts) => parts.join("")),
  );

  test("WHEN they are shown THEN the page has the tags and attributes that it always has", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(structureOf(replaced(model, text))).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  test("WHEN they are shown THEN they are legible as they are", () => {
    const text = `<img src=x onerror="alert('1')"> & </td>`;
    const found = page({ ...reportModel(), stack: text });
    expect(of(found, "h1").map(textOf)).toEqual([`Bare-metal workers of stack ${text}`]);
  });
});
