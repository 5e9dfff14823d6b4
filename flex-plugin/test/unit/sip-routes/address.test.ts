import { describe, expect, it } from "vitest";

import { keyOf } from "../../../src/sip-routes/model/address";

// As functions/sip_router/domain/route.py's `matching` answers for the same routes.
describe("the key of a route", () => {
  it.each([
    ["4321", undefined, "exact 4321"],
    [" 4321 ", undefined, "exact 4321"],
    ["sip:4321@example.com", undefined, "exact 4321"],
    ["SIPS:%2B4930123;npdi:secret@example.com;user=phone", undefined, "exact +4930123"],
    ['"Ann" <sip:ann@example.com>;tag=1', undefined, "exact ann"],
    ["ann@corp.example", undefined, "exact ann@corp.example"],
    ["sip:ann%40corp.example@example.com", undefined, "exact ann@corp.example"],
    ["sip:ann@corp.example@example.com", undefined, "exact ann@corp.example"],
    ["tel:+1-202-555-0199", undefined, "exact +1-202-555-0199"],
    ["sip:example.com", undefined, "exact example.com"],
    ["+4930*", undefined, "prefix +4930"],
    ["sip:+4930*@example.com", undefined, "prefix +4930"],
    ["+4930", "prefix", "prefix +4930"],
    ["*97*", "exact", "exact *97*"],
    ["^5[0-9]{3}$", undefined, "pattern ^5[0-9]{3}$"],
    ["5.*", "pattern", "pattern 5.*"],
    ["^5", "exact", "exact ^5"],
    ["b%C3%BCro", undefined, "exact büro"],
    ["b%FCro", undefined, "exact b\ufffdro"],
    ["", undefined, "exact "],
  ])("of %j with match %j is %j", (address, match, key) => {
    expect(keyOf({ address, ...(match === undefined ? {} : { match }) })).toBe(key);
  });

  it("does not exist for what is no route", () => {
    expect([null, "4321", [], {}, { address: 4321 }].map(keyOf)).toEqual([null, null, null, null, null]);
  });
});
