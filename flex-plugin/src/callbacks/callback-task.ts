/**
 * What a callback's or voicemail's task says, read from its attributes.
 *
 * The attributes are those of docs/callback.md; both spellings of a voicemail's fields are taken, and a field
 * of a wrong type counts as absent: tasks of older deployments are shown, too.
 */
import type { ITask } from "@twilio/flex-ui";

export type CallbackKind = "callback" | "voicemail";

/** One request of a task that several became part of. */
export interface CallbackMessage {
  readonly text: string;
  /** ISO 8601; "" where it is not known. */
  readonly at: string;
}

export interface CallbackTask {
  readonly kind: CallbackKind;
  /** The person's number as it came: E.164, or for a voicemail anything, such as "anonymous". */
  readonly number: string;
  /** The number that the person called, or "". */
  readonly calledNumber: string;
  /** Which attempt this is; the first is 1. */
  readonly attempt: number;
  /** ISO 8601, or "". */
  readonly receivedAt: string;
  readonly nextOpening: string;
  /** The time zone of the business hours, or "". */
  readonly timeZone: string;
  readonly messages: readonly CallbackMessage[];
  /** "" where there is none, or it was deleted. */
  readonly recordingSid: string;
  readonly transcript: string;
}

type Attributes = Readonly<Record<string, unknown>>;

/** Tell whether a task is a callback or a voicemail; undefined: neither. */
export function kindOf(task: Pick<ITask, "attributes" | "taskChannelUniqueName"> | undefined): CallbackKind | undefined {
  const taskType = asAttributes(task?.attributes).taskType;
  return taskType === "callback" || taskType === "voicemail" ? taskType : undefined;
}

export function readCallback(attributes: unknown): CallbackTask {
  const all = asAttributes(attributes);
  const data = asAttributes(all.callBackData);
  const isDeleted = data.isDeleted === true || data.isDeleted === "true";
  return {
    kind: all.taskType === "voicemail" ? "voicemail" : "callback",
    number: asText(data.numberToCall) || asText(all.from),
    calledNumber: asText(data.numberToCallFrom),
    attempt: attemptsOf(data.attempts) + 1,
    receivedAt: asText(data.utcDateTimeReceived),
    nextOpening: asText(data.nextOpening),
    timeZone: asText(data.mainTimeZone),
    messages: messagesOf(all.message, data.requests),
    recordingSid: isDeleted ? "" : recordingSidOf(data),
    transcript: isDeleted ? "" : asText(data.TranscriptionText) || asText(data.transcriptText),
  };
}

function attemptsOf(value: unknown): number {
  const attempts = Number(value);
  return Number.isInteger(attempts) && attempts > 0 ? attempts : 0;
}

function recordingSidOf(data: Attributes): string {
  const sid = /^RE[0-9a-f]{32}$/i;
  const named = [data.RecordingSid, data.recordingSid].map(asText).find((one) => sid.test(one));
  if (named) return named;
  const url = asText(data.RecordingUrl) || asText(data.recordingUrl);
  return /\/Recordings\/(RE[0-9a-f]{32})/i.exec(url)?.[1] ?? "";
}

/** Where several requests became one task, each said when it came; else there is one message or none. */
function messagesOf(message: unknown, requests: unknown): CallbackMessage[] {
  const said = (Array.isArray(requests) ? requests : [])
    .map(asAttributes)
    .map((request) => ({ text: asText(request.message), at: asText(request.utcDateTimeReceived) }))
    .filter((one) => one.text);
  if (said.length) return said;
  const only = asText(message);
  return only ? [{ text: only, at: "" }] : [];
}

export function asAttributes(value: unknown): Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Attributes) : {};
}

function asText(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
