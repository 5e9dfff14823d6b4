/**
 * Callbacks and voicemails as kinds of task of their own, on the voice channel.
 *
 * https://www.twilio.com/docs/flex/developer/ui/task-channel-definitions
 */
import type { ITask, TaskChannelDefinition } from "@twilio/flex-ui";
import { CallIncomingIcon } from "@twilio-paste/icons/esm/CallIncomingIcon";
import { VoicemailIcon } from "@twilio-paste/icons/esm/VoicemailIcon";
import * as React from "react";

import type { PluginContext } from "../part";
import { type CallbackKind, kindOf } from "./callback-task";

interface Look {
  readonly name: string;
  /** Flex's color of the task, and the icon's, which follows light and dark. */
  readonly color: string;
  readonly iconColor: "colorTextIconAvailable" | "colorTextIconNew";
  readonly Icon: typeof VoicemailIcon;
}

const LOOKS: Readonly<Record<CallbackKind, Look>> = {
  callback: {
    name: "switchboard-callback",
    color: "#14b053",
    iconColor: "colorTextIconAvailable",
    Icon: CallIncomingIcon,
  },
  voicemail: {
    name: "switchboard-voicemail",
    color: "#8c5ae2",
    iconColor: "colorTextIconNew",
    Icon: VoicemailIcon,
  },
};

/** The queue and the task's name. Flex renders the key's template with the task. */
const QUEUE_AND_NAME = "SwitchboardQueueAndName";
const QUEUE = "SwitchboardQueue";
const NAME = "SwitchboardName";

export function registerChannels({ flex }: PluginContext): void {
  for (const kind of Object.keys(LOOKS) as CallbackKind[]) {
    flex.TaskChannels.register(channelOf(kind, flex));
  }
}

function channelOf(kind: CallbackKind, flex: PluginContext["flex"]): TaskChannelDefinition {
  const { name, color, iconColor, Icon } = LOOKS[kind];
  const icon = <Icon key={name} decorative size="sizeIcon40" color={iconColor} />;
  const inactive = <Icon key={name} decorative size="sizeIcon40" color="colorTextWeak" />;
  const isApplicable = (task: ITask) => task.taskChannelUniqueName === "voice" && kindOf(task) === kind;
  const standard = flex.DefaultTaskChannels.createDefaultTaskChannel(name, isApplicable, icon, icon, color);
  const { templates } = standard;
  return {
    ...standard,
    icons: {
      active: icon,
      main: icon,
      list: {
        Pending: icon,
        Reserved: icon,
        Accepted: icon,
        Assigned: icon,
        Wrapping: inactive,
        Completed: inactive,
        Canceled: inactive,
      },
    },
    templates: {
      ...templates,
      TaskListItem: { ...templates?.TaskListItem, firstLine: QUEUE_AND_NAME },
      TaskCanvasHeader: { ...templates?.TaskCanvasHeader, title: QUEUE_AND_NAME },
      TaskCard: { ...templates?.TaskCard, firstLine: QUEUE_AND_NAME },
      CallCanvas: { ...templates?.CallCanvas, firstLine: QUEUE_AND_NAME },
      IncomingTaskCanvas: { ...templates?.IncomingTaskCanvas, titleLine: NAME, firstLine: QUEUE },
      Supervisor: {
        ...templates?.Supervisor,
        TaskCanvasHeader: { ...templates?.Supervisor?.TaskCanvasHeader, title: QUEUE_AND_NAME },
        TaskOverviewCanvas: { ...templates?.Supervisor?.TaskOverviewCanvas, firstLine: QUEUE_AND_NAME },
      },
    },
  };
}
