type Value = string | number | boolean;
export type Section = Readonly<Record<string, Value>>;
/** Sections of an INI file by name. */
export type Ini = Readonly<Record<string, Section>>;

/** Renders a file of oslo.config or PasteDeploy. */
export function render(ini: Ini): string {
  const sections = Object.entries(ini).map(([name, section]) => {
    const lines = Object.entries(section).map(([key, value]) => `${key} = ${String(value)}`);
    return [`[${name}]`, ...lines].join("\n");
  });
  return `${sections.join("\n\n")}\n`;
}
