/** Routes, moments and problems in the user's language. */
import { currentLanguage, text as translate, type TextKey } from "../../strings";
import { kindOf, type Kind } from "../model/address";
import { isEqual, isObject, type JsonObject } from "../model/json";
import { alternatives, part, text, weight, type DestinationType, type Route } from "../model/route-table";
import { DAYS, scheduleForm, scheduleOf } from "../model/schedule-form";
import type { Extra } from "../model/table-view";

export const KIND_NAMES: Readonly<Record<Kind | "default", TextKey>> = {
  exact: "SwitchboardSipKindExact",
  prefix: "SwitchboardSipKindPrefix",
  pattern: "SwitchboardSipKindPattern",
  default: "SwitchboardSipKindDefault",
};

export const TYPE_NAMES: Readonly<Record<DestinationType, TextKey>> = {
  webhook: "SwitchboardSipTypeWebhook",
  "dial-application": "SwitchboardSipTypeApplication",
  "dial-client": "SwitchboardSipTypeClient",
  "dial-sip": "SwitchboardSipTypeSip",
  play: "SwitchboardSipTypePlay",
  refer: "SwitchboardSipTypeRefer",
  say: "SwitchboardSipTypeSay",
  twiml: "SwitchboardSipTypeTwiml",
};

export const TYPE_HELP: Readonly<Record<DestinationType, TextKey>> = {
  webhook: "SwitchboardSipHelpWebhook",
  "dial-application": "SwitchboardSipHelpApplication",
  "dial-client": "SwitchboardSipHelpClient",
  "dial-sip": "SwitchboardSipHelpSip",
  play: "SwitchboardSipHelpPlay",
  refer: "SwitchboardSipHelpRefer",
  say: "SwitchboardSipHelpSay",
  twiml: "SwitchboardSipHelpTwiml",
};

export const EXTRA_NAMES: Readonly<Record<Extra, TextKey>> = {
  schedule: "SwitchboardSipExtraSchedule",
  weights: "SwitchboardSipExtraWeights",
  fallback: "SwitchboardSipExtraFallback",
};

const FIELD_NAMES: Readonly<Record<string, TextKey>> = {
  address: "SwitchboardSipColumnAddress",
  match: "SwitchboardSipMatch",
  comment: "SwitchboardSipColumnComment",
  type: "SwitchboardSipColumnType",
  destination: "SwitchboardSipColumnDestination",
  weight: "SwitchboardSipWeight",
  alternatives: "SwitchboardSipExtraWeights",
  fallback: "SwitchboardSipExtraFallback",
  schedule: "SwitchboardSipExtraSchedule",
  otherwise: "SwitchboardSipOtherwiseDestination",
};

/** Return how a route's address is compared. */
export function kindName(route: Route): string {
  return translate(KIND_NAMES[kindOf(text(route, "address"), isObject(route) ? route.match : undefined)]);
}

/** Return the name of a destination's type; one that is not known as it is written. */
export function typeName(type: string): string {
  return type in TYPE_NAMES ? translate(TYPE_NAMES[type as DestinationType]) : type;
}

/** Return a route's address, or that it has none. */
export function addressName(route: Route): string {
  return text(route, "address") || translate("SwitchboardSipNoAddress");
}

/** Return where a route sends calls, in one line. */
export function summary(route: Route): string {
  if (!isObject(route)) return JSON.stringify(route) ?? "";
  const own = destinationName(route);
  const others = alternatives(route);
  const shares = [route, ...others].map(shareText);
  const more = (["schedule", "otherwise", "fallback"] as const)
    .map((field) => [field, part(route, field)] as const)
    .filter(([, value]) => value !== null)
    .map(([field, value]) => `${fieldName(field)}: ${valueText(field, value)}`);
  const comment = text(route, "comment");
  return [...(comment === "" ? [] : [comment]), others.length === 0 ? own : shares.join(", "), ...more].join(" · ");
}

/** Return a destination: its type and where it leads. */
export function destinationName(destination: unknown): string {
  return `${typeName(text(destination, "type"))}: ${text(destination, "destination")}`;
}

/** Return the name of a route's field; one that no form shows as it is written. */
export function fieldName(field: string): string {
  const key = FIELD_NAMES[field];
  return key === undefined ? field : translate(key);
}

/** Return a value of a route's field in words; as JSON what has no words, so that no difference stays unseen. */
export function valueText(field: string, value: unknown): string {
  if (value === undefined || value === "") return translate("SwitchboardSipNothing");
  if (field === "type" && typeof value === "string") return typeName(value);
  if (field === "schedule" && isObject(value)) return scheduleText(value);
  if (isDestination(value)) return destinationName(value);
  if (Array.isArray(value) && value.length > 0 && value.every(isDestination)) return value.map(shareText).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isDestination(value: unknown): boolean {
  const known = ["type", "destination", "weight"];
  return isObject(value) && Object.keys(value).every((name) => known.includes(name));
}

function shareText(choice: unknown): string {
  return `${destinationName(choice)} × ${weight(choice)}`;
}

function scheduleText(schedule: JsonObject): string {
  const form = scheduleForm(schedule, "");
  if (!isEqual(scheduleOf(form, null), schedule)) return JSON.stringify(schedule);
  const days = DAYS.map((day, index) => [weekdayName(index), form.weekly[day]] as const).filter(([, hours]) => hours !== "");
  const holidays = form.holidays.map(({ date, hours }) => [date, hours || translate("SwitchboardSipClosed")] as const);
  return [form.timeZone, ...[...days, ...holidays].map(([when, hours]) => `${when} ${hours}`)].join("; ");
}

/** Return a moment in the user's language and time zone. */
export function momentText(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: "medium", timeStyle: "short" }).format(moment);
}

/** Return a number as the user's language writes it. */
export function numberText(number: number): string {
  return new Intl.NumberFormat(currentLanguage()).format(number);
}

/** Return a weekday's name: Monday is 0. */
export function weekdayName(day: number): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(currentLanguage(), { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day));
}
