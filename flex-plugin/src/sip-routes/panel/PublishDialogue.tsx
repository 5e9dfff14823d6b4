/** The dialogue that publishes: the difference first, then a note, then how it goes. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutHeading, CalloutText } from "@twilio-paste/core/callout";
import { SkeletonLoader } from "@twilio-paste/core/skeleton-loader";

import { describeError } from "../../api/describe-error";
import { text } from "../../strings";
import { versionNumber } from "../api";
import type { Check } from "../editor";
import { isBusy, type EditorState } from "../editor-state";
import { MAX_NOTE_CHARACTERS } from "../model/route-table";
import { Column, Passing } from "./Column";
import { useIsMounted, useIsPublishingRefused, usePanel } from "./context";
import { Dialogue } from "./Dialogue";
import { DifferenceView } from "./DifferenceView";
import { TextField } from "./Field";

interface Props {
  readonly state: EditorState;
  readonly onClose: () => void;
}

export function PublishDialogue({ state, onClose }: Props): React.ReactElement {
  const { editor } = usePanel();
  const isMounted = useIsMounted();
  const isRefused = useIsPublishingRefused();
  const [note, setNote] = React.useState("");
  const [check, setCheck] = React.useState<Check | null>(null);
  const { publishing } = state;
  const isDone = publishing.step === "published" || publishing.step === "superseded";
  const isSaved = isDone || publishing.step === "publishing" || (publishing.step === "failed" && publishing.saved !== null);

  const compare = React.useCallback(async () => {
    setCheck(null);
    const found = await editor.check();
    if (isMounted()) setCheck(found);
  }, [editor, isMounted]);
  React.useEffect(() => void compare(), [compare]);
  // The merge has a dialogue of its own.
  React.useEffect(() => {
    if (state.merge !== null) onClose();
  }, [state.merge, onClose]);

  const canPublish = !isRefused && !isBusy(state) && (check?.kind === "valid" || isSaved);
  return (
    <Dialogue
      heading={text("SwitchboardSipPublishHeading")}
      size="wide"
      onClose={onClose}
      buttons={
        <>
          <Button variant="secondary" onClick={onClose}>
            {text(isDone ? "SwitchboardSipClose" : "SwitchboardSipCancel")}
          </Button>
          {isDone ? null : (
            <Button variant="primary" loading={isBusy(state)} disabled={!canPublish} onClick={() => void editor.publish(note)}>
              {text(publishing.step === "failed" ? "SwitchboardTryAgain" : "SwitchboardSipPublish")}
            </Button>
          )}
        </>
      }
    >
      <Box role="status">
        {publishing.step === "idle" ? null : (
          <Passing>
            <Progress state={state} />
          </Passing>
        )}
        {isRefused && !isDone ? (
          <Passing>
            <Callout variant="warning">
              <CalloutText>{text("SwitchboardSipAvailable")}</CalloutText>
            </Callout>
          </Passing>
        ) : null}
      </Box>
      {isSaved ? (
        <></>
      ) : (
        <Column gap="space60">
          <TextField
            label={text("SwitchboardSipNote")}
            help={text("SwitchboardSipNoteHelp")}
            value={note}
            maxLength={MAX_NOTE_CHARACTERS}
            isLong
            onChange={setNote}
          />
          <Compared check={check} base={versionNumber(state.draft?.base.version ?? "")} onRetry={() => void compare()} />
        </Column>
      )}
    </Dialogue>
  );
}

interface ComparedProps {
  readonly check: Check | null;
  readonly base: number;
  readonly onRetry: () => void;
}

function Compared({ check, base, onRetry }: ComparedProps): React.ReactElement {
  if (check === null) {
    return (
      <Box role="status" aria-label={text("SwitchboardSipComparing", { number: base })}>
        <SkeletonLoader height="size10" />
      </Box>
    );
  }
  if (check.kind === "valid") return <DifferenceView difference={check.difference} />;
  const isFaulty = check.kind === "faulty";
  return (
    <Callout variant={isFaulty ? "error" : "warning"}>
      <CalloutHeading as="h4">
        {isFaulty ? text("SwitchboardSipRefused") : describeError(check.error)}
      </CalloutHeading>
      {isFaulty ? (
        <CalloutText>{check.errors.others.join(" ")}</CalloutText>
      ) : (
        <Box>
          <Button variant="link" size="reset" onClick={onRetry}>
            {text("SwitchboardTryAgain")}
          </Button>
        </Box>
      )}
    </Callout>
  );
}

/** How the publication goes, or how it ended. */
export function Progress({ state }: { readonly state: EditorState }): React.ReactElement {
  const { publishing } = state;
  switch (publishing.step) {
    case "idle":
      return <></>;
    case "saving":
    case "publishing":
      return (
        <Callout variant="neutral">
          <CalloutText>{text(publishing.step === "saving" ? "SwitchboardSipSaving" : "SwitchboardSipPublishing")}</CalloutText>
        </Callout>
      );
    case "published":
      return (
        <Callout variant="success">
          <CalloutText>{text("SwitchboardSipPublished", { number: publishing.number })}</CalloutText>
        </Callout>
      );
    case "superseded":
      return (
        <Callout variant="neutral">
          <CalloutText>{text("SwitchboardSipSuperseded", { number: publishing.number })}</CalloutText>
        </Callout>
      );
    case "refused":
      return (
        <Callout variant="error">
          <CalloutHeading as="h4">{text("SwitchboardSipRefused")}</CalloutHeading>
          <CalloutText>{publishing.message}</CalloutText>
        </Callout>
      );
    case "failed": {
      const problem = describeError(publishing.error);
      return (
        <Callout variant="error">
          <CalloutText>
            {publishing.saved === null
              ? text("SwitchboardSipSaveFailed", { problem })
              : text("SwitchboardSipPublishFailed", { problem, number: versionNumber(publishing.saved.version) })}
          </CalloutText>
        </Callout>
      );
    }
  }
}
