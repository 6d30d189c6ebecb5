import { z } from "zod";

const report = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ title: z.string(), status: z.string() })) })),
});

/**
 * What became of each test of a report of Jest, by its title. The cases of a table have one title: one that failed tells of
 * all of them.
 *
 * @param text JSON, as `jest --json` writes it
 */
export function statusesOf(text: string): Map<string, string> {
  const statuses = new Map<string, string>();
  for (const { assertionResults } of report.parse(JSON.parse(text)).testResults) {
    for (const { title, status } of assertionResults) {
      if (statuses.get(title) !== "failed") statuses.set(title, status);
    }
  }
  return statuses;
}
