import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { type Environment, type Platform, PlatformError } from "./platform.ts";

/** The platform that the environment is of. */
export function platformOf(env: Environment): Platform {
  if (env["GITHUB_ACTIONS"] === "true") return github(env);
  if (env["GITLAB_CI"] === "true") return gitlab(env);
  throw new PlatformError("this is neither GitHub Actions nor GitLab CI: leave out --comment and --issue");
}
