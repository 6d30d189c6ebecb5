/**
 * What goes wrong in a run. A plan is data: it is drawn with the schedule, shrinks, and is printed with a failure. Requests
 * and writes are counted over all processes of the plugin, from 1, as they reach the server.
 */
export type Fault =
  /** the n-th request is answered so, and does nothing; 410 ends a watch or a list */
  | { readonly kind: "refused"; readonly request: number; readonly status: 409 | 410 | 429 | 500 | 503 }
  /** somebody else writes just before the n-th attempt to write, which is answered 409 */
  | { readonly kind: "conflict"; readonly attempt: number }
  /** the n-th write is applied, and the connection breaks before its answer */
  | { readonly kind: "answer lost"; readonly write: number }
  /** the answer to the n-th request, or the first event of the n-th watch, takes so long */
  | { readonly kind: "slow"; readonly request: number; readonly ms: number }
  /** every watch breaks after the n-th change of the world; forgotten: what it has missed is compacted, so it gets a 410 */
  | { readonly kind: "watches broken"; readonly change: number; readonly forgotten: boolean }
  /** the n-th list that does not insist on the newest (resourceVersion=0) is as of so many revisions ago */
  | { readonly kind: "stale list"; readonly list: number; readonly revisions: number }
  /** the process is gone once its n-th write is applied: a new one starts from the state that was saved last */
  | { readonly kind: "killed"; readonly write: number }
  /** the servers' clock is so many ms ahead */
  | { readonly kind: "clock skew"; readonly ms: number };

export type FaultPlan = readonly Fault[];
