/** A line of a stack trace: a user's error has none. */
export const stackTrace = /^\s+at .*\.(ts|js):\d+/m;
