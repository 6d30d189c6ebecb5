/** The longest name of a file, in bytes (limits.h, NAME_MAX). */
const longestName = 255;

/** A token or encoded text: longer than the names that people give to files, and without an ending. */
const isToken = (name: string): boolean => /^[\w+=~-]{40,}$/.test(name);

/**
 * A path for a message, as it is. What stands in its place may be the content that was meant to be in the file, a token or
 * a key: that is not shown.
 */
export function shownPath(file: string): string {
  const names = file.split("/");
  const isPath =
    !/[\n\r{}]|: |-----BEGIN/.test(file) && names.every((name) => name.length <= longestName && !isToken(name));
  return isPath ? file : `(${file.length} characters that look like the content of a file, not like its path)`;
}
