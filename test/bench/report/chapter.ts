/**
 * The document with a chapter in the place of the one that has its title, or at its end.
 * @param title the chapter's first line, e.g. `## Requests`
 */
export function withChapter(document: string, title: string, chapter: string): string {
  const start = document.indexOf(title);
  if (start < 0) return `${document.trimEnd()}\n\n${chapter}`;
  const end = document.indexOf("\n## ", start);
  return `${document.slice(0, start)}${chapter}${end < 0 ? "" : document.slice(end)}`;
}
