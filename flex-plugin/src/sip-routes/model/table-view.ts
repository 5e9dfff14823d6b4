/** Search, filter, order and pages of the table of routes. All of it takes milliseconds with 10,000 routes. */

import { kindOf } from "./address";
import { stateOf, type Row, type RowState } from "./draft";
import { isObject } from "./json";
import { alternatives, part, text, type Route } from "./route-table";

export const COLUMNS = ["order", "address", "kind", "comment", "type", "destination", "extras", "state"] as const;
export type Column = (typeof COLUMNS)[number];
export const PAGE_SIZES = [10, 25, 50, 100] as const;

export type Filter = "all" | "changed" | "faulty";

export interface TableView {
  readonly search: string;
  readonly filter: Filter;
  readonly column: Column;
  readonly descending: boolean;
  readonly page: number;
  readonly pageSize: number;
}

export const FIRST_VIEW: TableView = {
  search: "",
  filter: "all",
  column: "order",
  descending: false,
  page: 1,
  pageSize: 25,
};

/** What the table shows: the rows of the page, and how many there are on all pages. */
export interface Page {
  readonly rows: readonly Row[];
  readonly found: number;
  readonly page: number;
  readonly pages: number;
}

export type Extra = "schedule" | "weights" | "fallback";

/** Return a page; one that lies beyond the last is the last. */
export function pageOf(found: readonly Row[], view: TableView): Page {
  const pages = Math.max(1, Math.ceil(found.length / view.pageSize));
  const page = Math.min(Math.max(1, view.page), pages);
  const start = (page - 1) * view.pageSize;
  return { rows: found.slice(start, start + view.pageSize), found: found.length, page, pages };
}

/** Return the rows that the search and the filter find, in order. */
export function findRows(rows: readonly Row[], view: TableView, faulty: ReadonlySet<number>): readonly Row[] {
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    if (view.filter === "changed" && stateOf(row) === "same") return false;
    if (view.filter === "faulty" && !faulty.has(row.id)) return false;
    return words.length === 0 || words.every((word) => searchText(shown(row)).includes(word));
  });
  return sorted(found, view);
}

/** Return the view that a click on a column's head leads to. */
export function sortBy(view: TableView, column: Column): TableView {
  const descending = view.column === column && !view.descending;
  return { ...view, column, descending, page: 1 };
}

/** Return the page of a row, so that it is seen once it was edited; null if the view leaves it out. */
export function pageWith(found: readonly Row[], view: TableView, id: number): number | null {
  const index = found.findIndex((row) => row.id === id);
  return index < 0 ? null : Math.floor(index / view.pageSize) + 1;
}

/** Return the route that a row shows: the one that was deleted still stands there. */
export function shown(row: Row): Route {
  return row.route === undefined ? row.base : row.route;
}

/** Return what a route has beside its destination. */
export function extrasOf(route: Route): readonly Extra[] {
  const extras: Extra[] = [];
  if (part(route, "schedule") !== null) extras.push("schedule");
  if (alternatives(route).length > 0) extras.push("weights");
  if (part(route, "fallback") !== null) extras.push("fallback");
  return extras;
}

const STATE_RANK: Readonly<Record<RowState, number>> = { changed: 0, added: 1, deleted: 2, same: 3 };
const KIND_RANK = { exact: 0, prefix: 1, pattern: 2 } as const;
const collator = new Intl.Collator(undefined, { numeric: true });

function sorted(rows: readonly Row[], view: TableView): readonly Row[] {
  const sign = view.descending ? -1 : 1;
  if (view.column === "order") return view.descending ? [...rows].reverse() : rows;
  const keys = new Map(rows.map((row) => [row, sortKey(row, view.column)]));
  return [...rows].sort((one, other) => sign * compare(keys.get(one) ?? "", keys.get(other) ?? ""));
}

function compare(one: string | number, other: string | number): number {
  return typeof one === "number" && typeof other === "number" ? one - other : collator.compare(`${one}`, `${other}`);
}

function sortKey(row: Row, column: Column): string | number {
  const route = shown(row);
  switch (column) {
    case "order":
      return 0;
    case "kind":
      return KIND_RANK[kindOf(text(route, "address"), isObject(route) ? route.match : undefined)];
    case "extras":
      return extrasOf(route).join(" ");
    case "state":
      return STATE_RANK[stateOf(row)];
    default:
      return text(route, column);
  }
}

const searchTexts = new WeakMap<object, string>();

function searchText(route: Route): string {
  if (!isObject(route)) return JSON.stringify(route).toLowerCase();
  const known = searchTexts.get(route);
  if (known !== undefined) return known;
  const destinations = [route, ...alternatives(route), part(route, "otherwise"), part(route, "fallback")];
  const words = [text(route, "address"), text(route, "comment")].concat(
    destinations.flatMap((each) => [text(each, "type"), text(each, "destination")]),
  );
  const found = words.join("\n").toLowerCase();
  searchTexts.set(route, found);
  return found;
}
