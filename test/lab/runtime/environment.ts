/** This process's environment without the variables whose names match. */
export function environmentWithout(names: RegExp): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !names.test(name));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
