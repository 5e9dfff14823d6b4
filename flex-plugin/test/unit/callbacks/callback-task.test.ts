import { expect, test } from "vitest";

import { kindOf, readCallback } from "../../../src/callbacks/callback-task";

const RECORDING = "RE" + "a".repeat(32);
const VOICEMAIL = {
  taskType: "voicemail",
  from: "+14155550100",
  message: null,
  callBackData: {
    numberToCall: "+14155550100",
    numberToCallFrom: "+12025550102",
    attempts: 2,
    mainTimeZone: "Europe/Berlin",
    utcDateTimeReceived: "2026-11-21T09:30:00.000Z",
    nextOpening: "2026-11-23T08:00:00Z",
    RecordingSid: RECORDING,
    TranscriptionText: "Call me.",
    isDeleted: false,
  },
};

test("a voicemail's task is read", () => {
  expect(readCallback(VOICEMAIL)).toEqual({
    kind: "voicemail",
    number: "+14155550100",
    calledNumber: "+12025550102",
    attempt: 3,
    receivedAt: "2026-11-21T09:30:00.000Z",
    nextOpening: "2026-11-23T08:00:00Z",
    timeZone: "Europe/Berlin",
    messages: [],
    recordingSid: RECORDING,
    transcript: "Call me.",
  });
});

test.each([
  [{ recordingSid: RECORDING, transcriptText: "Call me." }],
  [{ RecordingSid: null, recordingUrl: `https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/${RECORDING}.mp3`, transcriptText: "Call me." }],
])("the names of older deployments are taken: %j", (callBackData) => {
  const { recordingSid, transcript } = readCallback({ taskType: "voicemail", callBackData });
  expect([recordingSid, transcript]).toEqual([RECORDING, "Call me."]);
});

test.each([true, "true"])("isDeleted %j hides the recording and the transcript", (isDeleted) => {
  const deleted = { ...VOICEMAIL, callBackData: { ...VOICEMAIL.callBackData, isDeleted } };
  expect(readCallback(deleted)).toMatchObject({ recordingSid: "", transcript: "" });
});

test.each([undefined, null, "text", [], { callBackData: "x" }, { callBackData: { attempts: "y", numberToCall: 7, requests: 3 } }])(
  "attributes that are broken read as empty: %j",
  (attributes) => {
    expect(readCallback(attributes)).toMatchObject({ kind: "callback", number: "", attempt: 1, messages: [], recordingSid: "" });
  },
);

test("several requests say when each came, and one message stands alone", () => {
  const requests = [
    { message: "First", utcDateTimeReceived: "2026-11-21T09:30:00Z" },
    { message: null, utcDateTimeReceived: "2026-11-21T10:30:00Z" },
    "broken",
  ];
  expect(readCallback({ message: "both", callBackData: { requests } }).messages).toEqual([{ text: "First", at: "2026-11-21T09:30:00Z" }]);
  expect(readCallback({ message: " One " }).messages).toEqual([{ text: "One", at: "" }]);
});

test.each([
  ["callback", "callback"],
  ["voicemail", "voicemail"],
  ["callback-outbound", undefined],
  [undefined, undefined],
])("a task of type %j is %j", (taskType, kind) => {
  expect(kindOf({ attributes: { taskType }, taskChannelUniqueName: "voice" } as never)).toBe(kind);
});
