/** The dialogue that compares a version with the live one, and rolls back to it. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutText } from "@twilio-paste/core/callout";
import { Paragraph } from "@twilio-paste/core/paragraph";
import { SkeletonLoader } from "@twilio-paste/core/skeleton-loader";

import { describeError } from "../../api/describe-error";
import { text } from "../../strings";
import type { Version } from "../api";
import type { Difference } from "../model/difference";
import { MAX_NOTE_CHARACTERS } from "../model/route-table";
import { Column, Passing } from "./Column";
import { useIsMounted, usePanel } from "./context";
import { Dialogue } from "./Dialogue";
import { DifferenceView } from "./DifferenceView";
import { TextField } from "./Field";

interface Props {
  readonly version: Version;
  readonly isRollBack: boolean;
  readonly onClose: () => void;
  readonly onRolledBack: () => void;
}

export function VersionDialogue({ version, isRollBack, onClose, onRolledBack }: Props): React.ReactElement {
  const { editor } = usePanel();
  const isMounted = useIsMounted();
  const { number } = version;
  const [note, setNote] = React.useState("");
  const [difference, setDifference] = React.useState<Difference | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  const [isWaiting, setWaiting] = React.useState(false);

  const compare = React.useCallback(async () => {
    setProblem(null);
    try {
      const found = await editor.api.diff({ from: "live", to: version.version });
      if (isMounted()) setDifference(found);
    } catch (error) {
      if (isMounted()) setProblem(describeError(error));
    }
  }, [editor, isMounted, version.version]);
  React.useEffect(() => void compare(), [compare]);

  const rollBack = async (): Promise<void> => {
    setWaiting(true);
    setProblem(null);
    const failure = await editor.rollBack(version, note);
    if (!isMounted()) return;
    setWaiting(false);
    if (failure === null) onRolledBack();
    else setProblem(text("SwitchboardSipRollBackFailed", { problem: describeError(failure) }));
  };

  return (
    <Dialogue
      heading={text(isRollBack ? "SwitchboardSipRollBackTo" : "SwitchboardSipCompareHeading", { number })}
      size="wide"
      onClose={onClose}
      buttons={
        <>
          <Button variant="secondary" onClick={onClose}>
            {text(isRollBack ? "SwitchboardSipCancel" : "SwitchboardSipClose")}
          </Button>
          {isRollBack ? (
            <Button variant="destructive" loading={isWaiting} onClick={() => void rollBack()}>
              {text("SwitchboardSipRollBack")}
            </Button>
          ) : null}
        </>
      }
    >
      <Box role="alert">
        {problem === null ? null : (
          <Passing>
            <Callout variant="error">
              <CalloutText>{problem}</CalloutText>
              {difference === null ? (
                <Box>
                  <Button variant="link" size="reset" onClick={() => void compare()}>
                    {text("SwitchboardTryAgain")}
                  </Button>
                </Box>
              ) : null}
            </Callout>
          </Passing>
        )}
      </Box>
      <Column gap="space60">
        {isRollBack ? (
          <>
            <Paragraph marginBottom="space0">{text("SwitchboardSipRollBackText", { number })}</Paragraph>
            <TextField
              label={text("SwitchboardSipNote")}
              help={text("SwitchboardSipNoteHelp")}
              value={note}
              maxLength={MAX_NOTE_CHARACTERS}
              isLong
              onChange={setNote}
            />
          </>
        ) : null}
        {difference !== null ? <DifferenceView difference={difference} /> : problem === null ? <SkeletonLoader height="size10" /> : null}
      </Column>
    </Dialogue>
  );
}
