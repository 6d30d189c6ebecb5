/** Markup that is safe: only {@link html} makes it. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** A template whose values are escaped, but for other templates. A list stands for its parts in their order. */
  static readonly of = (texts: TemplateStringsArray, ...values: readonly Value[]): Html =>
    new Html(texts.map((text, i) => text + markupOf(values[i])).join(""));

  toString(): string {
    return this.#markup;
  }
}

export type Value = string | number | Html | undefined | readonly Value[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters that no document may have: https://html.spec.whatwg.org/#preprocessing-the-input-stream */
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}|\p{Noncharacter_Code_Point}/gu;

/** A text as content or as the value of a quoted attribute. */
export const escapeText = (text: string): string =>
  text.replace(controls, "\ufffd").replace(/[&<>"']/g, (character) => entities[character] ?? character);

function markupOf(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "string") return escapeText(value);
  return typeof value === "number" ? String(value) : value.map(markupOf).join("");
}

export const html = Html.of;

/** What is wider than the screen of a phone, and scrolls for itself: also by the keyboard. */
export const scrolling = (label: string, content: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;

/** A table with its caption; the first cell of each row is the row's header. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Value[])[]): Html {
  const head = columns.map((column) => html`<th scope="col">${column}</th>`);
  const body = rows.map(
    ([first, ...cells]) =>
      html`<tr>
        <th scope="row">${first}</th>
        ${cells.map((cell) => html`<td>${cell}</td>`)}
      </tr>`,
  );
  return scrolling(
    caption,
    html`<table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>`,
  );
}

/** ms since the epoch, in UTC. */
export function time(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}
