import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { platformOf } from "../../../ci/platform/choose.ts";
import type { Platform } from "../../../ci/platform/platform.ts";

interface Asked {
  readonly request: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

/** A platform's API with a few answers; what it has none for is 404. */
let answers: Record<string, unknown> = {};
let asked: Asked[] = [];
let server: Server;
let base = "";
let folder = "";

beforeEach(async () => {
  answers = {};
  asked = [];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      const line = `${request.method} ${request.url}`;
      const { authorization, "private-token": token } = request.headers;
      asked.push({
        request: line,
        token: authorization ?? String(token),
        body: text === "" ? undefined : JSON.parse(text),
      });
      response.statusCode = line in answers ? 200 : 404;
      response.end(JSON.stringify(answers[line] ?? { message: "Not Found" }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(path.join(tmpdir(), "platform-"));
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const changesAsked = (): Asked[] => asked.filter(({ request }) => !request.startsWith("GET"));

async function github(): Promise<Platform> {
  const event = path.join(folder, "event.json");
  await writeFile(event, JSON.stringify({ pull_request: { number: 7, head: { sha: "abc" } } }));
  return platformOf({
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: base,
    GITHUB_REPOSITORY: "o/r",
    GITHUB_TOKEN: "t",
    GITHUB_EVENT_PATH: event,
  });
}

const gitlab = (): Promise<Platform> =>
  Promise.resolve(
    platformOf({
      GITLAB_CI: "true",
      CI_API_V4_URL: base,
      CI_PROJECT_ID: "5",
      CI_MERGE_REQUEST_IID: "7",
      GITLAB_TOKEN: "t",
    }),
  );

const page = "per_page=100&page=1";

/** What differs between the two. */
const platforms = [
  {
    name: "GitHub",
    make: github,
    token: "Bearer t",
    comments: `GET /repos/o/r/issues/7/comments?${page}`,
    post: "POST /repos/o/r/issues/7/comments",
    edit: "PATCH /repos/o/r/issues/comments/2",
    issues: `GET /repos/o/r/issues?state=open&labels=drift&${page}`,
    open: "POST /repos/o/r/issues",
    rewrite: "PATCH /repos/o/r/issues/3",
    issue: { number: 3, title: "Drift" },
    opened: { title: "Drift", body: "text", labels: ["drift"] },
    rewritten: { body: "text" },
    closed: { state: "closed" },
  },
  {
    name: "GitLab",
    make: gitlab,
    token: "t",
    comments: `GET /projects/5/merge_requests/7/notes?${page}`,
    post: "POST /projects/5/merge_requests/7/notes",
    edit: "PUT /projects/5/merge_requests/7/notes/2",
    issues: `GET /projects/5/issues?state=opened&labels=drift&${page}`,
    open: "POST /projects/5/issues",
    rewrite: "PUT /projects/5/issues/3",
    issue: { iid: 3, title: "Drift" },
    opened: { title: "Drift", description: "text", labels: "drift" },
    rewritten: { description: "text" },
    closed: { state_event: "close" },
  },
];

describe.each(platforms)("GIVEN a pull request on $name", (of) => {
  test("WHEN a stack is previewed the first time THEN a comment is written", async () => {
    answers = { [of.comments]: [{ id: 1, body: "<!-- b -->\nx" }], [of.post]: {} };
    await (await of.make()).comment("<!-- a -->\nnew");
    expect(changesAsked()).toEqual([{ request: of.post, token: of.token, body: { body: "<!-- a -->\nnew" } }]);
  });

  test("WHEN it is previewed again THEN the comment of that stack is written anew", async () => {
    const others = Array.from({ length: 100 }, () => ({ id: 1, body: "<!-- b -->" }));
    const second = of.comments.replace("&page=1", "&page=2");
    answers = { [of.comments]: others, [second]: [{ id: 2, body: "<!-- a -->\nold" }], [of.edit]: {} };
    await (await of.make()).comment("<!-- a -->\nnew");
    expect(changesAsked().map(({ request }) => request)).toEqual([of.edit]);
  });

  test.each<[string, readonly object[], string | undefined, string, () => object]>([
    ["none is open", [], "text", "open", () => of.opened],
    ["one is open", [of.issue], "text", "rewrite", () => of.rewritten],
    ["there is no drift any more", [of.issue], undefined, "rewrite", () => of.closed],
  ])("WHEN an issue is wanted and %s THEN there is one, or none", async (_, issues, text, action, body) => {
    const request = action === "open" ? of.open : of.rewrite;
    answers = { [of.issues]: issues, [request]: {} };
    await (await of.make()).issue("Drift", text);
    expect(changesAsked()).toEqual([{ request, token: of.token, body: body() }]);
  });

  test("WHEN there was no drift, and is none THEN nothing is written", async () => {
    answers = { [of.issues]: [{ ...of.issue, title: "Drift of another stack" }] };
    await (await of.make()).issue("Drift", undefined);
    expect(changesAsked()).toEqual([]);
  });

  test("WHEN it refuses a request THEN the error says which, and has no token", async () => {
    await expect((await of.make()).comment("x")).rejects.toThrow(/^GET http.*HTTP 404: .*Not Found/);
  });
});

describe("GIVEN the reviews of a pull request on GitHub WHEN approvals are counted", () => {
  const review = (login: string, state: string, commit = "abc", as = "MEMBER") => ({
    user: { login },
    state,
    commit_id: commit,
    author_association: as,
  });
  test.each<[string, readonly object[], number]>([
    ["none", [], 0],
    ["one of this commit", [review("a", "APPROVED")], 1],
    ["one of an earlier commit", [review("a", "APPROVED", "old")], 0],
    ["one that was taken back", [review("a", "APPROVED"), review("a", "CHANGES_REQUESTED")], 0],
    ["one that was commented on", [review("a", "APPROVED"), review("a", "COMMENTED")], 1],
    ["one of somebody who does not belong to the repository", [review("a", "APPROVED", "abc", "CONTRIBUTOR")], 0],
    ["two people's", [review("a", "APPROVED"), review("b", "APPROVED")], 2],
  ])("THEN %s counts as it should", async (_, reviews, expected) => {
    answers = { [`GET /repos/o/r/pulls/7/reviews?${page}`]: reviews };
    expect(await (await github()).approvals()).toBe(expected);
  });
});

test("GIVEN the approvals of a merge request on GitLab WHEN they are counted THEN each person is one", async () => {
  answers = { "GET /projects/5/merge_requests/7/approvals": { approved_by: [{ user: {} }, { user: {} }] } };
  expect(await (await gitlab()).approvals()).toBe(2);
});

test("GIVEN no platform WHEN a comment is asked for THEN the error says what to leave out", () => {
  expect(() => platformOf({})).toThrow(/neither GitHub Actions nor GitLab CI: leave out --comment/);
  expect(() => platformOf({ GITLAB_CI: "true" })).toThrow("the environment variable CI_API_V4_URL is not set");
});
