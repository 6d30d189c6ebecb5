import { z } from "zod";
import { clientOf, type Environment, firstLine, type Platform, required } from "./platform.ts";

const notes = z.object({ id: z.number(), body: z.string(), system: z.boolean().default(false) });
const approvals = z.object({ approved_by: z.array(z.unknown()).default([]) });
const issues = z.object({ iid: z.number(), title: z.string() });
const anything = z.unknown();

const label = "drift";

/**
 * GitLab CI. GITLAB_TOKEN is an access token of the project with the scope `api`: the job's own may not write comments. An
 * approval counts for the commit if the project removes approvals when commits are added (its setting for merge requests).
 */
export function gitlab(env: Environment): Platform {
  const client = clientOf(required(env, "CI_API_V4_URL"), { "private-token": required(env, "GITLAB_TOKEN") });
  const project = `/projects/${required(env, "CI_PROJECT_ID")}`;
  const mergeRequest = (): string => `${project}/merge_requests/${required(env, "CI_MERGE_REQUEST_IID")}`;

  return {
    async comment(text) {
      const found = await client.list(`${mergeRequest()}/notes`, notes);
      const own = found.find(({ body, system }) => !system && firstLine(body) === firstLine(text));
      const path = `${mergeRequest()}/notes`;
      if (own) await client.request("PUT", `${path}/${own.id}`, anything, { body: text });
      else await client.request("POST", path, anything, { body: text });
    },

    async approvals() {
      const { approved_by: people } = await client.request("GET", `${mergeRequest()}/approvals`, approvals);
      return people.length;
    },

    async issue(title, text) {
      const found = await client.list(`${project}/issues?state=opened&labels=${label}`, issues);
      const own = found.find((issue) => issue.title === title);
      const place = `${project}/issues/${own?.iid}`;
      if (own && text === undefined) await client.request("PUT", place, anything, { state_event: "close" });
      else if (own) await client.request("PUT", place, anything, { description: text });
      else if (text !== undefined)
        await client.request("POST", `${project}/issues`, anything, { title, description: text, labels: label });
    },
  };
}
