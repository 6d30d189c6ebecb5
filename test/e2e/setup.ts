import { jest } from "@jest/globals";

/** Real machines boot in these tests; what waits has a bound of its own that names what it waited for. */
jest.setTimeout(15 * 60_000);
