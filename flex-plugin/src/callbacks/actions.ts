/**
 * What an agent does with a callback: calls the person now, or puts it back into the queue.
 *
 * Each action runs once at a time for a task; its outcome is in `progress` and, where the agent may have gone to
 * another task meanwhile, in a notification.
 */
import type { ITask } from "@twilio/flex-ui";

import { describeError } from "../api/describe-error";
import type { PluginContext } from "../part";
import { text } from "../strings";
import { asAttributes, readCallback } from "./callback-task";
import { showFailure, showRequeued } from "./notifications";
import { callerIdFor } from "./numbers";
import { getProgress, setProgress } from "./progress";

const CALL_TRIES = 5;
const CALL_PAUSE_MS = 600;
const REQUEUE_SECONDS = 15;

/** What belongs to the call that brought the task, and not to the call that is started. */
const OF_THE_OLD_CALL = ["call_sid", "conference", "reservation_attributes", "hang_up_by"];
const OF_THE_RECORDING = ["RecordingSid", "RecordingUrl", "recordingSid", "recordingUrl"];

interface RequeueAnswer {
  readonly success: boolean;
  readonly taskSid: string | null;
}

/** Call the person of a task: Flex creates a task for the outbound call. */
export async function placeCall(context: PluginContext, task: ITask): Promise<void> {
  if (isBusy(task.taskSid)) return;
  if (!isDialingEnabled(context)) {
    fail(context, task, "call", text("SwitchboardDialingNotEnabled"));
    return;
  }
  setProgress(task.taskSid, { kind: "calling" });
  try {
    await withRetries(() => context.flex.Actions.invokeAction("StartOutboundCall", outboundCall(task)));
    setProgress(task.taskSid, { kind: "idle" });
  } catch (error) {
    const { number } = readCallback(task.attributes);
    const detail = error instanceof Error ? error.message : String(error);
    fail(context, task, "call", text("SwitchboardCallFailed", { number, detail }));
  }
}

/**
 * Return the payload of StartOutboundCall.
 *
 * The recording is left out of the attributes: the call has one of its own.
 * https://www.twilio.com/docs/flex/developer/ui/v2/actions#startoutboundcall
 */
export function outboundCall(task: ITask): Record<string, unknown> {
  const { number, calledNumber } = readCallback(task.attributes);
  const attributes = without(asAttributes(task.attributes), OF_THE_OLD_CALL);
  const conversations = asAttributes(attributes.conversations);
  return {
    destination: number,
    callerId: callerIdFor(calledNumber),
    queueSid: task.queueSid,
    taskAttributes: {
      ...attributes,
      callBackData: without(asAttributes(attributes.callBackData), OF_THE_RECORDING),
      taskType: "callback-outbound",
      conversations: { ...conversations, conversation_id: conversations.conversation_id || task.taskSid },
      parentTask: task.sid,
      autoClose: true,
    },
  };
}

/** Put a callback back into the queue as its next attempt, and wrap its task up. */
export async function requeue(context: PluginContext, task: ITask): Promise<void> {
  if (isBusy(task.taskSid)) return;
  setProgress(task.taskSid, { kind: "requeueing" });
  try {
    // Sent twice, there is one next attempt.
    await context.api.post<RequeueAnswer>(
      "/callback/flex/requeue-callback",
      { taskSid: task.taskSid },
      { isRepeatable: true, timeoutSeconds: REQUEUE_SECONDS },
    );
  } catch (error) {
    fail(context, task, "requeue", text("SwitchboardRequeueFailed", { detail: describeError(error) }));
    return;
  }
  const { number, attempt } = readCallback(task.attributes);
  showRequeued(context, { number, attempt: attempt + 1 });
  try {
    await context.flex.Actions.invokeAction("WrapupTask", { task });
    setProgress(task.taskSid, { kind: "idle" });
  } catch (error) {
    fail(context, task, "requeue", text("SwitchboardWrapupFailed", { detail: describeError(error) }));
  }
}

function isBusy(taskSid: string): boolean {
  const { kind } = getProgress(taskSid);
  return kind === "calling" || kind === "requeueing";
}

function fail(context: PluginContext, task: ITask, action: "call" | "requeue", message: string): void {
  setProgress(task.taskSid, { kind: "failed", action, message });
  showFailure(context, message);
}

/** Tell whether the account's agents may dial out: Flex fails without it. */
export function isDialingEnabled({ manager }: Pick<PluginContext, "manager">): boolean {
  const flows = manager.serviceConfiguration?.outbound_call_flows;
  return Object.values(asAttributes(flows)).some((flow) => asAttributes(flow).enabled === true);
}

/** Right after a task was accepted, or another call ended, Flex may refuse for a moment. */
async function withRetries(action: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await action();
      return;
    } catch (error) {
      if (attempt >= CALL_TRIES) throw error;
      await new Promise((done) => setTimeout(done, CALL_PAUSE_MS));
    }
  }
}

function without(attributes: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}
