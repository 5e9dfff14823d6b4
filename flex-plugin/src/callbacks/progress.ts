/** What is under way for each task, kept while the agent looks at another task. */
import { useEffect, useState } from "react";

export type Progress =
  | { readonly kind: "idle" }
  | { readonly kind: "calling" }
  | { readonly kind: "requeueing" }
  | { readonly kind: "failed"; readonly action: "call" | "requeue"; readonly message: string };

const IDLE: Progress = { kind: "idle" };
const byTask = new Map<string, Progress>();
const listeners = new Set<() => void>();

export function getProgress(taskSid: string): Progress {
  return byTask.get(taskSid) ?? IDLE;
}

export function setProgress(taskSid: string, progress: Progress): void {
  if (progress.kind === "idle") byTask.delete(taskSid);
  else byTask.set(taskSid, progress);
  for (const listener of [...listeners]) listener();
}

/** Return a task's progress, and render again when it changes. */
export function useProgress(taskSid: string): Progress {
  const [, render] = useState(0);
  useEffect(() => {
    const listener = () => render((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return getProgress(taskSid);
}
