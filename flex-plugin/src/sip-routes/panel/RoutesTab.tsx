/** The routes: buttons, the default route, the table, and the dialogues. */
import * as React from "react";

import { AlertDialog } from "@twilio-paste/core/alert-dialog";
import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";

import { text } from "../../strings";
import { isBusy, isDirty, type EditorState } from "../editor-state";
import type { Draft, Row } from "../model/draft";
import { usePanel } from "./context";
import { DefaultRoute } from "./DefaultRoute";
import { PublishDialogue } from "./PublishDialogue";
import { RouteDialogue, type Edited } from "./RouteDialogue";
import { RoutesTable } from "./RoutesTable";
import { addressName } from "./words";

type Dialogue =
  | { readonly kind: "none" | "discard" | "publish" }
  | { readonly kind: "delete"; readonly row: Row }
  | { readonly kind: "edit"; readonly edited: Edited };

const NONE: Dialogue = { kind: "none" };

export function RoutesTab({ state, draft }: { readonly state: EditorState; readonly draft: Draft }): React.ReactElement {
  const { editor } = usePanel();
  const [dialogue, setDialogue] = React.useState<Dialogue>(NONE);
  const close = React.useCallback(() => setDialogue(NONE), []);
  const isLocked = isBusy(state);
  return (
    <Box display="flex" flexDirection="column" rowGap="space60">
      <Box display="flex" columnGap="space40" rowGap="space40" flexWrap="wrap">
        <Button variant="secondary" disabled={isLocked} onClick={() => setDialogue({ kind: "edit", edited: { kind: "new" } })}>
          {text("SwitchboardSipAdd")}
        </Button>
        <Button variant="secondary" disabled={isLocked || draft.past.length === 0} onClick={() => editor.dispatch({ type: "undo" })}>
          {text("SwitchboardSipUndo")}
        </Button>
        <Button variant="secondary" disabled={isLocked || draft.future.length === 0} onClick={() => editor.dispatch({ type: "redo" })}>
          {text("SwitchboardSipRedo")}
        </Button>
        <Button variant="secondary" disabled={isLocked || !isDirty(state)} onClick={() => setDialogue({ kind: "discard" })}>
          {text("SwitchboardSipDiscard")}
        </Button>
        <Button variant="primary" disabled={isLocked || !isDirty(state)} onClick={() => setDialogue({ kind: "publish" })}>
          {text("SwitchboardSipPublish")}
        </Button>
      </Box>
      <DefaultRoute
        draft={draft}
        errors={state.errors.default}
        isLocked={isLocked}
        onEdit={() => setDialogue({ kind: "edit", edited: { kind: "default" } })}
      />
      <RoutesTable
        state={state}
        draft={draft}
        isLocked={isLocked}
        onEdit={(row) => setDialogue({ kind: "edit", edited: { kind: "row", row } })}
        onDelete={(row) => setDialogue({ kind: "delete", row })}
      />
      {dialogue.kind === "edit" ? (
        <RouteDialogue
          edited={dialogue.edited}
          rows={draft.rows}
          defaultRoute={draft.default}
          errors={errorsOf(state, dialogue.edited)}
          onClose={close}
        />
      ) : null}
      {dialogue.kind === "publish" ? <PublishDialogue state={state} onClose={close} /> : null}
      <AlertDialog
        heading={text("SwitchboardSipDeleteHeading")}
        isOpen={dialogue.kind === "delete"}
        destructive
        onConfirm={() => {
          if (dialogue.kind === "delete") editor.dispatch({ type: "delete", id: dialogue.row.id });
          close();
        }}
        onConfirmLabel={text("SwitchboardSipDelete")}
        onDismiss={close}
        onDismissLabel={text("SwitchboardSipCancel")}
      >
        {dialogue.kind === "delete" ? text("SwitchboardSipDeleteText", { address: addressName(dialogue.row.route) }) : " "}
      </AlertDialog>
      <AlertDialog
        heading={text("SwitchboardSipDiscardHeading")}
        isOpen={dialogue.kind === "discard"}
        destructive
        onConfirm={() => {
          editor.dispatch({ type: "discard" });
          close();
        }}
        onConfirmLabel={text("SwitchboardSipDiscard")}
        onDismiss={close}
        onDismissLabel={text("SwitchboardSipCancel")}
      >
        {text("SwitchboardSipDiscardText")}
      </AlertDialog>
    </Box>
  );
}

function errorsOf(state: EditorState, edited: Edited): EditorState["errors"]["default"] {
  if (edited.kind === "default") return state.errors.default;
  return edited.kind === "row" ? (state.errors.rows.get(edited.row.id) ?? {}) : {};
}
