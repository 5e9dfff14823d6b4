/** Errors of the server, at the rows and fields that they speak of. */

import { isObject } from "./json";
import type { Route, ServerError } from "./route-table";

/** Errors of one route, by the path of the field inside of it: `destination`, `alternatives[1].weight`. */
export type FieldErrors = Readonly<Record<string, string>>;

export interface PlacedErrors {
  /** Errors of routes, by row. */
  readonly rows: ReadonlyMap<number, FieldErrors>;
  readonly default: FieldErrors;
  /** Errors of the whole table, and of what the answer does not place. */
  readonly others: readonly string[];
}

export const NO_ERRORS: PlacedErrors = { rows: new Map(), default: {}, others: [] };

const ROUTE = /^data\.routes\[(\d+)\](?:\.(.*))?$/s;
const DEFAULT = /^data\.default(?:\.(.*))?$/s;
const MAX_NAMED_CHARACTERS = 80;

/**
 * Place the errors of an answer.
 *
 * @param errors - as the server told them, with paths into the route table that was sent
 * @param routes - the routes that were sent
 * @param ids - the rows of those routes
 */
export function placeErrors(errors: readonly ServerError[], routes: readonly Route[], ids: readonly number[]): PlacedErrors {
  const rows = new Map<number, Record<string, string>>();
  const atDefault: Record<string, string> = {};
  const others: string[] = [];
  for (const { field, message } of errors) {
    const route = ROUTE.exec(field);
    const index = Number(route?.[1]);
    const id = ids[index];
    const atDefaultField = DEFAULT.exec(field);
    if (route !== null && id !== undefined) {
      const fields = rows.get(id) ?? {};
      fields[route[2] ?? ""] = withoutName(message, routeName(routes[index], index));
      rows.set(id, fields);
    } else if (atDefaultField !== null) {
      atDefault[atDefaultField[1] ?? ""] = withoutName(message, "the default route");
    } else {
      others.push(`${field}: ${message}`);
    }
  }
  return { rows, default: atDefault, others };
}

/** Return the errors that no field of a form shows. */
export function unplaced(errors: FieldErrors, shown: (field: string) => boolean): readonly string[] {
  return Object.entries(errors)
    .filter(([field]) => !shown(field))
    .map(([field, message]) => (field === "" ? message : `${field}: ${message}`));
}

/** Return the errors of a part of a route, by paths inside of that part. */
export function below(errors: FieldErrors, prefix: string): FieldErrors {
  const found = Object.entries(errors)
    .filter(([field]) => field === prefix || field.startsWith(`${prefix}.`) || field.startsWith(`${prefix}[`))
    .map(([field, message]) => [field.slice(prefix.length).replace(/^\./, ""), message]);
  return Object.fromEntries(found);
}

/** Return the name that the server puts before the message: at the field it would only be repeated. */
function routeName(route: Route, index: number): string {
  const address = isObject(route) ? route.address : undefined;
  return typeof address === "string" && address.trim() !== ""
    ? `route ${[...address].slice(0, MAX_NAMED_CHARACTERS).join("")}`
    : `route number ${index + 1}`;
}

function withoutName(message: string, name: string): string {
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}
