/**
 * Save a route table and publish it, so that a lost answer neither saves twice nor loses anything.
 *
 * Where the answer to a request is not known, the server is asked what became of it before anything is sent again.
 */

import { ApiError } from "../api/errors";
import { versionNumber, type RoutesApi, type SavedVersion } from "./api";
import { isEqual } from "./model/json";
import type { LoadedTable, RouteTable, ServerError } from "./model/route-table";

/** What should be published. `saved` is set once it is stored, so that a second try only publishes. */
export interface Publication {
  readonly data: RouteTable;
  readonly base: string;
  readonly note: string;
  readonly saved: SavedVersion | null;
}

export type Outcome =
  | { readonly kind: "published"; readonly saved: SavedVersion }
  /** A later version, made on top of this one, is live already. */
  | { readonly kind: "superseded"; readonly saved: SavedVersion }
  /** Another administrator saved first; nothing of this publication is stored. */
  | { readonly kind: "outdated"; readonly theirs: LoadedTable }
  | { readonly kind: "refused"; readonly errors: readonly ServerError[]; readonly message: string }
  | { readonly kind: "failed"; readonly saved: SavedVersion | null; readonly error: ApiError };

/**
 * Save and publish.
 *
 * @param onSaved - called as soon as the version is stored
 */
export async function saveAndPublish(
  api: RoutesApi,
  publication: Publication,
  onSaved: (saved: SavedVersion) => void,
): Promise<Outcome> {
  let saved = publication.saved;
  try {
    if (saved === null) {
      const outcome = await save(api, publication);
      if ("kind" in outcome) return outcome;
      saved = outcome;
      onSaved(saved);
    }
    return await publishSaved(api, saved);
  } catch (error) {
    return { kind: "failed", saved, error: asApiError(error) };
  }
}

/** Publish a version that is stored. Publishing the live version again changes nothing. */
export async function publishSaved(api: RoutesApi, saved: SavedVersion): Promise<Outcome> {
  try {
    await api.publish({ buildSid: saved.buildSid });
    return { kind: "published", saved };
  } catch (error) {
    const failure = asApiError(error);
    if (failure.status !== 409) throw failure;
    const live = await api.list({ version: "live" });
    if (versionNumber(live.version) > versionNumber(saved.version)) return { kind: "superseded", saved };
    throw failure;
  }
}

/** Return an error of any kind as one of the API. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError("unavailable", error instanceof Error ? error.message : "");
}

async function save(api: RoutesApi, publication: Publication): Promise<SavedVersion | Outcome> {
  const { data, base, note } = publication;
  try {
    return await api.update({ data, version: base, note });
  } catch (error) {
    const failure = asApiError(error);
    if (failure.status === 409 || mayHaveBeenDone(failure)) return lookUp(api, publication, failure);
    if (failure.failure !== "refused") throw failure;
    return { kind: "refused", errors: failure.errors, message: failure.message };
  }
}

function mayHaveBeenDone(failure: ApiError): boolean {
  return failure.failure === "timeout" || failure.failure === "offline" || failure.failure === "unavailable";
}

/** Return the version if an earlier request stored it; else what the latest version is now. */
async function lookUp(api: RoutesApi, publication: Publication, failure: ApiError): Promise<SavedVersion | Outcome> {
  const latest = await api.list({});
  if (latest.version === publication.base) throw failure;
  if (isEqual(latest.data, publication.data)) {
    return { version: latest.version, buildSid: `ZB${latest.version.slice(2)}` };
  }
  return { kind: "outdated", theirs: latest };
}
