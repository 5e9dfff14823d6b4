/** The dialogue that puts an administrator's changes on top of a version that another one saved. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Heading } from "@twilio-paste/core/heading";
import { Paragraph } from "@twilio-paste/core/paragraph";
import { Radio, RadioGroup } from "@twilio-paste/core/radio-group";
import { useUID } from "@twilio-paste/core/uid-library";

import { text } from "../../strings";
import { versionNumber } from "../api";
import type { Difference } from "../model/difference";
import { undecided, type Choices, type Conflict, type Merge, type Side } from "../model/merge";
import { Column } from "./Column";
import { usePanel } from "./context";
import { Dialogue } from "./Dialogue";
import { DifferenceView } from "./DifferenceView";
import { summary } from "./words";

export function MergeDialogue({ plan, choices }: { readonly plan: Merge; readonly choices: Choices }): React.ReactElement {
  const { editor } = usePanel();
  const number = versionNumber(plan.theirs.version);
  const open = undecided(plan, choices).length;
  return (
    <Dialogue
      heading={text("SwitchboardSipMergeHeading", { number })}
      size="wide"
      onClose={() => editor.cancelMerge()}
      status={<Box role="status">{open > 0 ? text("SwitchboardSipUndecided", { count: open }) : ""}</Box>}
      buttons={
        <>
          <Button variant="secondary" onClick={() => editor.cancelMerge()}>
            {text("SwitchboardSipMergeLater")}
          </Button>
          <Button variant="primary" disabled={open > 0} onClick={() => editor.finishMerge()}>
            {text("SwitchboardSipMergeFinish")}
          </Button>
        </>
      }
    >
      <Column gap="space70">
        <Paragraph marginBottom="space0">{text("SwitchboardSipMergeIntro", { number })}</Paragraph>
        {plan.conflicts.length === 0 ? (
          <Paragraph marginBottom="space0">{text("SwitchboardSipNoConflicts")}</Paragraph>
        ) : (
          <Box display="flex" flexDirection="column" rowGap="space60">
            <Box>
              <Heading as="h4" variant="heading40">
                {text("SwitchboardSipConflicts")}
              </Heading>
              <Paragraph marginBottom="space0">{text("SwitchboardSipConflictsHelp")}</Paragraph>
            </Box>
            {plan.conflicts.map((conflict) => (
              <ConflictChoice
                key={conflict.key}
                conflict={conflict}
                choice={choices[conflict.key]}
                onChoose={(side) => editor.choose(conflict.key, side)}
              />
            ))}
          </Box>
        )}
        <Changes heading={text("SwitchboardSipMine")} difference={plan.myChanges} />
        <Changes heading={text("SwitchboardSipTheirs")} difference={plan.theirChanges} />
      </Column>
    </Dialogue>
  );
}

function Changes({ heading, difference }: { readonly heading: string; readonly difference: Difference }): React.ReactElement {
  return (
    <Box as="section" aria-label={heading} backgroundColor="colorBackground" borderRadius="borderRadius20" padding="space60">
      <Heading as="h4" variant="heading40">
        {heading}
      </Heading>
      <DifferenceView difference={difference} />
    </Box>
  );
}

interface ChoiceProps {
  readonly conflict: Conflict;
  readonly choice: Side | undefined;
  readonly onChoose: (side: Side) => void;
}

function ConflictChoice({ conflict, choice, onChoose }: ChoiceProps): React.ReactElement {
  const id = useUID();
  return (
    <RadioGroup
      legend={conflictName(conflict)}
      name={id}
      value={choice ?? ""}
      helpText={text("SwitchboardSipWas", { route: shown(conflict, conflict.base) })}
      onChange={(side) => onChoose(side as Side)}
    >
      <Radio id={`${id}-mine`} value="mine" name={id}>
        {text("SwitchboardSipTakeMine", { route: shown(conflict, conflict.mine) })}
      </Radio>
      <Radio id={`${id}-theirs`} value="theirs" name={id}>
        {text("SwitchboardSipTakeTheirs", { route: shown(conflict, conflict.theirs) })}
      </Radio>
    </RadioGroup>
  );
}

function conflictName(conflict: Conflict): string {
  if (conflict.kind === "order") return text("SwitchboardSipConflictOrder");
  return conflict.kind === "default" ? text("SwitchboardSipDefault") : text("SwitchboardSipRouteOf", { address: conflict.address });
}

function shown(conflict: Conflict, value: unknown): string {
  if (value === undefined) return text(conflict.base === undefined ? "SwitchboardSipNothing" : "SwitchboardSipDeleted");
  return conflict.kind === "order" ? (value as readonly string[]).join("  ") : summary(value);
}
