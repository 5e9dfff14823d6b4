import { expect, test } from "vitest";

import { differing } from "../../../src/sip-routes/model/excerpt";

const LONG = "x".repeat(1000);

test("short texts are shown whole", () => {
  expect(differing("one", "other")).toEqual(["one", "other"]);
});

test("of long texts the part that differs is shown, with what is around it", () => {
  const [before, after] = differing(`${LONG}old${LONG}`, `${LONG}new one${LONG}`);
  expect(before).toBe(`…${"x".repeat(60)}old${"x".repeat(60)}…`);
  expect(after).toBe(`…${"x".repeat(60)}new one${"x".repeat(60)}…`);
});

test("what was added at the end or at the beginning is shown", () => {
  expect(differing(LONG, `${LONG}more`)).toEqual([`…${"x".repeat(60)}`, `…${"x".repeat(60)}more`]);
  expect(differing(LONG, `more${LONG}`)).toEqual([`${"x".repeat(60)}…`, `more${"x".repeat(60)}…`]);
});

test("a repeated character is not counted for the beginning and for the end", () => {
  const [before, after] = differing(LONG, "x".repeat(999));
  expect([before.length, after.length]).toEqual([62, 61]);
});

test("a long difference is cut, between characters", () => {
  const [before, after] = differing("", "😀".repeat(1000));
  expect(before).toBe("");
  expect(after).toBe(`${"😀".repeat(400)}…`);
});
