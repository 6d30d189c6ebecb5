import { jest } from "@jest/globals";

/** For what hangs: a cold or busy machine takes seconds to load a client library alone, and a test asserts no time. */
jest.setTimeout(60_000);
