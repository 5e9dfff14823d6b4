import { describe, expect, it } from "vitest";

import { byKey, differenceOf } from "../../../src/sip-routes/model/difference";
import { countChanges, openDraft, reduceDraft, tableOf, type Draft } from "../../../src/sip-routes/model/draft";
import { isEqual } from "../../../src/sip-routes/model/json";
import { planMerge, resolveMerge, undecided, type Choices, type Side } from "../../../src/sip-routes/model/merge";
import type { Route, RouteTable } from "../../../src/sip-routes/model/route-table";
import { loaded, randomNumbers, route, table } from "./tables";

const base = loaded(table(route("1"), route("2"), route("^a"), route("^b"), route("^c")));

function edited(routes: readonly Route[], more: Partial<RouteTable> = {}): Draft {
  // What the routes of a draft came from does not matter to a merge.
  const draft = openDraft({ ...base, data: { ...base.data, ...more, routes } });
  return { ...draft, base };
}

function merged(mine: readonly Route[], theirs: readonly Route[], choices: Choices = {}): unknown[] {
  const plan = planMerge(edited(mine), loaded(table(...theirs), 2));
  return tableOf(resolveMerge(plan, choices)).data.routes as unknown[];
}

const [one, two, a, b, c] = base.data.routes as [Route, Route, Route, Route, Route];

describe("a merge", () => {
  it("puts one's own changes on top of another administrator's", () => {
    const mine = [route("1", "mine"), two, a, b, c, route("4")];
    const theirs = [one, a, b, c, route("3")];
    const plan = planMerge(edited(mine), loaded(table(...theirs), 2));
    expect(plan.conflicts).toEqual([]);
    expect(plan.myChanges.added).toEqual([route("4")]);
    expect(plan.theirChanges.removed).toEqual([two]);
    const draft = resolveMerge(plan, {});
    expect(tableOf(draft).data.routes).toEqual([route("1", "mine"), a, b, c, route("3"), route("4")]);
    expect(countChanges(draft)).toBe(2);
    expect(draft.base.version).toBe(loaded(table(), 2).version);
  });

  it("asks about a route that both changed, and takes what is chosen", () => {
    const plan = planMerge(edited([route("1", "mine"), two, a, b, c]), loaded(table(route("1", "theirs"), two, a, b, c), 2));
    expect(plan.conflicts).toEqual([
      { key: "exact 1", kind: "route", address: "1", base: one, mine: route("1", "mine"), theirs: route("1", "theirs") },
    ]);
    expect(undecided(plan, {})).toHaveLength(1);
    expect(undecided(plan, { "exact 1": "mine" })).toHaveLength(0);
    expect(tableOf(resolveMerge(plan, { "exact 1": "mine" })).data.routes[0]).toEqual(route("1", "mine"));
    expect(tableOf(resolveMerge(plan, { "exact 1": "theirs" })).data.routes[0]).toEqual(route("1", "theirs"));
  });

  it("asks about a route that one changed and the other deleted", () => {
    expect(merged([two], [route("1", "theirs"), two], { "exact 1": "mine" })).toEqual([two]);
    expect(merged([two], [route("1", "theirs"), two], { "exact 1": "theirs" })).toEqual([route("1", "theirs"), two]);
    expect(merged([route("1", "mine"), two], [two], { "exact 1": "mine" })).toEqual([route("1", "mine"), two]);
    expect(merged([route("1", "mine"), two], [two], { "exact 1": "theirs" })).toEqual([two]);
  });

  it("asks about an address that both added, however they wrote it", () => {
    const plan = planMerge(edited([one, route("sip:9@example.com", "m")]), loaded(table(one, route("9", "t")), 2));
    expect(plan.conflicts.map((conflict) => conflict.key)).toEqual(["exact 9"]);
  });

  it("asks nothing where both made the same change", () => {
    const plan = planMerge(edited([two]), loaded(table(two), 2));
    expect(plan.conflicts).toEqual([]);
    expect(countChanges(resolveMerge(plan, {}))).toBe(0);
  });

  it("asks about the default route", () => {
    const draft = edited(base.data.routes, { default: { type: "say", destination: "mine" } });
    const theirs = loaded({ ...base.data, default: { type: "say", destination: "theirs" } }, 2);
    const plan = planMerge(draft, theirs);
    expect(plan.conflicts.map((conflict) => conflict.kind)).toEqual(["default"]);
    expect(resolveMerge(plan, { default: "mine" }).default).toEqual({ type: "say", destination: "mine" });
    expect(resolveMerge(plan, { default: "theirs" }).default).toEqual({ type: "say", destination: "theirs" });
  });

  it("keeps the order of patterns of the one who changed it, and asks if both did", () => {
    expect(patterns(merged([one, two, b, a, c], [one, two, a, b, c, route("3")]))).toEqual(["^b", "^a", "^c"]);
    expect(patterns(merged([one, two, a, b, c, route("3")], [one, two, b, a, c]))).toEqual(["^b", "^a", "^c"]);
    const plan = planMerge(edited([b, a, c]), loaded(table(c, b, a), 2));
    expect(plan.conflicts.map((conflict) => conflict.kind)).toContain("order");
    const order = (side: Side) => patterns(tableOf(resolveMerge(plan, { order: side })).data.routes);
    expect(order("mine")).toEqual(["^b", "^a", "^c"]);
    expect(order("theirs")).toEqual(["^c", "^b", "^a"]);
  });

  it("takes each of a thousand random edits from the side that made it", () => {
    for (let seed = 0; seed < 1000; seed += 1) {
      const random = randomNumbers(seed);
      const start = loaded(table(...randomRoutes([], random)));
      const draft = { ...openDraft({ ...start, data: table(...randomRoutes(start.data.routes, random)) }), base: start };
      const theirs = loaded(table(...randomRoutes(start.data.routes, random)), 2);
      const plan = planMerge(draft, theirs);
      const choices = Object.fromEntries(
        plan.conflicts.map(({ key }): [string, Side] => [key, random(2) ? "mine" : "theirs"]),
      );
      const result = byKey(tableOf(resolveMerge(plan, choices)).data.routes);
      const [old, my, their] = [plan.base, plan.mine, plan.theirs.data].map(({ routes }) => byKey(routes)) as [
        ReadonlyMap<string, Route>,
        ReadonlyMap<string, Route>,
        ReadonlyMap<string, Route>,
      ];
      for (const key of new Set([...old.keys(), ...my.keys(), ...their.keys(), ...result.keys()])) {
        const isMine = !isEqual(my.get(key), old.get(key));
        const isTheirs = !isEqual(their.get(key), old.get(key));
        const side = isMine && isTheirs ? (choices[key] ?? "theirs") : isMine ? "mine" : "theirs";
        expect(result.get(key), `seed ${seed}, ${key}`).toEqual((side === "mine" ? my : their).get(key));
      }
    }
  });

  it("is one's own table where nobody else changed anything, and the other's where one changed nothing", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = randomNumbers(seed);
      const start = loaded(table(...randomRoutes([], random)));
      const other = table(...randomRoutes(start.data.routes, random));
      const draft = { ...openDraft({ ...start, data: other }), base: start };
      const mine = tableOf(resolveMerge(planMerge(draft, loaded(start.data, 2)), {})).data;
      expect(differenceOf(mine, other)).toEqual(differenceOf(other, other));
      const theirs = tableOf(resolveMerge(planMerge(openDraft(start), loaded(other, 2)), {})).data;
      expect(theirs).toEqual(other);
    }
  });

  it("can be edited and undone like any draft", () => {
    const plan = planMerge(edited([two, a, b, c]), loaded(table(one, two, a, b, c, route("3")), 2));
    const draft = resolveMerge(plan, {});
    const id = draft.rows.find((row) => row.route === undefined)?.id as number;
    const restored = reduceDraft(draft, { type: "restore", id });
    expect(countChanges(restored)).toBe(0);
    expect(countChanges(reduceDraft(restored, { type: "undo" }))).toBe(1);
  });
});

function patterns(routes: readonly unknown[]): string[] {
  return routes.map((each) => (each as { address: string }).address).filter((each) => each.startsWith("^"));
}

/** Return routes with some deleted, changed, added and moved. */
function randomRoutes(routes: readonly Route[], random: (below: number) => number): Route[] {
  const result = new Map(routes.map((each) => [(each as { address: string }).address, each]));
  for (let step = random(6) + (routes.length ? 0 : 4); step > 0; step -= 1) {
    const address = ["1", "2", "30*", "^a", "^b", "^c", "^d"][random(7)] as string;
    const action = random(4);
    if (action === 0) result.delete(address);
    else if (action === 1) result.set(address, route(address, `${random(3)}`));
    else {
      const moved = result.get(address) ?? route(address, `${random(3)}`);
      result.delete(address);
      result.set(address, moved);
    }
  }
  return [...result.values()];
}
