import { describe, expect, it } from "vitest";

import { below, placeErrors, unplaced } from "../../../src/sip-routes/model/server-errors";
import { route } from "./tables";

describe("errors of the server", () => {
  const routes = [route("a: b"), route("c"), "not a route"];
  const placed = placeErrors(
    [
      { field: "data.routes[0].destination", message: "route a: b: must be words to say: x" },
      { field: "data.routes[1].alternatives[1].weight", message: "route c: must be a whole number" },
      { field: "data.routes[2]", message: "route number 3: must be an object" },
      { field: "data.default.type", message: "the default route: is missing" },
      { field: "data", message: "has 5 more faults" },
      { field: "data.routes[9].type", message: "route x: is missing" },
    ],
    routes,
    [7, 12, 14],
  );

  it("are placed at their rows and fields, without the name of the route", () => {
    expect([...placed.rows]).toEqual([
      [7, { destination: "must be words to say: x" }],
      [12, { "alternatives[1].weight": "must be a whole number" }],
      [14, { "": "must be an object" }],
    ]);
    expect(placed.default).toEqual({ type: "is missing" });
  });

  it("are kept where no row has them", () => {
    expect(placed.others).toEqual(["data: has 5 more faults", "data.routes[9].type: route x: is missing"]);
  });

  it("are found by the part of a route", () => {
    const errors = { "schedule.weekly.mon[1]": "must be hours", "schedule.weekly.monday": "x", schedule: "y" };
    expect(below(errors, "schedule.weekly.mon")).toEqual({ "[1]": "must be hours" });
    expect(Object.keys(below(errors, "schedule"))).toHaveLength(3);
    expect(unplaced(errors, (field) => field.startsWith("schedule."))).toEqual(["schedule: y"]);
  });
});
