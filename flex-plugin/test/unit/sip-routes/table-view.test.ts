import { describe, expect, it } from "vitest";

import { openDraft, reduceDraft } from "../../../src/sip-routes/model/draft";
import { text } from "../../../src/sip-routes/model/route-table";
import { COLUMNS, FIRST_VIEW, findRows, pageOf, pageWith, shown, sortBy } from "../../../src/sip-routes/model/table-view";
import { loaded, route, table } from "./tables";

const draft = openDraft(
  loaded(
    table(
      route("10", "zoe", { comment: "Ärzte" }),
      route("9*", "ann", { type: "dial-sip", fallback: { type: "say", destination: "The berry is out." } }),
      route("^1", "sip:b@example.com", { schedule: {}, otherwise: {} }),
      "not a route",
    ),
  ),
);

function addresses(view: Partial<typeof FIRST_VIEW>, rows = draft.rows): string[] {
  return findRows(rows, { ...FIRST_VIEW, ...view }, new Set([3])).map((row) => text(shown(row), "address"));
}

describe("the table", () => {
  it.each([
    ["ÄRZTE", ["10"]],
    ["dial-sip ann", ["9*"]],
    ["berry", ["9*"]],
    ["example.com", ["^1"]],
    ["nobody", []],
    ["  ", ["10", "9*", "^1", ""]],
  ])("finds %j", (search, found) => {
    expect(addresses({ search })).toEqual(found);
  });

  it("sorts by every column, numbers by their value, and turns round at the second click", () => {
    for (const column of COLUMNS) {
      const there = addresses({ column });
      expect(addresses({ column }).sort(), column).toEqual(["", "10", "9*", "^1"]);
      expect(there).toHaveLength(4);
    }
    expect(addresses({ column: "address" }).filter((each) => /^\d/.test(each))).toEqual(["9*", "10"]);
    expect(addresses({ column: "kind" })[3]).toBe("^1");
    expect(sortBy(sortBy(FIRST_VIEW, "address"), "address")).toMatchObject({ column: "address", descending: true, page: 1 });
    expect(sortBy(FIRST_VIEW, "type")).toMatchObject({ column: "type", descending: false });
  });

  it("shows only what was changed, or only what is faulty", () => {
    const edited = reduceDraft(draft, { type: "delete", id: 0 });
    expect(addresses({ filter: "changed" }, edited.rows)).toEqual(["10"]);
    expect(addresses({ filter: "faulty" })).toEqual([""]);
  });

  it("has pages that hold with ten thousand routes", () => {
    const many = openDraft(loaded(table(...[...Array(10_000).keys()].map((number) => route(`${number}`)))));
    const found = findRows(many.rows, { ...FIRST_VIEW, column: "address", descending: true }, new Set());
    const page = pageOf(found, { ...FIRST_VIEW, page: 400 });
    expect(page).toMatchObject({ found: 10_000, pages: 400, page: 400 });
    expect(page.rows.map((row) => text(row.route, "address")).at(-1)).toBe("0");
    expect(pageOf(found, { ...FIRST_VIEW, page: 401 }).page).toBe(400);
    expect(pageOf([], FIRST_VIEW)).toMatchObject({ found: 0, pages: 1, page: 1, rows: [] });
    expect(pageWith(found, FIRST_VIEW, 0)).toBe(400);
    expect(pageWith(found, FIRST_VIEW, 10_000)).toBeNull();
  });
});
