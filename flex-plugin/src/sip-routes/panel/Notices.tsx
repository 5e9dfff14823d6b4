/** What an administrator should know before they go on: newer versions, publications, errors. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutText } from "@twilio-paste/core/callout";

import { describeError } from "../../api/describe-error";
import { text } from "../../strings";
import { versionNumber, type Version } from "../api";
import { isBusy, isDirty, isOutdated, unpublished, type EditorState } from "../editor-state";
import type { ApiError } from "../../api/errors";
import { useIsMounted, useIsPublishingRefused, usePanel } from "./context";
import { Passing } from "./Column";
import { Progress } from "./PublishDialogue";
import { momentText } from "./words";

/** So long after a version was saved, whoever saved it is probably publishing it. */
const PUBLISHING_MS = 60_000;

export function Notices({ state }: { readonly state: EditorState }): React.ReactElement {
  const { editor } = usePanel();
  const faulty = state.errors.rows.size;
  return (
    <Box role="status">
      {state.publishing.step === "idle" ? null : (
        <Passing>
          <Progress state={state} />
          {isBusy(state) ? (
            <></>
          ) : (
            <Box display="flex" columnGap="space50" marginTop="space40">
              <Retry state={state} />
              <Button variant="link" size="reset" onClick={() => editor.dismiss()}>
                {text("SwitchboardSipClose")}
              </Button>
            </Box>
          )}
        </Passing>
      )}
      <Newer state={state} />
      <Unpublished state={state} />
      {faulty > 0 ? (
        <Passing>
          <Callout variant="error">
            <CalloutText>
              {faulty === 1 ? text("SwitchboardSipFaultyRoute") : text("SwitchboardSipFaultyRoutes", { count: faulty })}
            </CalloutText>
            <Box>
              <Button variant="link" size="reset" onClick={() => editor.setView({ filter: "faulty", search: "", page: 1 })}>
                {text("SwitchboardSipShowThem")}
              </Button>
            </Box>
          </Callout>
        </Passing>
      ) : null}
      {state.errors.others.map((message) => (
        <Passing key={message}>
          <Callout variant="error">
            <CalloutText>{message}</CalloutText>
          </Callout>
        </Passing>
      ))}
    </Box>
  );
}

function Retry({ state }: { readonly state: EditorState }): React.ReactElement | null {
  const { editor } = usePanel();
  const isRefused = useIsPublishingRefused();
  const { publishing } = state;
  if (publishing.step !== "failed") return null;
  return (
    <Button variant="link" size="reset" disabled={isRefused} onClick={() => void editor.publish(publishing.note)}>
      {text("SwitchboardTryAgain")}
    </Button>
  );
}

function Newer({ state }: { readonly state: EditorState }): React.ReactElement | null {
  const { editor } = usePanel();
  const isMounted = useIsMounted();
  const [problem, setProblem] = React.useState<ApiError | null>(null);
  const { latest, draft } = state;
  if (latest === null || draft === null || !isOutdated(state) || !isDirty(state) || isBusy(state)) return null;
  const merge = async (): Promise<void> => {
    const found = await editor.startMerge();
    if (isMounted()) setProblem(found);
  };
  return (
    <Passing>
      <Callout variant="warning">
        <CalloutText>
          {text("SwitchboardSipNewer", { ...told(latest), base: versionNumber(draft.base.version) })}
          {problem === null ? "" : ` ${describeError(problem)}`}
        </CalloutText>
        <Box>
          <Button variant="secondary" size="small" onClick={() => void merge()}>
            {text("SwitchboardSipMerge")}
          </Button>
        </Box>
      </Callout>
    </Passing>
  );
}

function Unpublished({ state }: { readonly state: EditorState }): React.ReactElement | null {
  const { editor } = usePanel();
  const isRefused = useIsPublishingRefused();
  const version = unpublished(state);
  if (version === null || isBusy(state) || state.publishing.step === "failed") return null;
  const isRecent = Date.now() - Date.parse(version.createdAt) < PUBLISHING_MS;
  return (
    <Passing>
      <Callout variant="neutral">
        <CalloutText>
          {text(isRecent ? "SwitchboardSipInProgress" : "SwitchboardSipUnpublished", told(version))}
          {isRefused && !isRecent ? ` ${text("SwitchboardSipAvailable")}` : ""}
        </CalloutText>
        {isRecent ? null : (
          <Box>
            <Button variant="secondary" size="small" disabled={isRefused} onClick={() => void editor.publishVersion(version)}>
              {text("SwitchboardSipPublishVersion", { number: version.number })}
            </Button>
          </Box>
        )}
      </Callout>
    </Passing>
  );
}

function told(version: Version): { name: string; number: number; time: string } {
  return { name: version.createdBy, number: version.number, time: momentText(version.createdAt) };
}
