const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
});
const date = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const shortDate = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** The number of the day in the viewer's time zone. */
export function dayOf(time) {
  const midnight = new Date(time);
  return Math.round(Date.UTC(midnight.getFullYear(), midnight.getMonth(), midnight.getDate()) / 86_400_000);
}

/** "today", "yesterday" or the date, in the viewer's language. */
export function dayName(time) {
  const days = dayOf(time) - dayOf(Date.now());
  return days === 0 || days === -1 ? relative.format(days, "day") : date.format(time);
}

/** Hours and minutes. */
export const clockTime = (time) => clock.format(time);

/** Hours and minutes today, else the date. */
export const briefTime = (time) => (dayOf(time) === dayOf(Date.now()) ? clock : shortDate).format(time);

/** Everything, for a tooltip. */
export const fullTime = (time) => full.format(time);

/** Hours, minutes, seconds and milliseconds. */
export const exactTime = (time) => exact.format(time);

/** Such as "5 minutes ago", in the viewer's language. */
export function relativeTime(time) {
  const minutes = Math.min(0, Math.round((time - Date.now()) / 60_000));
  if (minutes > -60) return relative.format(minutes, "minute");
  if (minutes > -24 * 60) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / (24 * 60)), "day");
}
