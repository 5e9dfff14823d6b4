import { describe, expect, it } from "vitest";

import { choiceForm, routeForm, routeOf } from "../../../src/sip-routes/model/route-form";
import { repeatedHolidays, scheduleForm, scheduleOf } from "../../../src/sip-routes/model/schedule-form";
import { route } from "./tables";

const RICH = {
  ...route("4321"),
  match: "exact",
  weight: 3,
  alternatives: [{ type: "dial-sip", destination: "sip:a@example.com", weight: 0, note: "theirs" }, { type: "say", destination: "x" }],
  fallback: { type: "say", destination: "Busy.", note: "kept" },
  schedule: {
    timeZone: "Europe/Berlin",
    weekly: { monday: ["09:00-12:30", "13:30-18:00"], tue: [] },
    holidays: ["12-25", { date: "2026-12-24", hours: ["09:00-12:00"] }],
    note: "kept",
  },
  otherwise: { type: "say", destination: "Closed." },
  owner: { team: "sales" },
};

describe("the form of a route", () => {
  it.each([
    ["with everything", RICH],
    ["as the older plugin makes it", route("1")],
    ["without a comment", { address: "1", type: "say", destination: "x" }],
    ["that is faulty", { address: 4321, type: null, destination: ["x"], weight: "many", alternatives: "none", schedule: 5 }],
    ["with holidays by date", { ...RICH, schedule: { ...RICH.schedule, holidays: { "12-25": [], "2026-12-24": ["09:00-12:00"] } } }],
  ])("leaves a route %s as it is when nothing is typed", (_name, original) => {
    expect(routeOf(routeForm(original), original)).toEqual(original);
    expect(routeOf(routeForm(original), original, true)).toEqual(original);
  });

  it("makes a new route with an empty comment, as the older plugin does", () => {
    const form = { ...routeForm(undefined), address: " 4321 ", main: { ...choiceForm(null), type: "say", destination: "Hi" } };
    expect(routeOf(form, undefined)).toEqual({ address: "4321", comment: "", type: "say", destination: "Hi" });
  });

  it("keeps fields of other names when something is typed", () => {
    const form = routeForm(RICH);
    const typed = { ...form, fallback: { type: "say", destination: "Sorry." }, comment: "New" };
    expect(routeOf(typed, RICH)).toEqual({
      ...RICH,
      comment: "New",
      fallback: { type: "say", destination: "Sorry.", note: "kept" },
    });
  });

  it("takes shares, fallback, schedule and match away when they are turned off", () => {
    const form = { ...routeForm(RICH), alternatives: [], fallback: null, schedule: null, match: "" as const };
    expect(routeOf(form, RICH)).toEqual({ ...route("4321"), owner: { team: "sales" } });
  });

  it("keeps the further fields of a destination that another one was removed beside", () => {
    const form = routeForm(RICH);
    const typed = { ...form, alternatives: form.alternatives.slice(0, 1) };
    expect(routeOf(typed, RICH).alternatives).toEqual([RICH.alternatives[0]]);
  });

  it("gives a weight that is no number to the server, which says what is wrong with it", () => {
    const form = routeForm(route("1"));
    const typed = { ...form, main: { ...form.main, weight: "many" }, alternatives: [{ ...choiceForm(null), weight: " 7 " }] };
    expect(routeOf(typed, route("1"))).toMatchObject({ weight: "many", alternatives: [{ weight: 7 }] });
  });
});

describe("the form of a schedule", () => {
  it("opens on working days unless it is told otherwise", () => {
    expect(scheduleOf(scheduleForm(null, "Europe/Berlin"), null)).toEqual({
      timeZone: "Europe/Berlin",
      weekly: Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, ["09:00-17:00"]])),
    });
  });

  it("reads hours with commas or semicolons between them, and keeps the names of days", () => {
    const form = scheduleForm(RICH.schedule, "");
    expect(form.weekly.mon).toBe("09:00-12:30, 13:30-18:00");
    const typed = { ...form, weekly: { ...form.weekly, mon: "10:00-11:00;12:00-13:00 ,", sat: "10:00-12:00", tue: "" } };
    expect(scheduleOf(typed, RICH.schedule).weekly).toEqual({
      monday: ["10:00-11:00", "12:00-13:00"],
      tue: [],
      sat: ["10:00-12:00"],
    });
  });

  it("writes holidays by date, and drops empty rows", () => {
    const form = scheduleForm(RICH.schedule, "");
    const typed = { ...form, holidays: [...form.holidays, { date: "01-01", hours: "" }, { date: "", hours: " " }] };
    expect(scheduleOf(typed, RICH.schedule).holidays).toEqual({ "12-25": [], "2026-12-24": ["09:00-12:00"], "01-01": [] });
    expect("holidays" in scheduleOf({ ...form, holidays: [] }, RICH.schedule)).toBe(false);
  });

  it("finds holidays that are there twice", () => {
    const form = { ...scheduleForm(null, "UTC"), holidays: [{ date: "12-25", hours: "" }, { date: "", hours: "x" }, { date: "12-25 ", hours: "x" }] };
    expect([...repeatedHolidays(form)]).toEqual([2]);
  });
});
