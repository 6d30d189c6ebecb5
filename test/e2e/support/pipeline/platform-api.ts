import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { PullRequest } from "./repository.ts";

const written = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  description: z.string().optional(),
});
type Written = z.infer<typeof written>;

interface Comment {
  readonly id: number;
  readonly on: number;
  body: string;
}

/** What the steps ask of the API of GitHub or GitLab: comments, approvals and issues, which it keeps. */
export class PlatformApi {
  readonly comments: Comment[] = [];
  readonly issues: { readonly title: string; readonly text: string }[] = [];
  readonly #approvals: PullRequest[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<PlatformApi> {
    const server = createServer();
    const api = new PlatformApi(server);
    server.on("request", (request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        const route = `${request.method} ${request.url?.split("?", 1)[0]}`;
        const answer = api.#answer(route, written.parse(text === "" ? {} : JSON.parse(text)));
        response.statusCode = answer === undefined ? 404 : 200;
        response.end(JSON.stringify(answer ?? { message: `no answer for ${route}` }));
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop = (): void => {
    this.#server.closeAllConnections();
    this.#server.close();
  };

  /** As a person of the team approves the commit that the request has now. */
  approve(request: PullRequest): void {
    this.#approvals.push(request);
  }

  /** The comments on a request, the first one first. */
  commentsOn = ({ number }: PullRequest): string[] =>
    this.comments.filter(({ on }) => on === number).map(({ body }) => body);

  #answer(route: string, { title = "", body, description }: Written): unknown {
    const text = body ?? description ?? "";
    const [, id] = /(?:PATCH|PUT) .*\/(?:comments|notes)\/(\d+)$/.exec(route) ?? [];
    if (id !== undefined) return this.#rewrite(Number(id), text);
    const [, method, on] = /^(GET|POST) .*\/(?:issues|merge_requests)\/(\d+)\/(?:comments|notes)$/.exec(route) ?? [];
    if (method === "POST") return this.comments.push({ id: this.comments.length + 1, on: Number(on), body: text });
    if (method === "GET") return this.comments.filter((comment) => comment.on === Number(on));
    const [, of, what] = /^GET .*\/(?:pulls|merge_requests)\/(\d+)\/(reviews|approvals)$/.exec(route) ?? [];
    if (what !== undefined) return this.#approved(Number(of), what === "approvals");
    if (/^POST .*\/issues$/.test(route)) return this.issues.push({ title, text });
    return /^GET .*\/issues$/.test(route) ? [] : undefined;
  }

  #rewrite(id: number, text: string): Comment | undefined {
    const found = this.comments.find((comment) => comment.id === id);
    if (found) found.body = text;
    return found;
  }

  #approved(number: number, isGitlab: boolean): unknown {
    const commits = this.#approvals.filter((it) => it.number === number).map(({ head }) => head);
    if (isGitlab) return { approved_by: commits.map(() => ({ user: {} })) };
    const review = { user: { login: "reviewer" }, state: "APPROVED", author_association: "MEMBER" };
    return commits.map((commit) => ({ ...review, commit_id: commit }));
  }
}
