/** Bytes of a line that Ignition refuses as too long for systemd. */
const longestLine = 2048;

/** Bytes of Go's bufio.Reader: a line is only found to be too long as far as it is buffered. */
const buffer = 4096;

class UnitError extends Error {}

const quoted = (text: string): string => JSON.stringify(text.trim().slice(0, 60));

/** Reads the text of a unit as unit.Deserialize of coreos/go-systemd does, by which Ignition validates it. */
class UnitReader {
  readonly sections: string[] = [];
  /** one character a byte */
  readonly #bytes: string;
  #at = 0;
  #buffered = 0;

  constructor(text: string) {
    this.#bytes = Buffer.from(text).toString("latin1");
  }

  /** @throws UnitError */
  read(): void {
    while (this.#at < this.#bytes.length) {
      this.#refuseLongLine();
      const next = this.#bytes.charAt(this.#at);
      this.#skipTo(this.#at + 1);
      if (next === "[") this.#readSection();
      else if (next === "#" || next === ";") this.#readComment();
      else if (this.sections.length > 0 && !/\s/.test(next)) this.#readOption();
    }
  }

  #refuseLongLine(): void {
    const line = this.#bytes.slice(this.#at, this.#at + longestLine);
    if (this.#buffered - this.#at >= longestLine && !/[\r\n]/.test(line))
      throw new UnitError(`a line longer than ${longestLine} bytes: ${quoted(line)}...`);
  }

  /** Goes on, a character at a time. */
  #skipTo(end: number): void {
    while (this.#buffered < end) this.#buffered = Math.min(this.#bytes.length, this.#buffered + buffer);
    this.#at = end;
  }

  /** The text up to a delimiter, with it; undefined: there is none. */
  #readTo(delimiter: string): string | undefined {
    const found = this.#bytes.indexOf(delimiter, this.#at);
    const end = found < 0 ? this.#bytes.length : found + 1;
    const text = this.#bytes.slice(this.#at, end);
    while (this.#buffered < end) {
      if (this.#buffered - this.#at >= buffer) this.#at = this.#buffered;
      this.#buffered = Math.min(this.#bytes.length, this.#at + buffer);
    }
    this.#at = end;
    return found < 0 ? undefined : text;
  }

  #readLine(): string {
    const from = this.#at;
    return (this.#readTo("\n") ?? this.#bytes.slice(from)).replace(/\n$/, "");
  }

  #readSection(): void {
    this.#refuseLongLine();
    const from = this.#at;
    const name = this.#readTo("]");
    if (name === undefined) {
      const [line = ""] = this.#bytes.slice(from - 1).split("\n", 1);
      throw new UnitError(`a section without its closing bracket: ${quoted(line)}`);
    }
    this.#refuseLongLine();
    const rest = this.#readLine();
    if (rest.trim() !== "") throw new UnitError(`text after the section [${name} ${quoted(rest)}`);
    this.sections.push(name.slice(0, -1));
  }

  #readComment(): void {
    this.#refuseLongLine();
    while (/\\ ?$/.test(this.#readLine()));
  }

  #readOption(): void {
    this.#at -= 1;
    this.#refuseLongLine();
    const [line = ""] = this.#bytes.slice(this.#at).split(/[\r\n]/, 1);
    const end = line.indexOf("=");
    if (end < 0) throw new UnitError(`a line without "=": ${quoted(line)}`);
    this.#skipTo(this.#at + end + 1);
    do this.#refuseLongLine();
    while (this.#readLine().endsWith("\\") && this.#at < this.#bytes.length);
  }
}

/** Sections of a unit as far as they can be read, or what is wrong with its text. */
export function parseUnit(text: string): { sections: readonly string[]; problem?: string } {
  const reader = new UnitReader(text);
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return { sections: reader.sections, problem: error.message };
  }
  return { sections: reader.sections };
}
