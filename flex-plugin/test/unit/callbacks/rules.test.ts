import { expect, test } from "vitest";

import { type Situation, whyNoCall, whyNoRequeue } from "../../../src/callbacks/availability";
import { readCallback } from "../../../src/callbacks/callback-task";
import { callerIdFor, isCallable } from "../../../src/callbacks/numbers";
import { formatDistance, formatMoment } from "../../../src/callbacks/times";

const SETTINGS = { enabled: true, allowRequeue: true, maxAttempts: 3, autoSelectTask: true };

function situation(more: Partial<Situation> = {}, callBackData: object = {}): Situation {
  return {
    callback: readCallback({ taskType: "callback", callBackData: { numberToCall: "+14155550100", ...callBackData } }),
    taskStatus: "assigned",
    isOwnTask: true,
    isOnline: true,
    progress: { kind: "idle" },
    ...more,
  };
}

test("an assigned task of an agent who is online can be called and put back", () => {
  expect([whyNoCall(situation()), whyNoRequeue(situation(), SETTINGS)]).toEqual([undefined, undefined]);
});

test.each([
  [{ isOwnTask: false }, "SwitchboardOtherAgentsTask"],
  [{ taskStatus: "reserved" }, "SwitchboardTaskNotAccepted"],
  [{ taskStatus: "pending" }, "SwitchboardTaskNotAccepted"],
  [{ taskStatus: "wrapping" }, "SwitchboardTaskWrappingUp"],
  [{ taskStatus: "completed" }, "SwitchboardTaskWrappingUp"],
  [{ progress: { kind: "calling" } }, "SwitchboardCallStarting"],
  [{ progress: { kind: "requeueing" } }, "SwitchboardRequeueing"],
] as const)("with %j nothing can be done: %s", (more, reason) => {
  expect(whyNoCall(situation(more))).toBe(reason);
  expect(whyNoRequeue(situation(more), SETTINGS)).toBe(reason);
});

test("an agent who is offline puts back and does not call", () => {
  const offline = situation({ isOnline: false });
  expect([whyNoCall(offline), whyNoRequeue(offline, SETTINGS)]).toEqual(["SwitchboardWorkerOffline", undefined]);
});

test("after a failure both can be tried again", () => {
  const failed = situation({ progress: { kind: "failed", action: "call", message: "x" } });
  expect([whyNoCall(failed), whyNoRequeue(failed, SETTINGS)]).toEqual([undefined, undefined]);
});

test.each([
  [1, 3, undefined],
  [2, 3, "SwitchboardLastAttempt"],
  [9, 3, "SwitchboardLastAttempt"],
  [9, 0, undefined],
])("with %i failed attempts of at most %i, Retry later is disabled because of %s", (attempts, maxAttempts, reason) => {
  expect(whyNoRequeue(situation({}, { attempts }), { ...SETTINGS, maxAttempts })).toBe(reason);
});

test.each([
  ["+14155550100", true],
  ["+4930123456", true],
  ["14155550100", false],
  ["+0123456789", false],
  ["anonymous", false],
  ["sip:ada@example.com", false],
  ["client:ada", false],
  ["+266696687", false],
  ["+1266696687", false],
  ["+86282452253", false],
  ["", false],
])("the number %j can be called: %s", (number, expected) => {
  expect(isCallable(number)).toBe(expected);
  expect(callerIdFor(number)).toBe(expected ? number : undefined);
});

test("a moment is told in a zone and a language", () => {
  const moment = "2026-07-01T16:00:00Z";
  expect(formatMoment(moment, "en-US", "America/Los_Angeles").replace("\u202f", " ")).toBe("Wed, Jul 1, 2026, 9:00 AM PDT");
  expect(formatMoment(moment, "de", "Europe/Berlin")).toContain("18:00");
  expect(formatMoment("yesterday", "en-US")).toBe("");
  expect(formatMoment(moment, "en-US", "Mars/Olympus")).toBe("");
});

test.each([
  [-30_000, "this minute"],
  [-90_000, "1 minute ago"],
  [-7_200_000, "2 hours ago"],
  [-86_400_000, "yesterday"],
  [3 * 86_400_000, "in 3 days"],
])("%i ms from now is %j", (distance, expected) => {
  const now = Date.parse("2026-07-01T16:00:00Z");
  expect(formatDistance(new Date(now + distance).toISOString(), "en", now)).toBe(expected);
});
