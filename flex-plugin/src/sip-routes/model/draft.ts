/**
 * A route table while an administrator edits it: what it was made from, what was changed, and the steps that can be
 * undone. All functions return a new draft; rows that did not change are the same objects.
 */

import { kindOf } from "./address";
import { isEqual, isObject } from "./json";
import { text, type LoadedTable, type Route, type RouteTable } from "./route-table";

/**
 * A route of the draft. `base` is undefined for one that was added, `route` for one that was deleted. Ids ascend in the
 * order of the base; added rows have higher ones.
 */
export interface Row {
  readonly id: number;
  readonly base: Route | undefined;
  readonly route: Route | undefined;
}

export type RowState = "same" | "added" | "changed" | "deleted";

/** A step that was done: what it was, and the address of its route. */
export interface Step {
  readonly kind: "add" | "edit" | "delete" | "restore" | "default";
  readonly address: string;
}

interface Snapshot {
  readonly rows: readonly Row[];
  readonly default: Route;
  readonly step: Step;
}

export interface Draft {
  readonly base: LoadedTable;
  readonly rows: readonly Row[];
  readonly default: Route;
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
  readonly nextId: number;
}

/** Steps that can be undone. Each holds the list of rows, not the routes. */
export const MAX_STEPS = 50;

export type DraftAction =
  | { readonly type: "add"; readonly route: Route; readonly place?: number | undefined }
  | { readonly type: "edit"; readonly id: number; readonly route: Route; readonly place?: number | undefined }
  | { readonly type: "delete"; readonly id: number }
  | { readonly type: "restore"; readonly id: number }
  | { readonly type: "edit-default"; readonly route: Route }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "discard" };

/** Return a draft of a route table without any change. */
export function openDraft(base: LoadedTable): Draft {
  const rows = base.data.routes.map((route, id) => ({ id, base: route, route }));
  return { base, rows, default: base.data.default, past: [], future: [], nextId: rows.length };
}

/** Return the draft after an action. `place` is the rank of a pattern among the patterns, from 1. */
export function reduceDraft(draft: Draft, action: DraftAction): Draft {
  switch (action.type) {
    case "add": {
      const row = { id: draft.nextId, base: undefined, route: action.route };
      const rows = placed([...draft.rows, row], row, action.place);
      const step: Step = { kind: "add", address: text(action.route, "address") };
      return { ...changed(draft, step, { rows }), nextId: draft.nextId + 1 };
    }
    case "edit": {
      const old = find(draft, action.id);
      if (old === undefined) return draft;
      const row = isEqual(old.route, action.route) ? old : { ...old, route: action.route };
      const rows = placed(replaced(draft.rows, row), row, action.place);
      const isSame = row === old && rows.every((each, index) => each === draft.rows[index]);
      return isSame ? draft : changed(draft, { kind: "edit", address: text(action.route, "address") }, { rows });
    }
    case "delete": {
      const old = find(draft, action.id);
      if (old === undefined || old.route === undefined) return draft;
      const step: Step = { kind: "delete", address: text(old.route, "address") };
      const rows =
        old.base === undefined
          ? draft.rows.filter((row) => row.id !== old.id)
          : replaced(draft.rows, { ...old, route: undefined });
      return changed(draft, step, { rows });
    }
    case "restore": {
      const old = find(draft, action.id);
      if (old === undefined || old.base === undefined || old.route === old.base) return draft;
      const step: Step = { kind: "restore", address: text(old.base, "address") };
      return changed(draft, step, { rows: replaced(draft.rows, { ...old, route: old.base }) });
    }
    case "edit-default":
      return isEqual(draft.default, action.route)
        ? draft
        : changed(draft, { kind: "default", address: "" }, { default: action.route });
    case "undo":
      return travelled(draft, draft.past, (rest, now) => ({ past: rest, future: [...draft.future, now] }));
    case "redo":
      return travelled(draft, draft.future, (rest, now) => ({ past: [...draft.past, now], future: rest }));
    case "discard":
      return openDraft(draft.base);
  }
}

/** Return the route table that the draft would be saved as, and the ids of its rows in the same order. */
export function tableOf(draft: Draft): { readonly data: RouteTable; readonly ids: readonly number[] } {
  const kept = draft.rows.filter((row) => row.route !== undefined);
  return {
    data: { ...draft.base.data, routes: kept.map((row) => row.route), default: draft.default },
    ids: kept.map((row) => row.id),
  };
}

/** Return what became of a row since the base. */
export function stateOf(row: Row): RowState {
  if (row.base === undefined) return "added";
  if (row.route === undefined) return "deleted";
  return row.base === row.route || isEqual(row.base, row.route) ? "same" : "changed";
}

/** Return how many routes were changed, added or deleted; the default route and a new order count one each. */
export function countChanges(draft: Draft): number {
  const routes = draft.rows.filter((row) => stateOf(row) !== "same").length;
  return routes + Number(isDefaultChanged(draft)) + Number(isReordered(draft));
}

export function isDefaultChanged(draft: Draft): boolean {
  return !isEqual(draft.default, draft.base.data.default);
}

/** Tell whether routes of the base stand in another order, in which patterns are tried. */
export function isReordered(draft: Draft): boolean {
  let last = -1;
  return draft.rows.some((row) => {
    if (row.base === undefined) return false;
    const descends = row.id < last;
    last = row.id;
    return descends;
  });
}

/** Return the rows with patterns, in the order in which they are tried. */
export function patternsOf(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => row.route !== undefined && isPattern(row));
}

export function find(draft: Draft, id: number): Row | undefined {
  return draft.rows.find((row) => row.id === id);
}

function isPattern(row: Row): boolean {
  return isObject(row.route) && kindOf(text(row.route, "address"), row.route.match) === "pattern";
}

function replaced(rows: readonly Row[], row: Row): readonly Row[] {
  return rows.map((each) => (each.id === row.id ? row : each));
}

/** Return the rows with one of them moved, so that it is the pattern of a given rank. */
function placed(rows: readonly Row[], row: Row, place: number | undefined): readonly Row[] {
  if (place === undefined || !isPattern(row)) return rows;
  const patterns = patternsOf(rows);
  const rank = Math.min(Math.max(place, 1), patterns.length) - 1;
  if (patterns[rank] === row) return rows;
  const others = rows.filter((each) => each !== row);
  const next = patternsOf(others)[rank];
  const before = rank === 0 ? -1 : others.indexOf(patternsOf(others)[rank - 1] as Row);
  const index = next === undefined ? before + 1 : others.indexOf(next);
  return [...others.slice(0, index), row, ...others.slice(index)];
}

function changed(draft: Draft, step: Step, now: Partial<Pick<Draft, "rows" | "default">>): Draft {
  const snapshot = { rows: draft.rows, default: draft.default, step };
  return { ...draft, ...now, past: [...draft.past, snapshot].slice(-MAX_STEPS), future: [] };
}

function travelled(
  draft: Draft,
  steps: readonly Snapshot[],
  ends: (rest: readonly Snapshot[], now: Snapshot) => Pick<Draft, "past" | "future">,
): Draft {
  const target = steps.at(-1);
  if (target === undefined) return draft;
  const now = { rows: draft.rows, default: draft.default, step: target.step };
  return { ...draft, rows: target.rows, default: target.default, ...ends(steps.slice(0, -1), now) };
}
