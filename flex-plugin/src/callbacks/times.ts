/** Moments as an agent reads them. */

const FIELDS: Intl.DateTimeFormatOptions = {
  weekday: "short",
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
};

/**
 * Return a moment in a language, in a time zone or else in the browser's own; "" if it is no moment.
 * A time zone that the browser does not know gives "", too.
 */
export function formatMoment(moment: string, language: string, timeZone?: string): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  try {
    return new Intl.DateTimeFormat(language, { ...FIELDS, timeZone }).format(at);
  } catch {
    return "";
  }
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** Return how far a moment is from now, such as "3 hours ago" or "in 2 days"; "" if it is no moment. */
export function formatDistance(moment: string, language: string, now: number): string {
  const distance = new Date(moment).getTime() - now;
  if (Number.isNaN(distance)) return "";
  const [unit, size] = STEPS.find(([, one]) => Math.abs(distance) >= one) ?? (["minute", 60_000] as const);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.trunc(distance / size), unit);
}
