/** The route table as the server keeps it: what docs/sip-router.md calls the map. */

import { isObject, type JsonObject } from "./json";

export const DESTINATION_TYPES = [
  "webhook",
  "dial-application",
  "dial-client",
  "dial-sip",
  "play",
  "refer",
  "say",
  "twiml",
] as const;
export type DestinationType = (typeof DESTINATION_TYPES)[number];

/** Types whose outcome Twilio reports, so that a fallback can follow. */
export const TYPES_WITH_FALLBACK: ReadonlySet<unknown> = new Set(["dial-application", "dial-client", "dial-sip", "refer"]);

export const MAX_ALTERNATIVES = 20;
export const MAX_NOTE_CHARACTERS = 500;

/**
 * A route, or the default route, as it was read. Routes of the first version come from a file and may be faulty, and
 * any route may have fields that only its authors know, so all of it is kept as it is.
 */
export type Route = unknown;

/** A route table. Further fields belong to its authors and are kept. */
export interface RouteTable {
  readonly routes: readonly Route[];
  readonly default: Route;
  readonly [field: string]: unknown;
}

/** What `/admin/list` answers. */
export interface LoadedTable {
  readonly data: RouteTable;
  readonly version: string;
  readonly versionIsDeployed: boolean;
  readonly errors?: readonly ServerError[];
}

/** An error of the server: the path of a field, and what is wrong with it. */
export interface ServerError {
  readonly field: string;
  readonly message: string;
}

/** Return a field of a route as text; empty if it has none, JSON if it is not text. */
export function text(route: Route, field: string): string {
  const value = isObject(route) ? route[field] : undefined;
  if (value == null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Return a field of a route that is an object, such as its schedule or fallback; null if it has none. */
export function part(route: Route, field: string): JsonObject | null {
  const value = isObject(route) ? route[field] : undefined;
  return isObject(value) ? value : null;
}

/** Return the further destinations of a route. */
export function alternatives(route: Route): readonly JsonObject[] {
  const value = isObject(route) ? route.alternatives : undefined;
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Return the share of a destination: 1 unless it says otherwise. */
export function weight(choice: unknown): number {
  const value = isObject(choice) ? choice.weight : undefined;
  return typeof value === "number" ? value : 1;
}
