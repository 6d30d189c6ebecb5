import { failure } from "../../component/support/scripted-objects.ts";
import type { ModelAnswer, ModelRequest, Service } from "../transport/network.ts";
import type { Fault, FaultPlan } from "./plan.ts";

const isWrite = ({ method }: ModelRequest): boolean => method !== "GET" && method !== "HEAD";

/** A watch may begin at a revision that is compacted; only a write can come too late. */
function isPlausible(status: number, request: ModelRequest): boolean {
  if (status === 410) return request.url.searchParams.get("watch") === "true";
  return status !== 409 || isWrite(request);
}

export interface Written {
  readonly from: string;
  /** as a reader of a table understands it, as `evict web-0` */
  readonly what: string;
}

/** Puts a plan into effect between the plugin and the servers, whichever these are. */
export class Disturbances {
  readonly #plan: FaultPlan;
  #requests = 0;
  readonly #written: Written[] = [];
  #attempts = 0;
  #lists = 0;
  #changes = 0;
  /** who is killed once its write is applied */
  onKilled: (process: string, write: number) => void = () => undefined;
  onWatchesBroken: (forgotten: boolean) => void = () => undefined;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
  }

  /** Every write that the servers have applied, in its order. */
  get written(): readonly Written[] {
    return this.#written;
  }

  get skew(): number {
    return this.#of("clock skew").reduce((sum, { ms }) => sum + ms, 0);
  }

  /** How old the next list is that may be old, in revisions. */
  staleness(): number {
    this.#lists += 1;
    return this.#of("stale list").find(({ list }) => list === this.#lists)?.revisions ?? 0;
  }

  /** To be told of every change of the world. */
  changed(): void {
    this.#changes += 1;
    for (const { change, forgotten } of this.#of("watches broken")) {
      if (change === this.#changes) this.onWatchesBroken(forgotten);
    }
  }

  /** @param revision of the world: a write that leaves it as it is changes nothing, and does not count */
  disturb(service: Service, revision: () => number): Service {
    return (request) => {
      this.#requests += 1;
      const number = this.#requests;
      const refused = this.#of("refused").find((it) => it.request === number && isPlausible(it.status, request));
      if (refused) return refusal(refused.status);
      if (isWrite(request) && this.#conflicts()) return refusal(409);
      const before = revision();
      const answer = service(request);
      const slow = this.#of("slow").find((it) => it.request === number);
      const delayed = slow ? { ...answer, delay: slow.ms } : answer;
      return revision() > before ? this.#afterWrite(request, delayed) : delayed;
    };
  }

  #conflicts(): boolean {
    this.#attempts += 1;
    return this.#of("conflict").some(({ attempt }) => attempt === this.#attempts);
  }

  #afterWrite(request: ModelRequest, answer: ModelAnswer): ModelAnswer {
    const { from } = request;
    const write = this.#written.push({ from, what: describeWrite(request) });
    if (this.#of("killed").some((it) => it.write === write)) this.onKilled(from, write);
    return this.#of("answer lost").some((it) => it.write === write) ? { ...answer, lost: true } : answer;
  }

  #of<K extends Fault["kind"]>(kind: K): Extract<Fault, { kind: K }>[] {
    return this.#plan.filter((it): it is Extract<Fault, { kind: K }> => it.kind === kind);
  }
}

function describeWrite({ method, url, body, headers }: ModelRequest): string {
  const parts = url.pathname.split("/");
  const last = parts.at(-1) ?? "";
  const owner = parts.at(-2) ?? "";
  if (last === "eviction") return `evict pod ${owner}`;
  if (last === "approval") return `approve request ${owner}`;
  if (method !== "PATCH") return `${method} ${owner} ${last}`;
  if ((headers["content-type"] ?? "").includes("apply-patch")) return `apply labels and annotations of Node ${last}`;
  const { spec } = JSON.parse(body) as { spec: { unschedulable?: boolean | null; taints?: object[] } };
  if (spec.unschedulable === true) return `cordon Node ${last}`;
  if (spec.unschedulable === null) return `uncordon Node ${last}`;
  return spec.taints === undefined ? `annotate Node ${last}` : `set taints of Node ${last}`;
}

function refusal(status: number): ModelAnswer {
  const [, body] = failure(status, "not now");
  return { status, body };
}
