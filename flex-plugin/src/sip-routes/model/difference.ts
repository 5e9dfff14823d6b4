/** The difference between two route tables, in the form in which `/admin/diff` answers. */

import { keyOf } from "./address";
import { canonical, changedFields, isEqual } from "./json";
import { text, type Route, type RouteTable } from "./route-table";

export interface ChangedRoute {
  readonly address: string;
  readonly fields: readonly string[];
  readonly before: Route;
  readonly after: Route;
}

export interface Difference {
  readonly added: readonly Route[];
  readonly removed: readonly Route[];
  readonly changed: readonly ChangedRoute[];
  readonly default: { readonly before: Route; readonly after: Route } | null;
  readonly more: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  readonly patternsReordered: boolean;
}

/**
 * Return routes by the keys with which their addresses are compared. Of several routes with one key, and of those
 * without any, the content and the place among their like tell them apart.
 */
export function byKey(routes: readonly Route[]): ReadonlyMap<string, Route> {
  const found = new Map<string, Route>();
  const seen = new Map<string, number>();
  for (const route of routes) {
    let key = keyOf(route);
    if (key === null || found.has(key)) {
      const content = canonical(route);
      const count = (seen.get(content) ?? 0) + 1;
      seen.set(content, count);
      key = `faulty ${count} ${content}`;
    }
    found.set(key, route);
  }
  return found;
}

/** Return what changed from one route table to another. */
export function differenceOf(before: RouteTable, after: RouteTable): Difference {
  const old = byKey(before.routes);
  const young = byKey(after.routes);
  const both = [...young].filter(([key]) => old.has(key));
  return {
    added: [...young].filter(([key]) => !old.has(key)).map(([, route]) => route),
    removed: [...old].filter(([key]) => !young.has(key)).map(([, route]) => route),
    changed: both
      .filter(([key, route]) => !isEqual(old.get(key), route))
      .map(([key, route]) => ({
        address: text(route, "address"),
        fields: changedFields(old.get(key), route),
        before: old.get(key),
        after: route,
      })),
    default: isEqual(before.default, after.default) ? null : { before: before.default, after: after.default },
    more: changedFields(before, after)
      .filter((field) => field !== "routes" && field !== "default")
      .map((field) => ({ field, before: before[field], after: after[field] })),
    patternsReordered: !isEqual(patternOrder(old, young), patternOrder(young, old)),
  };
}

/** Tell how many differences there are; a new order of patterns is one. */
export function countDifferences(difference: Difference): number {
  const { added, removed, changed, more } = difference;
  const others = Number(difference.default !== null) + Number(difference.patternsReordered);
  return added.length + removed.length + changed.length + more.length + others;
}

/** Return the keys of the patterns that are in both, in the order of the first. */
export function patternOrder(of: ReadonlyMap<string, unknown>, among: ReadonlyMap<string, unknown>): readonly string[] {
  return [...of.keys()].filter((key) => key.startsWith("pattern ") && among.has(key));
}
