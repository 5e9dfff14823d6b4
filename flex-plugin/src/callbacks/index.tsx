/** What agents see: callbacks and voicemails as tasks of their own kind. */
import * as React from "react";

import type { Part } from "../part";
import { kindOf } from "./callback-task";
import { registerChannels } from "./channels";
import { registerNotifications } from "./notifications";
import { Panel } from "./Panel";
import { selectCallbackAfterCall } from "./reselect";

export const callbacks: Part = {
  name: "callbacks",
  isEnabled: (settings) => settings.callbacks.enabled,
  register(context) {
    const { flex, settings } = context;
    registerChannels(context);
    registerNotifications(context);
    const options = { sortOrder: -1, if: (props: { task?: Parameters<typeof kindOf>[0] }) => !!kindOf(props.task) };
    for (const place of [flex.TaskInfoPanel, flex.Supervisor.TaskInfoPanel]) {
      place.Content.replace(<Panel key="switchboard-callback" context={context} />, options);
    }
    if (settings.callbacks.autoSelectTask) selectCallbackAfterCall(context);
  },
};
