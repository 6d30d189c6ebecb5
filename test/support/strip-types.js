import { stripTypeScriptTypes } from "node:module";

/** Jest sees the sources as Node does: types are stripped in place, so that lines and columns stay. */
export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
