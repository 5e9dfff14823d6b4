import { type ITask, useFlexSelector } from "@twilio/flex-ui";
import { Box } from "@twilio-paste/core/box";
import { Heading } from "@twilio-paste/core/heading";
import { Text } from "@twilio-paste/core/text";
import { CallIncomingIcon } from "@twilio-paste/icons/esm/CallIncomingIcon";
import { VoicemailIcon } from "@twilio-paste/icons/esm/VoicemailIcon";
import * as React from "react";

import type { PluginContext } from "../part";
import { text } from "../strings";
import { ActionButtons } from "./ActionButtons";
import { readCallback } from "./callback-task";
import { Details } from "./Details";
import { useProgress } from "./progress";
import { Recording } from "./Recording";

interface Props {
  readonly context: PluginContext;
  /** Flex gives it to what is in the task info panel. */
  readonly task?: ITask;
}

/** The panel of a callback or voicemail, in place of Flex's task info. */
export function Panel({ context, task }: Props): JSX.Element | null {
  const progress = useProgress(task?.taskSid ?? "");
  const activitySid = useFlexSelector((state) => state.flex.worker.activity?.sid);
  const workerSid = useFlexSelector((state) => state.flex.worker.source?.sid);
  if (!task) return null;
  const callback = readCallback(task.attributes);
  const isVoicemail = callback.kind === "voicemail";
  const KindIcon = isVoicemail ? VoicemailIcon : CallIncomingIcon;
  const situation = {
    callback,
    taskStatus: task.taskStatus,
    isOwnTask: !task.workerSid || task.workerSid === workerSid,
    isOnline: activitySid !== context.manager.serviceConfiguration?.taskrouter_offline_activity_sid,
    progress,
  };
  return (
    <Box as="section" aria-labelledby="switchboard-callback-heading" width="100%" maxWidth="size60" textAlign="left">
      {/* Not a Stack: the buttons stick to the bottom only as a child of what is as tall as the panel. */}
      <Box display="flex" flexDirection="column" rowGap="space60">
        <Box>
          <Box display="flex" alignItems="center" columnGap="space30" marginBottom="space20">
            <KindIcon decorative size="sizeIcon40" color="colorTextIcon" />
            <Heading as="h2" variant="heading30" marginBottom="space0" id="switchboard-callback-heading">
              {text(isVoicemail ? "SwitchboardVoicemailHeading" : "SwitchboardCallbackHeading")}
            </Heading>
          </Box>
          <Text as="div" fontWeight="fontWeightNormal">
            {text(isVoicemail ? "SwitchboardVoicemailSentence" : "SwitchboardCallbackSentence")}
          </Text>
        </Box>
        {callback.recordingSid && (
          <Box>
            <Heading as="h3" variant="heading50">
              {text("SwitchboardRecording")}
            </Heading>
            <Recording
              key={callback.recordingSid}
              api={context.api}
              recordingSid={callback.recordingSid}
              number={callback.number}
              isDark={context.manager.configuration.theme?.isLight === false}
            />
          </Box>
        )}
        {callback.transcript && (
          <Box>
            <Heading as="h3" variant="heading50">
              {text("SwitchboardTranscript")}
            </Heading>
            <Box
              as="blockquote"
              margin="space0"
              padding="space50"
              borderRadius="borderRadius20"
              backgroundColor="colorBackground"
              color="colorText"
              fontSize="fontSize30"
              lineHeight="lineHeight30"
              whiteSpace="pre-wrap"
              overflowWrap="anywhere"
            >
              {callback.transcript}
            </Box>
          </Box>
        )}
        <Details callback={callback} maxAttempts={context.settings.callbacks.maxAttempts} />
        <ActionButtons context={context} task={task} situation={situation} />
      </Box>
    </Box>
  );
}
