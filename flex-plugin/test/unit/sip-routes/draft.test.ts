import { describe, expect, it } from "vitest";

import {
  countChanges,
  isReordered,
  MAX_STEPS,
  openDraft,
  reduceDraft,
  stateOf,
  tableOf,
  type Draft,
  type DraftAction,
} from "../../../src/sip-routes/model/draft";
import { loaded, randomNumbers, route, table } from "./tables";

const base = loaded({ ...table(route("1"), route("^2"), route("3"), route("^4"), route("^5")), owner: "sales" });

function after(...actions: DraftAction[]): Draft {
  return actions.reduce(reduceDraft, openDraft(base));
}

function addresses(draft: Draft): unknown[] {
  return tableOf(draft).data.routes.map((each) => (each as { address: string }).address);
}

describe("a draft", () => {
  it("is the table that it was made from, with fields that no form shows, as long as nothing is changed", () => {
    const draft = after();
    expect(tableOf(draft).data).toEqual(base.data);
    expect(countChanges(draft)).toBe(0);
  });

  it("marks routes that were added, changed and deleted", () => {
    const draft = after(
      { type: "add", route: route("6") },
      { type: "edit", id: 0, route: route("1", "other") },
      { type: "delete", id: 2 },
    );
    expect(draft.rows.map(stateOf)).toEqual(["changed", "same", "deleted", "same", "same", "added"]);
    expect(addresses(draft)).toEqual(["1", "^2", "^4", "^5", "6"]);
    expect(countChanges(draft)).toBe(3);
  });

  it("is unchanged again when a route gets its old content back", () => {
    const draft = after({ type: "edit", id: 0, route: route("1", "other") }, { type: "edit", id: 0, route: route("1") });
    expect(countChanges(draft)).toBe(0);
  });

  it("forgets a route that was added and deleted", () => {
    const draft = after({ type: "add", route: route("6") }, { type: "delete", id: 5 });
    expect(draft.rows).toHaveLength(5);
    expect(countChanges(draft)).toBe(0);
  });

  it("brings a deleted route back to its place", () => {
    const draft = after({ type: "delete", id: 2 }, { type: "restore", id: 2 });
    expect(addresses(draft)).toEqual(["1", "^2", "3", "^4", "^5"]);
    expect(countChanges(draft)).toBe(0);
  });

  it.each([
    [1, ["1", "^5", "^2", "3", "^4"]],
    [2, ["1", "^2", "^5", "3", "^4"]],
    [3, ["1", "^2", "3", "^4", "^5"]],
    [99, ["1", "^2", "3", "^4", "^5"]],
  ])("tries a pattern as number %i of the patterns", (place, order) => {
    const draft = after({ type: "edit", id: 4, route: route("^5"), place });
    expect(addresses(draft).filter((each) => `${each}`.startsWith("^"))).toEqual(
      order.filter((each) => each.startsWith("^")),
    );
    expect(isReordered(draft)).toBe(place < 3);
    expect(countChanges(draft)).toBe(place < 3 ? 1 : 0);
  });

  it("does not move a route whose address is compared exactly", () => {
    expect(addresses(after({ type: "edit", id: 0, route: route("1", "x"), place: 3 }))).toEqual(["1", "^2", "3", "^4", "^5"]);
  });

  it("changes the default route", () => {
    const draft = after({ type: "edit-default", route: { type: "say", destination: "Bye." } });
    expect(tableOf(draft).data.default).toEqual({ type: "say", destination: "Bye." });
    expect(countChanges(draft)).toBe(1);
  });

  it("undoes and redoes steps one by one, and forgets the undone ones at the next change", () => {
    const edited = after({ type: "delete", id: 0 }, { type: "delete", id: 1 });
    const undone = reduceDraft(edited, { type: "undo" });
    expect(addresses(undone)).toEqual(["^2", "3", "^4", "^5"]);
    expect(addresses(reduceDraft(undone, { type: "redo" }))).toEqual(["3", "^4", "^5"]);
    const other = reduceDraft(undone, { type: "delete", id: 4 });
    expect(reduceDraft(other, { type: "redo" })).toBe(other);
  });

  it("comes back to its base when all is undone, and to its end when all is redone", () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const random = randomNumbers(seed);
      let draft = openDraft(base);
      for (let step = 0; step < 30; step += 1) {
        const id = random(8);
        const address = `${random(2) ? "^" : ""}${random(9)}`;
        const actions: DraftAction[] = [
          { type: "add", route: route(address), place: random(4) },
          { type: "edit", id, route: route(address), place: random(4) },
          { type: "delete", id },
          { type: "restore", id },
        ];
        draft = reduceDraft(draft, actions[random(4)] as DraftAction);
      }
      const end = tableOf(draft).data;
      let undone = draft;
      while (undone.past.length > 0) undone = reduceDraft(undone, { type: "undo" });
      expect(tableOf(undone).data).toEqual(base.data);
      while (undone.future.length > 0) undone = reduceDraft(undone, { type: "redo" });
      expect(tableOf(undone).data).toEqual(end);
    }
  });

  it("keeps a limited number of steps", () => {
    let draft = openDraft(base);
    for (let step = 0; step < MAX_STEPS + 10; step += 1) draft = reduceDraft(draft, { type: "add", route: route(`${step}`) });
    expect(draft.past).toHaveLength(MAX_STEPS);
  });

  it("is the base again when it is discarded", () => {
    const draft = after({ type: "delete", id: 0 }, { type: "discard" });
    expect(draft).toEqual(openDraft(base));
  });
});
