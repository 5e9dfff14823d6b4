/**
 * Three-way merge: an administrator's changes on top of a version that another administrator saved meanwhile.
 *
 * Routes are told apart by the keys of their addresses. A route that only one of the two changed is taken from them;
 * one that both changed differently is a conflict, which the administrator decides. So is the default route, and the
 * order of patterns.
 */

import { byKey, differenceOf, patternOrder, type Difference } from "./difference";
import type { Draft, Row } from "./draft";
import { tableOf } from "./draft";
import { isEqual } from "./json";
import { text, type LoadedTable, type Route, type RouteTable } from "./route-table";

export type Side = "mine" | "theirs";
export type Choices = Readonly<Record<string, Side>>;

export const DEFAULT_KEY = "default";
export const ORDER_KEY = "order";

/** What both changed. A route that one of them deleted, or had never seen, is undefined. */
export interface Conflict {
  readonly key: string;
  readonly kind: "route" | "default" | "order";
  readonly address: string;
  readonly base: Route | undefined;
  readonly mine: Route | undefined;
  readonly theirs: Route | undefined;
}

export interface Merge {
  readonly theirs: LoadedTable;
  readonly mine: RouteTable;
  readonly base: RouteTable;
  readonly myChanges: Difference;
  readonly theirChanges: Difference;
  readonly conflicts: readonly Conflict[];
}

/** Compare a draft with a newer version: what each changed, and where they contradict each other. */
export function planMerge(draft: Draft, theirs: LoadedTable): Merge {
  const base = draft.base.data;
  const mine = tableOf(draft).data;
  return {
    theirs,
    mine,
    base,
    myChanges: differenceOf(base, mine),
    theirChanges: differenceOf(base, theirs.data),
    conflicts: [
      ...routeConflicts(base, mine, theirs.data),
      ...defaultConflict(base, mine, theirs.data),
      ...orderConflict(base, mine, theirs.data),
    ],
  };
}

/** Return the conflicts that wait for a choice. */
export function undecided(merge: Merge, choices: Choices): readonly Conflict[] {
  return merge.conflicts.filter((conflict) => choices[conflict.key] === undefined);
}

/** Return the draft of the newer version with the administrator's changes, as far as the choices leave them. */
export function resolveMerge(merge: Merge, choices: Choices): Draft {
  const [base, mine, theirs] = [merge.base, merge.mine, merge.theirs.data].map((table) => byKey(table.routes)) as [
    ReadonlyMap<string, Route>,
    ReadonlyMap<string, Route>,
    ReadonlyMap<string, Route>,
  ];
  const pick = (key: string): Route | undefined =>
    takes(key, base.get(key), mine.get(key), theirs.get(key), choices) === "mine" ? mine.get(key) : theirs.get(key);
  const isOrderMine = orderSide(base, mine, theirs, choices) === "mine";
  const keys = interleaved(isOrderMine ? mine : theirs, isOrderMine ? theirs : mine, (key) => theirs.has(key) || pick(key) !== undefined);
  const ids = new Map([...theirs.keys()].map((key, index) => [key, index]));
  let nextId = ids.size;
  const rows = keys.map((key): Row => {
    const route = pick(key);
    const old = theirs.get(key);
    return { id: ids.get(key) ?? nextId++, base: old, route: isEqual(old, route) ? old : route };
  });
  const isDefaultMine =
    takes(DEFAULT_KEY, merge.base.default, merge.mine.default, merge.theirs.data.default, choices) === "mine";
  return {
    base: merge.theirs,
    rows,
    default: isDefaultMine ? merge.mine.default : merge.theirs.data.default,
    past: [],
    future: [],
    nextId,
  };
}

function takes(key: string, base: unknown, mine: unknown, theirs: unknown, choices: Choices): Side {
  if (isEqual(mine, theirs) || isEqual(mine, base)) return "theirs";
  return isEqual(theirs, base) ? "mine" : (choices[key] ?? "theirs");
}

function isConflict(base: unknown, mine: unknown, theirs: unknown): boolean {
  return !isEqual(mine, base) && !isEqual(theirs, base) && !isEqual(mine, theirs);
}

function routeConflicts(base: RouteTable, mine: RouteTable, theirs: RouteTable): readonly Conflict[] {
  const [old, my, their] = [byKey(base.routes), byKey(mine.routes), byKey(theirs.routes)];
  const keys = new Set([...their.keys(), ...my.keys(), ...old.keys()]);
  return [...keys]
    .map((key) => ({ key, base: old.get(key), mine: my.get(key), theirs: their.get(key) }))
    .filter((each) => isConflict(each.base, each.mine, each.theirs))
    .map((each) => ({ ...each, kind: "route", address: text(each.theirs ?? each.mine ?? each.base, "address") }));
}

function defaultConflict(base: RouteTable, mine: RouteTable, theirs: RouteTable): readonly Conflict[] {
  if (!isConflict(base.default, mine.default, theirs.default)) return [];
  return [
    { key: DEFAULT_KEY, kind: "default", address: "", base: base.default, mine: mine.default, theirs: theirs.default },
  ];
}

function orderConflict(base: RouteTable, mine: RouteTable, theirs: RouteTable): readonly Conflict[] {
  const maps = [byKey(base.routes), byKey(mine.routes), byKey(theirs.routes)] as const;
  const orders = commonOrders(...maps);
  if (!isConflict(...orders)) return [];
  const [old, my, their] = orders.map((keys) => keys.map((key) => key.slice("pattern ".length)));
  return [{ key: ORDER_KEY, kind: "order", address: "", base: old, mine: my, theirs: their }];
}

function orderSide(
  base: ReadonlyMap<string, Route>,
  mine: ReadonlyMap<string, Route>,
  theirs: ReadonlyMap<string, Route>,
  choices: Choices,
): Side {
  const [old, my, their] = commonOrders(base, mine, theirs);
  if (!isEqual(my, their)) return takes(ORDER_KEY, old, my, their, choices);
  // The order of other routes means nothing to calls, but patterns that were added stand behind their neighbours.
  const order = (of: ReadonlyMap<string, Route>) => [...of.keys()].filter((key) => base.has(key) && mine.has(key) && theirs.has(key));
  return isEqual(order(base), order(theirs)) ? "mine" : "theirs";
}

/** Return the order of the patterns that all three have, in each of them. */
function commonOrders(
  base: ReadonlyMap<string, Route>,
  mine: ReadonlyMap<string, Route>,
  theirs: ReadonlyMap<string, Route>,
): readonly [readonly string[], readonly string[], readonly string[]] {
  const common = new Map([...base].filter(([key]) => mine.has(key) && theirs.has(key)));
  return [patternOrder(base, common), patternOrder(mine, common), patternOrder(theirs, common)];
}

/** Return the kept keys of both maps: those of the first in its order, the others behind their neighbours. */
function interleaved(
  first: ReadonlyMap<string, Route>,
  second: ReadonlyMap<string, Route>,
  isKept: (key: string) => boolean,
): readonly string[] {
  const following = new Map<string | null, string[]>([[null, []]]);
  let anchor: string | null = null;
  for (const key of second.keys()) {
    if (first.has(key)) {
      anchor = key;
    } else if (isKept(key)) {
      const behind = following.get(anchor);
      if (behind === undefined) following.set(anchor, [key]);
      else behind.push(key);
    }
  }
  const keys = [...(following.get(null) ?? [])];
  for (const key of first.keys()) {
    if (isKept(key)) keys.push(key);
    keys.push(...(following.get(key) ?? []));
  }
  return keys;
}
