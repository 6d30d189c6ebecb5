/** Hours, minutes, seconds, in this order, at least one of them. */
export const durationPattern = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Seconds of a duration like `90s`, `45m`, `1h30m`; undefined if it is not one or is zero. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text);
  if (!match) return undefined;
  const [hours, minutes, secs] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (secs ?? 0) || undefined;
}

/** Seconds as a duration of the stack's config, exact to the second: 90 is `1m30s`. {@link parseDuration} reads it back. */
export function formatDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.map(([value, unit]) => (value ? `${value}${unit}` : "")).join("") || "0s";
}

/** A duration for a message, rounded: `45s`, `2m30s`, `1h5m`. */
export function humanDuration(value: number): string {
  const whole = Math.max(0, Math.round(value));
  if (whole < 60) return `${whole}s`;
  const parts = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "m"],
    [whole < 3600 ? whole % 60 : 0, "s"],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join("");
}

/** Seconds since a time of RFC 3339; NaN if it is none. */
export const secondsSince = (time: string, now: number): number => Math.max(0, (now - Date.parse(time)) / 1000);
