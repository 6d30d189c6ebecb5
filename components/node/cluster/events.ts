import type { EventObject } from "../../kubernetes/types.ts";
import { humanDuration } from "../../lib/duration.ts";

/** Events that an error shows at most. */
const shown = 5;

/**
 * The last events about a Node, oldest first, as an error shows them: `2m ago NodeNotReady: Node x status is now …`.
 *
 * @param since ms since the epoch: older ones are of a former server of that name
 * @param now ms since the epoch
 */
export function lastEvents(events: readonly EventObject[], since: number, now: number): string[] {
  return events
    .map((event) => ({ event, at: timeOf(event) }))
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at)
    .slice(-shown)
    .map(({ event, at }) => {
      const times = event.series?.count ?? event.count ?? 1;
      const often = times > 1 ? ` (${times} times)` : "";
      return `${humanDuration((now - at) / 1000)} ago ${event.reason ?? "Event"}: ${(event.message ?? "").trim()}${often}`;
    });
}

/** When it was last seen: the old and the new API of events have their own fields (kubernetes, api/core/v1, Event). */
function timeOf(event: EventObject): number {
  const { series, lastTimestamp, eventTime, metadata } = event;
  return Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp);
}
