/** The editor of the route table: its state, and what the panel's buttons do. */

import type { ApiError } from "../api/errors";
import { versionNumber, type RoutesApi, type SavedVersion, type Version } from "./api";
import { FIRST_STATE, isBusy, isDirty, isOutdated, type EditorState } from "./editor-state";
import type { Difference } from "./model/difference";
import { isDefaultChanged, openDraft, reduceDraft, stateOf, tableOf, type Draft, type DraftAction } from "./model/draft";
import { planMerge, resolveMerge, type Side } from "./model/merge";
import type { LoadedTable } from "./model/route-table";
import { NO_ERRORS, placeErrors, type FieldErrors, type PlacedErrors } from "./model/server-errors";
import type { TableView } from "./model/table-view";
import { asApiError, publishSaved, saveAndPublish, type Outcome } from "./publishing";

/** The server's opinion of a draft: what it changes, or what is wrong with it. */
export type Check =
  | { readonly kind: "valid"; readonly difference: Difference }
  | { readonly kind: "faulty"; readonly errors: PlacedErrors }
  | { readonly kind: "unknown"; readonly error: ApiError };

/** What became of a change that was made in a form. */
export type Applied =
  | { readonly kind: "applied" }
  | { readonly kind: "faulty"; readonly errors: FieldErrors }
  | { readonly kind: "unknown"; readonly error: ApiError };

export class Editor {
  private state: EditorState = FIRST_STATE;
  private readonly listeners = new Set<() => void>();

  constructor(readonly api: RoutesApi) {}

  getState(): EditorState {
    return this.state;
  }

  /** Call a function after each change of the state; return a function that ends that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Read the latest version for the first time, or look whether there is a newer one. */
  open(): Promise<void> {
    return this.state.draft === null ? this.load() : this.refresh();
  }

  /** Read the latest version; unsaved changes are lost. */
  async load(): Promise<void> {
    if (this.state.status === "loading") return;
    this.set({ status: "loading", problem: null });
    try {
      const [table, page] = await Promise.all([this.api.list({}), this.api.versions({ limit: 1 })]);
      this.show(table, page.items[0] ?? null);
    } catch (error) {
      this.set({ status: "failed", problem: asApiError(error) });
    }
  }

  /** Look whether another administrator saved. A draft without changes follows; one with changes is left alone. */
  async refresh(): Promise<void> {
    if (isBusy(this.state) || this.state.status === "loading") return;
    try {
      const { items } = await this.api.versions({ limit: 1 });
      if (isBusy(this.state)) return;
      this.set({ latest: items[0] ?? this.state.latest });
      if (isOutdated(this.state) && !isDirty(this.state)) {
        const table = await this.api.list({});
        if (!isDirty(this.state) && !isBusy(this.state)) this.show(table, this.state.latest);
      }
    } catch {
      // The next look, or the next request of the administrator, tells what is wrong.
    }
  }

  setView(view: Partial<TableView>): void {
    this.set({ view: { ...this.state.view, ...view } });
  }

  /** Change the draft without asking the server. */
  dispatch(action: DraftAction): void {
    if (this.state.draft === null || isBusy(this.state)) return;
    const draft = reduceDraft(this.state.draft, action);
    const errors = action.type === "discard" ? toleratedErrors(draft) : this.state.errors;
    this.set({ draft, errors, publishing: { step: "idle" } });
  }

  /** Change the draft, if the server finds no fault with the route that is changed. */
  async apply(action: DraftAction): Promise<Applied> {
    const { draft } = this.state;
    if (draft === null) return { kind: "applied" };
    const check = await this.ask(reduceDraft(draft, action));
    if (check.kind === "unknown") return check;
    const found = check.kind === "faulty" ? errorsAt(check.errors, action, draft) : {};
    if (Object.keys(found).length > 0) return { kind: "faulty", errors: found };
    this.dispatch(action);
    this.note(check);
    return { kind: "applied" };
  }

  /** Ask the server what the draft changes in the version that it is based on. */
  async check(): Promise<Check> {
    const { draft } = this.state;
    if (draft === null) throw new Error("There is no draft to check.");
    const check = await this.ask(draft);
    this.note(check);
    return check;
  }

  /** Save the draft as a version and publish it. */
  async publish(note: string): Promise<void> {
    const { draft, publishing } = this.state;
    if (draft === null || isBusy(this.state)) return;
    const saved = publishing.step === "failed" ? publishing.saved : null;
    const { data, ids } = tableOf(draft);
    this.set({ publishing: { step: saved === null ? "saving" : "publishing" } });
    const outcome = await saveAndPublish(this.api, { data, base: draft.base.version, note, saved }, (version) => {
      const table = { data, version: version.version, versionIsDeployed: false };
      this.set({ draft: openDraft(table), publishing: { step: "publishing" }, errors: NO_ERRORS });
    });
    await this.settle(outcome, note, ids);
  }

  /** Publish a version that is saved already. */
  async publishVersion(version: SavedVersion): Promise<void> {
    if (isBusy(this.state)) return;
    this.set({ publishing: { step: "publishing" } });
    const outcome = await publishSaved(this.api, version).catch(
      (error: unknown): Outcome => ({ kind: "failed", saved: version, error: asApiError(error) }),
    );
    await this.settle(outcome, "", []);
  }

  /** Make an older version's routes the newest version, and live. */
  async rollBack(version: Version, note: string): Promise<ApiError | null> {
    const before = this.state.latest?.number ?? 0;
    try {
      await this.api.rollback({ version: version.version, note });
    } catch (error) {
      const { items } = await this.api.versions({ limit: 1 }).catch(() => ({ items: [] as readonly Version[] }));
      const isDone = items.some((item) => item.number > before && item.restores === version.version);
      if (!isDone) return asApiError(error);
    }
    await this.refresh();
    return null;
  }

  /** Compare the draft with the newer version. */
  async startMerge(): Promise<ApiError | null> {
    if (this.state.draft === null) return null;
    try {
      const theirs = await this.api.list({});
      const { draft } = this.state;
      if (draft !== null) this.set({ merge: { plan: planMerge(draft, theirs), choices: {} } });
      return null;
    } catch (error) {
      return asApiError(error);
    }
  }

  choose(key: string, side: Side): void {
    const { merge } = this.state;
    if (merge !== null) this.set({ merge: { ...merge, choices: { ...merge.choices, [key]: side } } });
  }

  /** Put the draft's changes on top of the newer version. */
  finishMerge(): void {
    const { merge } = this.state;
    if (merge === null) return;
    const draft = resolveMerge(merge.plan, merge.choices);
    this.set({ draft, merge: null, errors: toleratedErrors(draft), publishing: { step: "idle" } });
  }

  cancelMerge(): void {
    this.set({ merge: null });
  }

  /** Forget how the last publication ended. */
  dismiss(): void {
    if (!isBusy(this.state)) this.set({ publishing: { step: "idle" } });
  }

  private async ask(draft: Draft): Promise<Check> {
    const { data, ids } = tableOf(draft);
    try {
      return { kind: "valid", difference: await this.api.diff({ from: draft.base.version, data }) };
    } catch (error) {
      const failure = asApiError(error);
      if (failure.failure !== "refused" || failure.errors.length === 0) return { kind: "unknown", error: failure };
      return { kind: "faulty", errors: placeErrors(failure.errors, data.routes, ids) };
    }
  }

  private async settle(outcome: Outcome, note: string, ids: readonly number[]): Promise<void> {
    switch (outcome.kind) {
      case "published":
      case "superseded":
        this.set({ publishing: { step: outcome.kind, number: versionNumber(outcome.saved.version) } });
        return this.refresh();
      case "outdated": {
        const { draft } = this.state;
        this.set({ publishing: { step: "idle" } });
        if (draft !== null) this.set({ merge: { plan: planMerge(draft, outcome.theirs), choices: {} } });
        return this.refresh();
      }
      case "refused": {
        const routes = this.state.draft === null ? [] : tableOf(this.state.draft).data.routes;
        const errors = placeErrors(outcome.errors, routes, ids);
        return this.set({ publishing: { step: "refused", message: outcome.message }, errors });
      }
      case "failed":
        this.set({ publishing: { step: "failed", error: outcome.error, saved: outcome.saved, note } });
        return this.refresh();
    }
  }

  private show(table: LoadedTable, latest: Version | null): void {
    const draft = openDraft(table);
    this.set({ status: "ready", problem: null, draft, latest, errors: toleratedErrors(draft) });
  }

  /** Keep what a check found, beside what was wrong before and is tolerated as long as it is not changed. */
  private note(check: Check): void {
    const { draft } = this.state;
    if (check.kind === "unknown" || draft === null) return;
    const tolerated = toleratedErrors(draft);
    const found = check.kind === "faulty" ? check.errors : NO_ERRORS;
    this.set({
      errors: {
        rows: new Map([...tolerated.rows, ...found.rows]),
        default: { ...tolerated.default, ...found.default },
        others: [...tolerated.others, ...found.others],
      },
    });
  }

  private set(change: Partial<EditorState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** Return the errors of routes that came with the first version and were not changed. */
function toleratedErrors(draft: Draft): PlacedErrors {
  const { routes } = draft.base.data;
  const all = placeErrors(draft.base.errors ?? [], routes, [...routes.keys()]);
  const unchanged = new Set(draft.rows.filter((row) => stateOf(row) === "same").map((row) => row.id));
  return {
    rows: new Map([...all.rows].filter(([id]) => unchanged.has(id))),
    default: isDefaultChanged(draft) ? {} : all.default,
    others: all.others,
  };
}

/** Return the errors of the route that an action changes. */
function errorsAt(errors: PlacedErrors, action: DraftAction, before: Draft): FieldErrors {
  if (action.type === "edit-default") return errors.default;
  if (action.type === "edit") return errors.rows.get(action.id) ?? {};
  return action.type === "add" ? (errors.rows.get(before.nextId) ?? {}) : {};
}
