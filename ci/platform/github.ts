import { readFile } from "node:fs/promises";
import { z } from "zod";
import { clientOf, type Environment, firstLine, type Platform, required } from "./platform.ts";

const comments = z.object({ id: z.number(), body: z.string().nullish() });
const reviews = z.object({
  user: z.object({ login: z.string() }).nullish(),
  state: z.string(),
  commit_id: z.string().nullish(),
  author_association: z.string().default("NONE"),
});
const issues = z.object({ number: z.number(), title: z.string(), pull_request: z.unknown().optional() });
const anything = z.unknown();

/** Who belongs to the repository: in a public one anybody may review. */
const insiders = ["OWNER", "MEMBER", "COLLABORATOR"];

const event = z.object({ pull_request: z.object({ number: z.number(), head: z.object({ sha: z.string() }) }) });

/** The pull request of the workflow's event: GITHUB_SHA is that of a merge that nobody has approved. */
async function pullRequest(env: Environment): Promise<{ number: number; sha: string }> {
  const file = required(env, "GITHUB_EVENT_PATH");
  const { pull_request: request } = event.parse(JSON.parse(await readFile(file, "utf8")));
  return { number: request.number, sha: request.head.sha };
}

const label = "drift";

/** GitHub Actions. The step sets GITHUB_TOKEN; the job needs `pull-requests: write`, and `issues: write` for issues. */
export function github(env: Environment): Platform {
  const client = clientOf(required(env, "GITHUB_API_URL"), {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${required(env, "GITHUB_TOKEN")}`,
  });
  const repository = `/repos/${required(env, "GITHUB_REPOSITORY")}`;

  return {
    async comment(text) {
      const { number } = await pullRequest(env);
      const found = await client.list(`${repository}/issues/${number}/comments`, comments);
      const own = found.find(({ body }) => firstLine(body ?? "") === firstLine(text));
      if (own) await client.request("PATCH", `${repository}/issues/comments/${own.id}`, anything, { body: text });
      else await client.request("POST", `${repository}/issues/${number}/comments`, anything, { body: text });
    },

    async approvals() {
      const { number, sha } = await pullRequest(env);
      const found = await client.list(`${repository}/pulls/${number}/reviews`, reviews);
      // in the order of time: a later review of a person takes the place of an earlier one, a comment does not
      const counting = found.filter(
        ({ state, author_association: as }) => insiders.includes(as) && state !== "COMMENTED" && state !== "PENDING",
      );
      const latest = new Map(counting.map((review) => [review.user?.login, review]));
      return [...latest.values()].filter(({ state, commit_id: commit }) => state === "APPROVED" && commit === sha)
        .length;
    },

    async issue(title, text) {
      const found = await client.list(`${repository}/issues?state=open&labels=${label}`, issues);
      const own = found.find((issue) => issue.title === title && issue.pull_request === undefined);
      const place = `${repository}/issues/${own?.number}`;
      if (own && text === undefined) await client.request("PATCH", place, anything, { state: "closed" });
      else if (own) await client.request("PATCH", place, anything, { body: text });
      else if (text !== undefined)
        await client.request("POST", `${repository}/issues`, anything, { title, body: text, labels: [label] });
    },
  };
}
