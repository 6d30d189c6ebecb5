import { capacitySection } from "./capacity-section.ts";
import { timelineSection } from "./gantt.ts";
import { type Html, html, time } from "./html.ts";
import type { ReportModel } from "./model.ts";
import { drainSection, preflightSection, topologySection } from "./sections.ts";
import { style } from "./style.ts";

/** No script runs, and nothing is fetched, whatever a name may contain. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

const sectionsOf = (model: ReportModel): Section[] => [
  { id: "timeline", title: "Timeline", content: timelineSection(model) },
  { id: "capacity", title: "Rollout and capacity", content: capacitySection(model) },
  { id: "topology", title: "Topology", content: topologySection(model.topology) },
  { id: "drains", title: "Drain log", content: drainSection(model) },
  { id: "preflight", title: "Preflight", content: preflightSection(model) },
];

function unreadOf({ unread }: ReportModel): Html | undefined {
  if (unread.length === 0) return undefined;
  return html`<h2 id="unread">Not read</h2>
    <ul>
      ${unread.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}

/** The report of a stack: one page that needs nothing else. */
export function renderPage(model: ReportModel): string {
  const sections = sectionsOf(model);
  const title = `Bare-metal workers of stack ${model.stack}`;
  const links = sections.map(({ id, title: text }) => html`<li><a href="#${id}">${text}</a></li>`);
  const content = sections.map(
    (section) =>
      html`<section aria-labelledby="${section.id}">
        <h2 id="${section.id}">${section.title}</h2>
        ${section.content}
      </section>`,
  );
  const head = html`<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>`;
  const body = html`<body>
    <a class="skip" href="#main">Skip to the report</a>
    <header>
      <h1>${title}</h1>
      <p class="note">Written at ${time(model.at)}</p>
      <nav aria-label="Contents">
        <ul>
          ${links}
        </ul>
      </nav>
    </header>
    <main id="main">${unreadOf(model)}${content}</main>
  </body>`;
  return `<!doctype html>\n<html lang="en">${head.toString()}${style}</style></head>${body.toString()}</html>\n`;
}
