/** A route, or the default route, as a form. What the form does not show, and what did not change, is kept. */

import { KINDS, type Kind } from "./address";
import { isEqual, isObject, type JsonObject } from "./json";
import { alternatives, part, text, weight, type Route } from "./route-table";
import { scheduleForm, scheduleOf, type ScheduleForm } from "./schedule-form";

export interface DestinationForm {
  readonly type: string;
  readonly destination: string;
}

/** A destination with its share of the calls, as it was typed. `original` is null for one that was added. */
export interface ChoiceForm extends DestinationForm {
  readonly weight: string;
  readonly original: JsonObject | null;
}

export interface RouteForm {
  readonly address: string;
  /** How the address is compared; empty: the address tells. */
  readonly match: Kind | "";
  readonly comment: string;
  readonly main: ChoiceForm;
  readonly alternatives: readonly ChoiceForm[];
  readonly fallback: DestinationForm | null;
  readonly schedule: ScheduleForm | null;
  readonly otherwise: DestinationForm;
}

export const EMPTY_DESTINATION: DestinationForm = { type: "dial-client", destination: "" };

/** Return the form of a route; of a new one for undefined. */
export function routeForm(route: Route | undefined): RouteForm {
  const fallback = part(route, "fallback");
  const schedule = part(route, "schedule");
  const match = KINDS.find((kind) => isObject(route) && route.match === kind);
  return {
    address: text(route, "address"),
    match: match ?? "",
    comment: text(route, "comment"),
    main: choiceForm(isObject(route) ? route : null),
    alternatives: alternatives(route).map(choiceForm),
    fallback: fallback && destinationForm(fallback),
    schedule: schedule && scheduleForm(schedule, ""),
    otherwise: destinationForm(part(route, "otherwise")),
  };
}

/** Return the form of a further destination. */
export function choiceForm(choice: JsonObject | null): ChoiceForm {
  const given = choice?.weight;
  return {
    ...destinationForm(choice),
    weight: given === undefined || typeof given === "number" ? `${weight(choice)}` : text(choice, "weight"),
    original: choice,
  };
}

/**
 * Return the route that a form describes.
 *
 * @param original - the route that the form was made of; undefined for a new one
 * @param isDefault - whether it is the default route, which has no address
 */
export function routeOf(form: RouteForm, original: Route | undefined, isDefault = false): JsonObject {
  const old = isObject(original) ? original : {};
  const route: Record<string, unknown> = { ...old };
  if (!isDefault) {
    set(route, "address", form.address.trim());
    if (form.match !== "") route.match = form.match;
    else if (KINDS.some((kind) => kind === route.match)) delete route.match;
  }
  if (form.comment !== text(old, "comment") || (original === undefined && !isDefault)) route.comment = form.comment;
  set(route, "type", form.main.type);
  set(route, "destination", form.main.destination);
  setWeight(route, form.main.weight);
  const others = form.alternatives.map(choiceOf);
  if (others.length === 0 && alternatives(old).length > 0) {
    delete route.alternatives;
    delete route.weight;
  } else if (!isEqual(others, alternatives(old))) {
    route.alternatives = others;
  }
  setPart(route, "fallback", form.fallback);
  if (form.schedule !== null) {
    route.schedule = scheduleOf(form.schedule, part(old, "schedule"));
    setPart(route, "otherwise", form.otherwise);
  } else if (part(old, "schedule") !== null) {
    delete route.schedule;
    delete route.otherwise;
  }
  return route;
}

function destinationForm(destination: JsonObject | null): DestinationForm {
  if (destination === null) return EMPTY_DESTINATION;
  return { type: text(destination, "type"), destination: text(destination, "destination") };
}

function destinationOf(form: DestinationForm, original: JsonObject): JsonObject {
  const destination: Record<string, unknown> = { ...original };
  set(destination, "type", form.type);
  set(destination, "destination", form.destination);
  return destination;
}

function choiceOf(form: ChoiceForm): JsonObject {
  const choice: Record<string, unknown> = { ...destinationOf(form, form.original ?? {}) };
  setWeight(choice, form.weight);
  return choice;
}

/** Set a field that was changed; one that is no text stays as long as it reads the same. */
function set(target: Record<string, unknown>, field: string, value: string): void {
  if (!(field in target) || text(target, field) !== value) target[field] = value;
}

function setWeight(target: Record<string, unknown>, typed: string): void {
  const before = target.weight === undefined || typeof target.weight === "number" ? `${weight(target)}` : text(target, "weight");
  if (typed.trim() === before) return;
  target.weight = /^\d{1,9}$/.test(typed.trim()) ? Number(typed) : typed.trim();
}

function setPart(route: Record<string, unknown>, field: string, form: DestinationForm | null): void {
  const old = part(route, field);
  if (form !== null) route[field] = destinationOf(form, old ?? {});
  else if (old !== null) delete route[field];
}
