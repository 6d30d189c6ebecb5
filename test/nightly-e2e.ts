import { e2eFiles } from "./e2e/files.ts";
import { endToEnd } from "./support/end-to-end.ts";
import { finish } from "./support/suites.ts";

/** The end-to-end tests that `npm test` leaves out, because each takes minutes and quicker tests hold its rules too. */

finish(await endToEnd(await e2eFiles("nightly")));
