/** What the panel knows and shows. It lives outside of the panel, so that a closed panel loses nothing. */

import type { ApiError } from "../api/errors";
import { versionNumber, type SavedVersion, type Version } from "./api";
import { countChanges, type Draft } from "./model/draft";
import type { Choices, Merge } from "./model/merge";
import { NO_ERRORS, type PlacedErrors } from "./model/server-errors";
import { FIRST_VIEW, type TableView } from "./model/table-view";

export type Publishing =
  | { readonly step: "idle" }
  | { readonly step: "saving" | "publishing" }
  | { readonly step: "failed"; readonly error: ApiError; readonly saved: SavedVersion | null; readonly note: string }
  | { readonly step: "refused"; readonly message: string }
  | { readonly step: "published"; readonly number: number }
  | { readonly step: "superseded"; readonly number: number };

export interface EditorState {
  readonly status: "new" | "loading" | "ready" | "failed";
  readonly problem: ApiError | null;
  readonly draft: Draft | null;
  readonly view: TableView;
  readonly errors: PlacedErrors;
  /** The newest version that the server has told of. */
  readonly latest: Version | null;
  readonly merge: { readonly plan: Merge; readonly choices: Choices } | null;
  readonly publishing: Publishing;
}

export const FIRST_STATE: EditorState = {
  status: "new",
  problem: null,
  draft: null,
  view: FIRST_VIEW,
  errors: NO_ERRORS,
  latest: null,
  merge: null,
  publishing: { step: "idle" },
};

/** Tell whether a request is under way that stores or publishes: nothing is edited meanwhile. */
export function isBusy(state: EditorState): boolean {
  return state.publishing.step === "saving" || state.publishing.step === "publishing";
}

export function isDirty(state: EditorState): boolean {
  return state.draft !== null && countChanges(state.draft) > 0;
}

/** Tell whether another version was saved since the draft's base. */
export function isOutdated(state: EditorState): boolean {
  const { draft, latest } = state;
  return draft !== null && latest !== null && latest.number > versionNumber(draft.base.version);
}

/** Return the newest version if it is saved, but calls do not follow it yet. */
export function unpublished(state: EditorState): Version | null {
  return state.latest !== null && state.latest.publishedAt === null ? state.latest : null;
}
