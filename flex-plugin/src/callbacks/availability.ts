/** Whether an agent can act on a callback now, and if not, why. */
import type { Settings } from "../settings";
import type { TextKey } from "../strings";
import type { CallbackTask } from "./callback-task";
import { isCallable } from "./numbers";
import type { Progress } from "./progress";

export interface Situation {
  readonly callback: CallbackTask;
  /** TaskRouter's status of the task: "assigned" is the one in which an agent works on it. */
  readonly taskStatus: string;
  readonly isOwnTask: boolean;
  readonly isOnline: boolean;
  readonly progress: Progress;
}

/** The reason for which a button is disabled; undefined: it is enabled. */
export type Reason = TextKey | undefined;

export function whyNoCall(situation: Situation): Reason {
  const reason = whyNoAction(situation);
  if (reason) return reason;
  if (!isCallable(situation.callback.number)) return "SwitchboardNumberNotCallable";
  if (!situation.isOnline) return "SwitchboardWorkerOffline";
  return undefined;
}

export function whyNoRequeue(situation: Situation, settings: Settings["callbacks"]): Reason {
  const reason = whyNoAction(situation);
  if (reason) return reason;
  const { maxAttempts } = settings;
  if (maxAttempts > 0 && situation.callback.attempt >= maxAttempts) return "SwitchboardLastAttempt";
  return undefined;
}

function whyNoAction({ isOwnTask, taskStatus, progress }: Situation): Reason {
  if (!isOwnTask) return "SwitchboardOtherAgentsTask";
  if (taskStatus === "wrapping" || taskStatus === "completed") return "SwitchboardTaskWrappingUp";
  if (taskStatus !== "assigned") return "SwitchboardTaskNotAccepted";
  if (progress.kind === "calling") return "SwitchboardCallStarting";
  if (progress.kind === "requeueing") return "SwitchboardRequeueing";
  return undefined;
}
