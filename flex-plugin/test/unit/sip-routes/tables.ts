/** Route tables for tests, and a reproducible source of random choices. */
import type { LoadedTable, Route, RouteTable } from "../../../src/sip-routes/model/route-table";

export const DEFAULT = { type: "say", destination: "Nobody is here." };

export function route(address: string, destination = address, more: object = {}): Record<string, unknown> {
  return { address, comment: "", type: "dial-client", destination, ...more };
}

export function table(...routes: readonly Route[]): RouteTable {
  return { routes, default: DEFAULT };
}

export function loaded(data: RouteTable, number = 1): LoadedTable {
  return { data, version: sid(number), versionIsDeployed: true };
}

export function sid(number: number): string {
  return `ZN${number.toString(16).padStart(12, "0")}${"0".repeat(20)}`;
}

/** Return a function from n to a whole number below n, the same sequence for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
