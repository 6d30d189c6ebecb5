import { createHash } from "node:crypto";
import type { Worker } from "./recording.ts";

/** Makes the data of many workers from that of two recorded ones. */

/** Addresses that one byte of an IPv4 address is used for. */
const perByte = 250;

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A UUID of version 4 that is the same whenever the text is. */
export function uuidOf(text: string): string {
  const hex = digest(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A MAC address of that vendor. */
function macOf(vendor: string, i: number): string {
  const bytes = i.toString(16).padStart(6, "0").match(/../g) ?? [];
  return [vendor, ...bytes].join(":");
}

/**
 * A worker by its number, from 0.
 * @param like a recorded one: its name ends with its number
 */
export function workerAt(i: number, like: Worker): Worker {
  const { name, address, nodeUid } = like;
  const network = address.split(".").slice(0, 2).join(".");
  return {
    name: name.replace(/\d+$/, String(i)),
    serverId: uuidOf(`server ${i}`),
    portId: uuidOf(`port ${i}`),
    // the third byte from 16 on: below are the cluster's own
    address: `${network}.${16 + Math.floor(i / perByte)}.${(i % perByte) + 2}`,
    mac: macOf("52:54:00", i),
    portMac: macOf("fa:16:3e", i),
    ...(nodeUid !== undefined && { nodeUid: uuidOf(`node ${i}`) }),
  };
}

type Keys = readonly (keyof Worker)[];
const keysOf = (worker: Worker): Keys => Object.keys(worker) as (keyof Worker)[];

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Any text of a worker. One that goes on with a digit is another worker's: an address, a name. */
const patternOf = (worker: Worker): RegExp =>
  new RegExp(
    `(?<!\\d)(${keysOf(worker)
      .map((key) => escaped(worker[key] ?? ""))
      .join("|")})(?!\\d)`,
  );

/** What two recorded workers become. */
export class Multiplication {
  readonly #first: Worker;
  readonly #workers: readonly Worker[];
  readonly #patterns: readonly [RegExp, RegExp];

  constructor([first, second]: readonly [Worker, Worker], count: number) {
    this.#first = first;
    this.#patterns = [patternOf(first), patternOf(second)];
    this.#workers = Array.from({ length: count }, (_, i) => workerAt(i, first));
  }

  /**
   * The value with all workers in the place of the two. What is of one worker has to be an element of a list, or an entry of
   * an object by its key, whose neighbour is the same of the other: the first worker's becomes one for each worker, and the
   * second's goes.
   *
   * @throws for a text of a worker that is not in such an element
   */
  apply<T>(value: T): T {
    return this.#apply(value, "") as T;
  }

  #apply(value: unknown, at: string): unknown {
    if (Array.isArray(value)) return value.flatMap((each: unknown, i) => this.#element(each, `${at}[${i}]`));
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).flatMap((entry) => this.#entry(entry, at)));
    }
    if (typeof value === "string" && this.#isOf(value).some((is) => is)) {
      throw new Error(`${at} is of one worker, and not an element of a list: ${value}`);
    }
    return value;
  }

  #isOf(text: string): boolean[] {
    return this.#patterns.map((pattern) => pattern.test(text));
  }

  #element(element: unknown, at: string): unknown[] {
    const text = JSON.stringify(element);
    const [isFirst, isSecond] = this.#isOf(text);
    if (isFirst === isSecond) return [this.#apply(element, at)];
    return isFirst ? this.#forEach(text) : [];
  }

  #entry(entry: [string, unknown], at: string): [string, unknown][] {
    const [key, value] = entry;
    const [isFirst, isSecond] = this.#isOf(key);
    if (isFirst === isSecond) return [[key, this.#apply(value, `${at}.${key}`)]];
    return isFirst ? (this.#forEach(JSON.stringify(entry)) as [string, unknown][]) : [];
  }

  /** The text of the first worker, parsed, for each worker. */
  #forEach(text: string): unknown[] {
    const pattern = this.#patterns[0];
    const pieces = text.split(new RegExp(pattern.source));
    const keys = pieces.map((piece, i) => (i % 2 === 1 ? this.#keyOf(piece) : undefined));
    return this.#workers.map((worker): unknown =>
      JSON.parse(pieces.map((piece, i) => this.#textOf(worker, keys[i]) ?? piece).join("")),
    );
  }

  #keyOf(text: string): keyof Worker | undefined {
    return keysOf(this.#first).find((key) => this.#first[key] === text);
  }

  #textOf(worker: Worker, key: keyof Worker | undefined): string | undefined {
    return key && worker[key];
  }
}
