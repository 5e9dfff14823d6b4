/** A route's schedule as a form: hours are text, such as `09:00-12:30, 13:30-18:00`. */

import { isEqual, isObject, type JsonObject } from "./json";
import { text } from "./route-table";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

const LONG_NAMES: Readonly<Record<Day, string>> = {
  mon: "monday",
  tue: "tuesday",
  wed: "wednesday",
  thu: "thursday",
  fri: "friday",
  sat: "saturday",
  sun: "sunday",
};

export interface HolidayForm {
  readonly date: string;
  readonly hours: string;
}

export interface ScheduleForm {
  readonly timeZone: string;
  readonly weekly: Readonly<Record<Day, string>>;
  readonly holidays: readonly HolidayForm[];
}

/** Return the form of a schedule, or of a new one: working days from nine to five. */
export function scheduleForm(schedule: JsonObject | null, timeZone: string): ScheduleForm {
  const weekly = DAYS.map((day, index) => {
    const hours = schedule === null ? (index < 5 ? "09:00-17:00" : "") : hoursText(hoursOf(schedule, day));
    return [day, hours];
  });
  return {
    timeZone: schedule === null ? timeZone : text(schedule, "timeZone"),
    weekly: Object.fromEntries(weekly) as Record<Day, string>,
    holidays: schedule === null ? [] : holidayForms(schedule.holidays),
  };
}

/** Return the schedule that a form describes. What the form does not show, and what did not change, is kept. */
export function scheduleOf(form: ScheduleForm, original: JsonObject | null): JsonObject {
  const kept = original ?? {};
  const schedule: Record<string, unknown> = { ...kept, timeZone: form.timeZone, weekly: weeklyOf(form, kept) };
  const rows = form.holidays.filter((row) => row.date.trim() !== "" || row.hours.trim() !== "");
  if (isEqual(rows, holidayForms(kept.holidays))) return schedule;
  if (rows.length === 0) delete schedule.holidays;
  else schedule.holidays = Object.fromEntries(rows.map((row) => [row.date.trim(), hoursList(row.hours)]));
  return schedule;
}

/** Return the path of a day's hours, for errors; a day may be written in full. */
export function dayPath(day: Day, original: JsonObject | null): string {
  return `schedule.weekly.${dayName(original ?? {}, day)}`;
}

/** Return the holidays that are there twice, by their places in the form. */
export function repeatedHolidays(form: ScheduleForm): ReadonlySet<number> {
  const dates = form.holidays.map((row) => row.date.trim());
  return new Set(dates.flatMap((date, index) => (date !== "" && dates.indexOf(date) < index ? [index] : [])));
}

function weeklyOf(form: ScheduleForm, original: JsonObject): JsonObject {
  const weekly: Record<string, unknown> = isObject(original.weekly) ? { ...original.weekly } : {};
  for (const day of DAYS) {
    const name = dayName(original, day);
    if (form.weekly[day] === hoursText(hoursOf(original, day))) continue;
    const hours = hoursList(form.weekly[day]);
    if (hours.length === 0) delete weekly[name];
    else weekly[name] = hours;
  }
  return weekly;
}

function dayName(schedule: JsonObject, day: Day): string {
  const weekly = isObject(schedule.weekly) ? schedule.weekly : {};
  return day in weekly || !(LONG_NAMES[day] in weekly) ? day : LONG_NAMES[day];
}

function hoursOf(schedule: JsonObject, day: Day): unknown {
  return isObject(schedule.weekly) ? schedule.weekly[dayName(schedule, day)] : undefined;
}

function holidayForms(holidays: unknown): readonly HolidayForm[] {
  if (Array.isArray(holidays)) {
    return holidays.map((holiday: unknown) =>
      isObject(holiday)
        ? { date: text(holiday, "date"), hours: hoursText(holiday.hours) }
        : { date: hoursText(holiday), hours: "" },
    );
  }
  return isObject(holidays)
    ? Object.entries(holidays).map(([date, hours]) => ({ date, hours: hoursText(hours) }))
    : [];
}

function hoursText(hours: unknown): string {
  if (hours == null) return "";
  return Array.isArray(hours) ? hours.map((each) => hoursText(each)).join(", ") : String(hours);
}

function hoursList(hours: string): readonly string[] {
  return hours
    .split(/[,;]/)
    .map((each) => each.trim())
    .filter(Boolean);
}
