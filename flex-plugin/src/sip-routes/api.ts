/** The admin routes of the SIP router, as docs/openapi.yaml describes them. */

import type { Difference } from "./model/difference";
import type { LoadedTable, Route, RouteTable } from "./model/route-table";

/** What the history tells about a version. */
export interface Version {
  readonly version: string;
  readonly buildSid: string;
  readonly number: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly note: string;
  readonly routes: number;
  readonly faults: number;
  readonly parent: string | null;
  readonly restores: string | null;
  readonly deploymentSid: string | null;
  readonly publishedAt: string | null;
  readonly publishedBy: string | null;
}

export interface VersionPage {
  readonly items: readonly Version[];
  readonly cursor: string | null;
}

export interface SavedVersion {
  readonly version: string;
  readonly buildSid: string;
}

/** Where a call would go. */
export interface TriedCall {
  readonly version: string;
  readonly address: string;
  readonly at: string;
  readonly match: "exact" | "prefix" | "pattern" | "default";
  readonly route: Route;
  readonly open: boolean | null;
  readonly type: string;
  readonly destination: string;
  readonly fallback: { readonly type: string; readonly destination: string } | null;
  readonly twiml: string;
}

export interface Trial {
  readonly address: string;
  readonly at?: string;
  readonly version: string;
}

/** Sends JSON to a path of Switchboard with the user's token; throws for any answer but 200. */
export type Post = (path: string, body: object) => Promise<unknown>;

export type RoutesApi = ReturnType<typeof routesApi>;

/** Return the admin routes as functions. */
export function routesApi(post: Post) {
  const call =
    <Body extends object, Answer>(path: string) =>
    (body: Body): Promise<Answer> =>
      post(path, body) as Promise<Answer>;
  return {
    list: call<{ version?: string }, LoadedTable>("/admin/list"),
    versions: call<{ limit?: number; cursor?: string }, VersionPage>("/admin/versions"),
    diff: call<{ from?: string; to?: string; data?: RouteTable }, Difference>("/admin/diff"),
    test: call<Trial, TriedCall>("/admin/test"),
    update: call<{ data: RouteTable; version: string; note: string }, SavedVersion>("/admin/update"),
    publish: call<{ buildSid: string }, { deploymentSid: string }>("/admin/publish"),
    rollback: call<{ version: string; note: string }, SavedVersion>("/admin/rollback"),
  };
}

/** Return the number of the version that a SID names: versions of higher numbers are newer. */
export function versionNumber(sid: string): number {
  return Number.parseInt(sid.slice(2, 14), 16);
}
