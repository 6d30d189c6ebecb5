import { kubernetesSetting } from "./lab/settings.ts";
import { finish, jest, onTheLab } from "./support/suites.ts";

/**
 * The e2e tests that declare Kubernetes objects, on the official Kubernetes plugin instead of the lab's stand-in: what
 * the stand-in does otherwise shows here. On a lab that it brings up, infra/registrar has declared the program's account
 * by the official plugin; on one that is up already, the official plugin previews and refreshes what the stand-in declared.
 */

// the lab, the tests and all that they start inherit it
process.env[kubernetesSetting] = "official";
const files = "e2e/(engine/kubernetes-plugin|access/registrar)";
finish(await onTheLab(async () => [await jest("e2e", "--runInBand", "--testPathPatterns", files)]));
