import { jest } from "@jest/globals";

/** A cold or busy machine takes seconds to load a client library alone; what waits has a bound of its own. */
jest.setTimeout(30_000);
