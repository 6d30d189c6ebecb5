import type { Dispatcher } from "undici";
import type { Steps } from "../run/steps.ts";

/** A request as it reaches a server. */
export interface ModelRequest {
  /** who sends it: the first label of the host, as `plugin-1` in https://plugin-1.api.test */
  readonly from: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: object;
}

/** A stream that a server goes on to write to: a watch. */
export interface Outlet {
  write(event: WatchEvent): void;
  end(): void;
  /** the connection breaks */
  break(): void;
}

export interface ModelAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is text */
  readonly body?: unknown;
  /** of a stream: told once the client has the headers; returns what is done when the client goes */
  readonly stream?: (outlet: Outlet) => () => void;
  /** the answer never arrives: the connection breaks instead */
  readonly lost?: boolean;
  /** ms that the answer is under way */
  readonly delay?: number;
}

/** A server of the model. What it does to the world, it does at once. */
export type Service = (request: ModelRequest) => ModelAnswer;

/** The servers by the last labels of their hosts, as `api.test`. */
export class Services {
  readonly #steps: Steps;
  readonly #services = new Map<string, Service>();
  /** processes that are gone: nothing of theirs is sent any more, and nothing reaches them */
  readonly #gone = new Set<string>();
  readonly #exchanges = new Map<string, Set<Exchange>>();

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  serve(host: string, service: Service): void {
    this.#services.set(host, service);
  }

  /** Whether requests of the process still count. */
  isAlive(from: string): boolean {
    return !this.#gone.has(from);
  }

  /** From now on the process is gone, with its connections. */
  discard(from: string): void {
    this.#gone.add(from);
    for (const exchange of this.#exchanges.get(from) ?? []) exchange.drop();
    this.#exchanges.delete(from);
  }

  send(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const url = new URL(options.path, String(options.origin));
    const [from = "", ...host] = url.hostname.split(".");
    if (this.#gone.has(from)) {
      queueMicrotask(() => refuse(handler, brokenConnection()));
      return;
    }
    const service = this.#services.get(host.join("."));
    if (!service) throw new Error(`the model has no server ${url.host}`);
    const own = this.#exchanges.get(from) ?? new Set();
    this.#exchanges.set(from, own);
    const label = `${from} ${String(options.method)} ${url.pathname}${shownQuery(url)}`;
    const exchange = new Exchange(this.#steps, options, handler, label);
    own.add(exchange);
    exchange.begin((body) => service({ from, method: String(options.method), url, headers: headersOf(options), body }));
  }
}

const shownQuery = ({ searchParams }: URL): string => (searchParams.get("watch") === "true" ? " (watch)" : "");

/** One request and its answer, with the limits of undici's own client: headersTimeout and bodyTimeout. */
class Exchange {
  readonly #steps: Steps;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #label: string;
  readonly #controller: Dispatcher.DispatchController;
  #reason: Error | null = null;
  #isOver = false;
  #stopLimit: () => void = () => undefined;
  #leave: () => void = () => undefined;
  /** what has been written and not delivered yet, a chunk each */
  readonly #written: WatchEvent[] = [];

  constructor(steps: Steps, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, label: string) {
    this.#steps = steps;
    this.#options = options;
    this.#handler = handler;
    this.#label = label;
    const reason = (): Error | null => this.#reason;
    this.#controller = {
      get aborted() {
        return reason() !== null;
      },
      paused: false,
      get reason() {
        return reason();
      },
      abort: (error) => this.#fail(error),
      // a model has room for what is not read yet
      pause: () => undefined,
      resume: () => undefined,
    };
  }

  begin(serve: (body: string) => ModelAnswer): void {
    this.#handler.onRequestStart?.(this.#controller, {});
    if (this.#isOver) return;
    this.#limit(this.#options.headersTimeout, "UND_ERR_HEADERS_TIMEOUT");
    const { body } = this.#options;
    const arrived = (text: string): void => {
      // what is aborted on its way may arrive or not: here it does not
      if (!this.#isOver) this.#answer(serve(text));
    };
    if (typeof body === "string" || body === null || body === undefined) this.#step("->", () => arrived(body ?? ""));
    else void textOf(body as AsyncIterable<Uint8Array>).then((text) => this.#step("->", () => arrived(text)));
  }

  /** The process is gone. What still runs of it ends. */
  drop(): void {
    this.#fail(brokenConnection());
  }

  #answer({ status, headers, body, stream, lost = false, delay = 0 }: ModelAnswer): void {
    if (lost) {
      this.#later(delay, "<- nothing, the connection breaks", () => this.#fail(brokenConnection()));
      return;
    }
    this.#later(delay, `<- ${status}`, () => {
      this.#stopLimit();
      const all = { "content-type": "application/json", ...headers };
      // undici's fetch reads these
      this.#controller.rawHeaders = all;
      this.#handler.onResponseStart?.(this.#controller, status, all, "");
      if (stream) this.#open(stream);
      else this.#complete(typeof body === "string" ? body : JSON.stringify(body ?? {}));
    });
  }

  #complete(text: string): void {
    if (text !== "") this.#handler.onResponseData?.(this.#controller, Buffer.from(text));
    if (this.#isOver) return;
    this.#end();
    this.#handler.onResponseEnd?.(this.#controller, {});
  }

  #open(stream: NonNullable<ModelAnswer["stream"]>): void {
    this.#limit(this.#options.bodyTimeout, "UND_ERR_BODY_TIMEOUT");
    this.#leave = stream({
      write: (event) => {
        this.#written.push(event);
        // in its order: the next one is on its way once this one has arrived
        if (this.#written.length === 1) this.#deliver();
      },
      end: () => this.#step("<- the end", () => this.#complete("")),
      break: () => this.#step("<- the connection breaks", () => this.#fail(brokenConnection())),
    });
  }

  #deliver(): void {
    const [event] = this.#written;
    if (!event) return;
    this.#step(`<- ${summaryOf(event)}`, () => {
      this.#limit(this.#options.bodyTimeout, "UND_ERR_BODY_TIMEOUT");
      this.#handler.onResponseData?.(this.#controller, Buffer.from(`${JSON.stringify(event)}\n`));
      this.#written.shift();
      if (this.#written.length > 0 && !this.#isOver) this.#deliver();
    });
  }

  #step(what: string, task: () => void): void {
    this.#later(0, what, task);
  }

  #later(ms: number, what: string, task: () => void): void {
    const arrive = (): void => this.#steps.step(`${this.#label} ${what}`, task, () => this.#isOver);
    if (ms === 0) arrive();
    else this.#steps.later(ms, `${this.#label} ${what}, late`, arrive);
  }

  #limit(ms: number | null | undefined, code: string): void {
    this.#stopLimit();
    if (ms === null || ms === undefined || ms === 0) return;
    const timer = setTimeout(() => this.#fail(Object.assign(new Error("no answer in time"), { code })), ms);
    this.#stopLimit = () => clearTimeout(timer);
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#reason = error;
    this.#end();
    this.#handler.onResponseError?.(this.#controller, error);
  }

  #end(): void {
    this.#isOver = true;
    this.#stopLimit();
    this.#leave();
  }
}

/** What the handler is told needs a controller that nobody uses any more. */
function refuse(handler: Dispatcher.DispatchHandler, error: Error): void {
  const nothing = (): void => undefined;
  handler.onResponseError?.(
    { aborted: true, paused: false, reason: error, abort: nothing, pause: nothing, resume: nothing },
    error,
  );
}

const brokenConnection = (): Error => Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** undici gives them as an object, or as a flat list of names and values. */
function headersOf({ headers }: Dispatcher.DispatchOptions): Record<string, string> {
  if (Array.isArray(headers)) {
    return Object.fromEntries(headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1] ?? ""]] : [])));
  }
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}

/** A line of a watch, as a trace shows it: `MODIFIED lab-worker-0`. */
function summaryOf({ type, object }: WatchEvent): string {
  const { metadata } = object as { metadata?: { name?: string } };
  return `${type} ${metadata?.name ?? ""}`.trim();
}

/**
 * As an Agent of undici, which hands everything to the model.
 *
 * @param services of the run that is under way
 */
export function simulatedDispatcher(base: typeof Dispatcher, services: () => Services): new () => Dispatcher {
  return class extends base {
    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      services().send(options, handler);
      return true;
    }

    override close(): Promise<void> {
      return Promise.resolve();
    }

    override destroy(): Promise<void> {
      return Promise.resolve();
    }
  };
}
