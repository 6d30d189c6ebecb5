import path from "node:path";
import { environmentWithout } from "../../../lab/runtime/environment.ts";
import { sh } from "../../../lab/runtime/sh.ts";

const person = { NAME: "A person", EMAIL: "person@example.test" };

/** Nothing of the machine's own configuration of Git, or of a hook that the tests may run in. */
const env = {
  ...environmentWithout(/^GIT_/),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) =>
      Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    ),
  ),
};

const git = (folder: string, ...args: readonly string[]): Promise<string> =>
  sh("git", args, { cwd: folder, env, extendEnv: false });

/** A pull or merge request. */
export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  /** the branch's commit */
  readonly head: string;
  /** as the platforms do: a branch in the bare repository that is the branch merged into main, and its commit */
  readonly merged: { readonly ref: string; readonly sha: string };
}

/** A push to main. */
export interface Push {
  readonly before: string;
  readonly after: string;
  /** paths of the files that differ */
  readonly files: readonly string[];
}

/** A bare Git repository, as a platform has it, and the clone of the person who works on it. */
export class Repository {
  readonly #bare: string;
  readonly #clone: string;
  #requests = 0;

  private constructor(bare: string, clone: string) {
    this.#bare = bare;
    this.#clone = clone;
  }

  /** @param clone a folder whose files become the first commit on main */
  static async create(bare: string, clone: string): Promise<Repository> {
    await sh("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare], { env, extendEnv: false });
    await git(clone, "init", "--quiet", "--initial-branch=main");
    await git(clone, "remote", "add", "origin", bare);
    const repository = new Repository(bare, clone);
    await repository.#commit("Begin");
    await git(clone, "push", "--quiet", "origin", "main");
    return repository;
  }

  async #commit(subject: string): Promise<void> {
    await git(this.#clone, "add", "--all");
    await git(this.#clone, "commit", "--quiet", "--message", subject);
  }

  /** Commits what `edit` changes in the clone on a new branch, and pushes that. */
  async open(branch: string, edit: () => Promise<void>): Promise<PullRequest> {
    await git(this.#clone, "switch", "--quiet", "--create", branch, "main");
    await edit();
    await this.#commit(`Edit the stack: ${branch}`);
    const head = await git(this.#clone, "rev-parse", "HEAD");
    await git(this.#clone, "push", "--quiet", "origin", branch);
    await git(this.#clone, "switch", "--quiet", "--detach", "main");
    await git(this.#clone, "merge", "--quiet", "--no-ff", "--message", `Merge ${branch} into main`, branch);
    const number = ++this.#requests;
    const ref = `refs/pull/${number}/merge`;
    await git(this.#clone, "push", "--quiet", "origin", `HEAD:${ref}`);
    const sha = await git(this.#clone, "rev-parse", "HEAD");
    await git(this.#clone, "switch", "--quiet", "main");
    return { number, branch, head, merged: { ref, sha } };
  }

  /** Moves main forward to the branch; a branch that does not have all of main is refused. */
  async merge({ branch }: PullRequest): Promise<Push> {
    const before = await this.main();
    await git(this.#clone, "push", "--quiet", "origin", `${branch}:main`);
    await git(this.#clone, "merge", "--quiet", "--ff-only", branch);
    const after = await this.main();
    const files = (await git(this.#bare, "diff", "--name-only", before, after)).split("\n");
    return { before, after, files };
  }

  main = (): Promise<string> => git(this.#bare, "rev-parse", "refs/heads/main");

  read = (commit: string, file: string): Promise<string> => git(this.#bare, "show", `${commit}:${file}`);

  /** Paths of the files in a folder. */
  async list(commit: string, folder: string): Promise<string[]> {
    const names = await git(this.#bare, "ls-tree", "--name-only", `${commit}:${folder}`);
    return names.split("\n").map((name) => path.posix.join(folder, name));
  }

  /** What actions/checkout and GitLab's runner do. */
  async checkout(ref: string, folder: string): Promise<void> {
    await sh("git", ["clone", "--quiet", "--no-checkout", this.#bare, folder], { env, extendEnv: false });
    await git(folder, "fetch", "--quiet", "origin", ref);
    await git(folder, "checkout", "--quiet", "--detach", "FETCH_HEAD");
  }
}
