/**
 * When the call to a callback's person has ended, the callback's task is selected again.
 *
 * Flex removes the call's reservation and then selects no task. Which task a call belongs to is noted while it is
 * in the store, so that a reload of the page in the middle of a call changes nothing, and the end of another task
 * leads nowhere.
 */
import type { ITask } from "@twilio/flex-ui";

import type { PluginContext } from "../part";
import { asAttributes } from "./callback-task";

interface SelectTaskPayload {
  readonly task?: ITask;
  readonly sid?: string;
}

export function selectCallbackAfterCall({ flex, manager }: PluginContext): void {
  /** The reservation of an outbound call → the reservation of its callback. */
  const parents = new Map<string, string>();
  let known: unknown;

  const noteCalls = () => {
    const { tasks } = manager.store.getState().flex.worker;
    if (tasks === known) return;
    known = tasks;
    for (const [sid, task] of tasks) {
      const { taskType, parentTask } = asAttributes(task.attributes);
      if (taskType === "callback-outbound" && typeof parentTask === "string") parents.set(sid, parentTask);
    }
  };
  noteCalls();
  manager.store.subscribe(noteCalls);

  flex.Actions.addListener("beforeSelectTask", (payload: SelectTaskPayload | undefined, abort: () => void) => {
    if (payload?.task || payload?.sid) return;
    const { view, worker } = manager.store.getState().flex;
    const selected = view.selectedTaskSid ?? "";
    const parent = parents.get(selected);
    if (parent === undefined || worker.tasks.has(selected)) return;
    parents.delete(selected);
    if (!worker.tasks.has(parent)) return;
    abort();
    void flex.Actions.invokeAction("SelectTask", { sid: parent });
  });
}
