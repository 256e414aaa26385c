// Times and durations for people to read.

/** 3:05 or 1:00:00, from seconds. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0")))
    .join(":");
}

/**
 * `2026-11-02 09:30:00 UTC · 10:30:00 your time`, from Unix seconds. `timeZone`: left out, the
 * device's.
 */
export function instantText(unixSeconds: number, timeZone?: string): string {
  const instant = new Date(unixSeconds * 1000);
  if (Number.isNaN(instant.getTime())) return String(unixSeconds);
  const utc = dateAndTime(instant, "UTC");
  const [date, time] = dateAndTime(instant, timeZone);
  const isSameDay = date === utc[0];
  if (isSameDay && time === utc[1]) return `${date} ${time} UTC`;
  const local = isSameDay ? time : `${date} ${time}`;
  return `${utc.join(" ")} UTC · ${local}\u00a0your\u00a0time`;
}

/** The Swedish way of writing dates is that of ISO 8601. */
function dateAndTime(instant: Date, timeZone?: string): [date: string, time: string] {
  return [
    instant.toLocaleDateString("sv-SE", { timeZone }),
    instant.toLocaleTimeString("sv-SE", { timeZone }),
  ];
}

/** 3.4 ms, or 120 ms. */
export function millisecondsText(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
