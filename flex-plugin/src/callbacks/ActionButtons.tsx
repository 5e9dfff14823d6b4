import type { ITask } from "@twilio/flex-ui";
import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutText } from "@twilio-paste/core/callout";
import { Tooltip } from "@twilio-paste/core/tooltip";
import { CallIcon } from "@twilio-paste/icons/esm/CallIcon";
import { HistoryIcon } from "@twilio-paste/icons/esm/HistoryIcon";
import * as React from "react";

import type { PluginContext } from "../part";
import { text } from "../strings";
import { placeCall, requeue } from "./actions";
import { type Reason, type Situation, whyNoCall, whyNoRequeue } from "./availability";

interface Props {
  readonly context: PluginContext;
  readonly task: ITask;
  readonly situation: Situation;
}

/** Place call now and Retry later. */
export function ActionButtons({ context, task, situation }: Props): JSX.Element {
  const { progress, callback } = situation;
  const { callbacks } = context.settings;
  return (
    // It stays in sight below a long transcript.
    <Box
      position="sticky"
      bottom="0"
      zIndex="zIndex10"
      paddingY="space40"
      paddingX="space10"
      backgroundColor="colorBackgroundBody"
      display="flex"
      flexWrap="wrap"
      columnGap="space40"
      rowGap="space40"
    >
      {progress.kind === "failed" && (
        <Box role="alert" flexBasis="100%">
          <Callout variant="error">
            <CalloutText>{progress.message}</CalloutText>
          </Callout>
        </Box>
      )}
      <ActionButton
        variant="primary"
        icon={<CallIcon decorative />}
        label={text("SwitchboardPlaceCall")}
        description={text("SwitchboardPlaceCallTo", { number: callback.number })}
        isLoading={progress.kind === "calling"}
        reason={whyNoCall(situation)}
        onClick={() => placeCall(context, task)}
      />
      {callbacks.allowRequeue && (
        <ActionButton
          variant="secondary"
          icon={<HistoryIcon decorative />}
          label={text("SwitchboardRetryLater")}
        description={text("SwitchboardRetryLater")}
          isLoading={progress.kind === "requeueing"}
          reason={whyNoRequeue(situation, callbacks)}
          onClick={() => requeue(context, task)}
        />
      )}
    </Box>
  );
}

interface ActionButtonProps {
  readonly variant: "primary" | "secondary";
  readonly icon: JSX.Element;
  readonly label: string;
  /** What a screen reader says instead of the label; it begins with the label. */
  readonly description: string;
  readonly isLoading: boolean;
  readonly reason: Reason;
  readonly onClick: () => void;
}

/** A button that says why it is disabled, to the mouse, the keyboard and a screen reader. */
function ActionButton(props: ActionButtonProps): JSX.Element {
  const { variant, icon, label, description, isLoading, reason, onClick } = props;
  const button = (
    <Button
      variant={variant}
      fullWidth
      loading={isLoading}
      disabled={reason !== undefined}
      aria-label={description}
      onClick={onClick}
    >
      {icon}
      {label}
    </Button>
  );
  // Side by side where there is room.
  const place = { flexGrow: 1, flexBasis: "12rem" } as const;
  if (reason === undefined || isLoading) return <Box {...place}>{button}</Box>;
  // A disabled button takes no focus, so that what is around it does.
  return (
    <Tooltip text={text(reason)} placement="top">
      <Box {...place} role="group" aria-label={description} tabIndex={0} borderRadius="borderRadius20">
        {button}
      </Box>
    </Tooltip>
  );
}
