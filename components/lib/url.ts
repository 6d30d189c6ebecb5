/** A URL, or what was meant as one, for a message: without the user, the password and the query that it may hold. */
export const withoutCredentials = (text: string): string =>
  text.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)?.*@/is, "$1").replace(/(:\/\/[^?]*\?).*$/s, "$1...");

/** Whether a URL holds a user or a password. */
export const holdsCredentials = ({ username, password }: URL): boolean => username !== "" || password !== "";
