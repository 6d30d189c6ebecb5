/** Hours, minutes, seconds, in this order, at least one of them. */
export const durationPattern = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Seconds of a duration like `90s`, `45m`, `1h30m`; undefined if it is not one or is zero. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text);
  if (!match) return undefined;
  const [hours, minutes, seconds] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) || undefined;
}

/** Seconds as the stack's config writes them, to the second: `90s` is `1m30s`. The shortest text that it reads as so many. */
export function formatDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.map(([value, unit]) => (value ? `${value}${unit}` : "")).join("") || "0s";
}
