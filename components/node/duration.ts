/** Seconds as the stack's config writes them, to the second: `90s` is `1m30s`. The shortest text that it reads as so many. */
export function formatDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.map(([value, unit]) => (value ? `${value}${unit}` : "")).join("") || "0s";
}
