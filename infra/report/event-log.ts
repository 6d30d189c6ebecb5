import { z } from "zod";

/** What `pulumi up --event-log <file>` has written of an update, as far as it is read here. */
export interface EventLog {
  readonly steps: readonly Step[];
  readonly messages: readonly Message[];
  /** ms since the epoch, of the first and of the last event */
  readonly from: number;
  readonly to: number;
}

/** What the engine has done with a resource. */
export interface Step {
  /** name of the resource */
  readonly name: string;
  readonly urn: string;
  readonly type: string;
  /** `create`, `delete`, `create-replacement`, ... */
  readonly op: string;
  /** ms since the epoch; the engine's clock has whole seconds */
  readonly from: number;
  /** of a step that has not ended the time of the last event */
  readonly to: number;
  readonly outcome: "done" | "failed" | "unfinished";
}

/** What a resource has said. */
export interface Message {
  readonly name: string;
  readonly urn: string;
  /** ms since the epoch */
  readonly at: number;
  readonly text: string;
  readonly severity: string;
  /** shown only until the next one */
  readonly ephemeral: boolean;
}

const step = z.object({
  metadata: z.object({ op: z.string(), urn: z.string(), type: z.string() }),
  planning: z.boolean().default(false),
});

/** pulumi/pulumi, sdk/go/common/apitype/events.go, EngineEvent. Inputs and outputs, which may be long, are not kept. */
const eventSchema = z.object({
  timestamp: z.number(),
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  resOpFailedEvent: step.optional(),
  diagnosticEvent: z
    .object({
      urn: z.string().default(""),
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().default(false),
    })
    .optional(),
});

type Event = z.output<typeof eventSchema>;

/** What the engine marks colours with (pulumi/pulumi, sdk/go/common/diag/colors). */
const colour = /<\{%[^%]*%\}>/g;

/** https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

function readLine(line: string, number: number): Event {
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new Error(
      `line ${number} of the event log is no event of Pulumi's engine: have it written by ` +
        "PULUMI_DEBUG_COMMANDS=true pulumi up --event-log <file>",
      { cause: error },
    );
  }
}

/** Takes the steps from their begin and their end. */
class Steps {
  readonly ended: Step[] = [];
  readonly #open = new Map<string, Omit<Step, "to" | "outcome">>();

  begin({ op, urn, type }: z.output<typeof step>["metadata"], from: number): void {
    this.#open.set(`${op} ${urn}`, { name: nameOf(urn), urn, type, op, from });
  }

  end({ op, urn }: z.output<typeof step>["metadata"], to: number, outcome: Step["outcome"]): void {
    const begun = this.#open.get(`${op} ${urn}`);
    if (!begun) return;
    this.#open.delete(`${op} ${urn}`);
    this.ended.push({ ...begun, to, outcome });
  }

  endAll(to: number): void {
    for (const begun of this.#open.values()) this.ended.push({ ...begun, to, outcome: "unfinished" });
  }
}

const isUpdate = (event: Event): boolean => event.resourcePreEvent?.planning !== true;

/** @throws Error that names the first line that is no event */
export function parseEventLog(text: string): EventLog {
  const lines = text.split("\n").map((line, i) => ({ line, number: i + 1 }));
  const events = lines.filter(({ line }) => line.trim() !== "").map(({ line, number }) => readLine(line, number));
  const times = events.map(({ timestamp }) => timestamp * 1000);
  const [from = 0, to = from] = [times[0], times.at(-1)];
  const steps = new Steps();
  const messages: Message[] = [];
  for (const event of events.filter(isUpdate)) {
    const at = event.timestamp * 1000;
    if (event.resourcePreEvent) steps.begin(event.resourcePreEvent.metadata, at);
    if (event.resOutputsEvent) steps.end(event.resOutputsEvent.metadata, at, "done");
    if (event.resOpFailedEvent) steps.end(event.resOpFailedEvent.metadata, at, "failed");
    if (event.diagnosticEvent && event.diagnosticEvent.severity !== "debug") {
      const { urn, message, severity, ephemeral } = event.diagnosticEvent;
      messages.push({ name: nameOf(urn), urn, at, text: message.replaceAll(colour, "").trim(), severity, ephemeral });
    }
  }
  steps.endAll(to);
  return { steps: steps.ended.toSorted((a, b) => a.from - b.from), messages, from, to };
}
