/** What agents see, in the real Flex UI, against the local platform. */
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { Flex, type FlexPage, startPlatform, type Platform } from "./harness";
import { accepted, agent, newNumber, Queue, type ServedTask } from "./queue";
import type { Scenario, TaskOfScenario } from "./scenario";

const PANEL = "[aria-labelledby=switchboard-callback-heading]";

let platform: Platform;
let flex: Flex;
let queue: Queue;
let voicemail: ServedTask;
const open: FlexPage[] = [];

beforeAll(async () => {
  [platform, flex] = await Promise.all([startPlatform(), Flex.launch()]);
  queue = new Queue(platform);
  voicemail = await queue.taskOf(await queue.leaveVoicemail("My order has not arrived. Please call me back."));
});
afterEach(async () => {
  for (const page of open.splice(0)) {
    expect(page.problems).toEqual([]);
    await page.close();
  }
});
afterAll(async () => {
  await flex?.close();
  await platform?.stop();
});

async function signIn(tasks: readonly TaskOfScenario[], more: Partial<Scenario> = {}): Promise<FlexPage> {
  const page = await flex.open(agent(platform, tasks, more));
  open.push(page);
  return page;
}

/** Return a voicemail's task with other attributes. */
function changed(callBackData: object, attributes: object = {}, task = voicemail): ServedTask {
  const before = task.attributes;
  return { ...task, attributes: { ...before, ...attributes, callBackData: { ...before.callBackData, ...callBackData } } };
}

const panelOf = ({ page }: FlexPage): Locator => page.locator(PANEL);
const callButton = (ada: FlexPage): Locator => ada.page.getByRole("button", { name: /^Place call now/ });
const retryButton = (ada: FlexPage): Locator => ada.page.getByRole("button", { name: "Retry later" });

/** Return the reason that a disabled button gives to whoever puts the focus on it. */
async function reasonOf(ada: FlexPage, name: RegExp): Promise<string> {
  const around = ada.page.getByRole("group", { name });
  await around.focus();
  const tooltip = ada.page.getByRole("tooltip");
  await tooltip.waitFor();
  return tooltip.innerText();
}

test("an agent plays a voicemail that a caller left in the queue", async () => {
  const ada = await signIn([]);
  const fetched = ada.page.waitForRequest((request) => request.url().includes("/fetch-voicemail") && request.method() === "GET");
  await ada.call("putTask", accepted(voicemail));
  await ada.invoke("SelectTask", { sid: accepted(voicemail).reservationSid });
  const request = await fetched;
  expect(request.headers()["x-flex-token"]).toBe(platform.flexTokens.agent);
  expect(request.url()).not.toContain(platform.flexTokens.agent);
  const audio = panelOf(ada).locator("audio");
  await audio.waitFor();
  expect(await audio.getAttribute("src")).toMatch(/^blob:/);
  await audio.evaluate((player: HTMLAudioElement) => player.play());
  await ada.page.waitForFunction(() => document.querySelector("audio")!.currentTime > 0);
  expect(await ada.page.content()).not.toContain(voicemail.attributes.callBackData.RecordingUrl);
});

test("the panel tells who asked, when, in both times, and what was said", async () => {
  const asked = changed({
    utcDateTimeReceived: "2026-07-01T16:00:00Z",
    nextOpening: "2026-07-02T15:00:00Z",
    mainTimeZone: "America/Los_Angeles",
    attempts: 2,
    requests: [
      { message: "The invoice", utcDateTimeReceived: "2026-07-01T14:00:00Z" },
      { message: "The contract", utcDateTimeReceived: "2026-07-01T16:00:00Z" },
    ],
  });
  const ada = await signIn([accepted(asked)]);
  const said = await panelOf(ada).innerText();
  const number = voicemail.attributes.callBackData.numberToCall;
  for (const part of [
    "Voicemail",
    number,
    "They called +12025550102",
    "Wed, Jul 1, 2026, 12:00 PM EDT",
    "System time: Wed, Jul 1, 2026, 9:00 AM PDT",
    "Thu, Jul 2, 2026, 11:00 AM EDT",
    "3 of 10",
    "My order has not arrived. Please call me back.",
    "The invoice",
    "Wed, Jul 1, 2026, 10:00 AM EDT",
    "The contract",
  ]) {
    expect(said.replaceAll("\u202f", " ")).toContain(part);
  }
});

test("a voicemail that was deleted shows neither its recording nor its transcript", async () => {
  const ada = await signIn([accepted(changed({ isDeleted: true }))]);
  await callButton(ada).waitFor();
  expect(await panelOf(ada).locator("audio").count()).toBe(0);
  expect(await panelOf(ada).innerText()).not.toContain("My order");
});

test("a recording that cannot be loaded is tried again", async () => {
  const { RecordingSid } = voicemail.attributes.callBackData;
  await queue.failTwilio(`Recordings/${RecordingSid}`, 404, 1);
  const ada = await signIn([accepted(voicemail)]);
  await panelOf(ada).getByText("The recording could not be loaded").waitFor();
  expect(await ada.violations(PANEL)).toEqual([]);
  await panelOf(ada).getByRole("button", { name: "Try again" }).click();
  await panelOf(ada).locator("audio").waitFor();
});

test("the list, the header and the incoming task show the queue, the name and an icon of their own", async () => {
  const callback = await queue.taskOf(await queue.askForCallback());
  const incoming = accepted(callback, { status: "pending", taskStatus: "reserved" });
  const ada = await signIn([accepted(voicemail), incoming]);
  for (const { attributes, task_queue_friendly_name: name } of [voicemail, callback]) {
    await ada.page.getByRole("listitem").getByText(`${name}: ${attributes.name}`).or(
      ada.page.getByText(`${name}: ${attributes.name}`),
    ).first().waitFor();
  }
  const header = ada.page.locator(".Twilio-TaskCanvasHeader");
  expect(await header.innerText()).toContain(`${voicemail.task_queue_friendly_name}: ${voicemail.attributes.name}`);
  await ada.invoke("SelectTask", { sid: incoming.reservationSid });
  const canvas = ada.page.locator(".Twilio-IncomingTaskCanvas");
  await canvas.waitFor();
  expect(await canvas.textContent()).toContain(callback.attributes.name);
  expect(await canvas.textContent()).toContain(callback.task_queue_friendly_name);
  const looks = await ada.page.evaluate(() => {
    const { TaskChannels } = (window as any).Twilio.Flex;
    const tasks = [...(window as any).store.getState().flex.worker.tasks.values()];
    return tasks.map((task) => {
      const { name, colors, templates } = TaskChannels.getForTask(task);
      const { Supervisor, TaskCard } = templates;
      const lines = [TaskCard.firstLine, Supervisor.TaskCanvasHeader.title, Supervisor.TaskOverviewCanvas.firstLine];
      return { name, color: colors.main.Accepted, lines: new Set(lines).size };
    });
  });
  expect(looks).toEqual([
    { name: "switchboard-voicemail", color: "#8c5ae2", lines: 1 },
    { name: "switchboard-callback", color: "#14b053", lines: 1 },
  ]);
});

test("an agent calls back, and the callback's task is selected again when the call ends", async () => {
  const task = accepted(voicemail);
  const ada = await signIn([task]);
  await callButton(ada).click();
  await expect.poll(async () => (await ada.actions()).length).toBe(1);
  const [call] = await ada.actions();
  const { callBackData, ...attributes } = voicemail.attributes;
  const { RecordingSid: _1, RecordingUrl: _2, recordingSid: _3, recordingUrl: _4, ...kept } = callBackData;
  const { call_sid: _5, ...ownAttributes } = attributes;
  expect(call).toEqual({
    name: "StartOutboundCall",
    payload: {
      destination: callBackData.numberToCall,
      callerId: "+12025550102",
      queueSid: voicemail.task_queue_sid,
      taskAttributes: {
        ...ownAttributes,
        callBackData: kept,
        taskType: "callback-outbound",
        conversations: { ...attributes.conversations, conversation_id: attributes.conversations.conversation_id },
        parentTask: task.reservationSid,
        autoClose: true,
      },
    },
  });
  const outbound: TaskOfScenario = {
    ...task,
    taskSid: "WT" + "9".repeat(32),
    reservationSid: "WR" + "9".repeat(32),
    attributes: call!.payload.taskAttributes,
  };
  await ada.call("putTask", outbound);
  await ada.invoke("SelectTask", { sid: outbound.reservationSid });
  expect(await panelOf(ada).count()).toBe(0);
  // Flex then selects no task, by itself.
  await ada.call("removeTask", outbound.reservationSid);
  await callButton(ada).waitFor();
  expect(ada.page.url()).toContain(task.reservationSid);
});

test("the end of another task selects no callback", async () => {
  const other = accepted(voicemail, {
    taskSid: "WT" + "8".repeat(32),
    reservationSid: "WR" + "8".repeat(32),
    attributes: { name: "Chat" },
  });
  const ada = await signIn([accepted(voicemail), other], { selectedTask: other.reservationSid });
  await ada.call("removeTask", other.reservationSid);
  await expect.poll(() => ada.page.url()).not.toContain(other.reservationSid);
  expect(await panelOf(ada).count()).toBe(0);
});

test("a call that cannot start yet is tried again silently, and in the end the agent is told", async () => {
  const ada = await signIn([accepted(voicemail)]);
  await ada.failAction("StartOutboundCall", 4);
  await callButton(ada).click();
  await expect.poll(async () => (await ada.actions()).length, { timeout: 30_000 }).toBe(5);
  await expect.poll(() => callButton(ada).isEnabled()).toBe(true);
  expect(await panelOf(ada).getByRole("alert").count()).toBe(0);
  await ada.failAction("StartOutboundCall", 5);
  await callButton(ada).click();
  const alert = panelOf(ada).getByRole("alert");
  await alert.waitFor();
  expect(await alert.innerText()).toContain("could not be started");
  expect(await ada.violations(PANEL)).toEqual([]);
});

test("without outbound dialing the agent is told whom to ask, and no call is tried", async () => {
  const ada = await signIn([accepted(voicemail)], { isDialingEnabled: false });
  await callButton(ada).click();
  await panelOf(ada).getByText("Outbound dialing is not enabled").waitFor();
  expect(await ada.actions()).toEqual([]);
});

test("a voicemail is put back as the next attempt, in its workflow, with its priority and recording", async () => {
  const before = await queue.taskOf(await queue.leaveVoicemail("Please call me tomorrow."));
  await queue.change(before.sid, { AssignmentStatus: "assigned" }).catch(() => undefined);
  const ada = await signIn([accepted(before)]);
  await retryButton(ada).click();
  await ada.page.getByText(/is back in the queue, as attempt 2/).first().waitFor();
  expect((await ada.actions()).map(({ name }) => name)).toEqual(["WrapupTask"]);
  const number = before.attributes.callBackData.numberToCall;
  const waiting = (await queue.tasks()).filter(
    (task) => task.attributes.callBackData?.numberToCall === number && task.sid !== before.sid && task.assignment_status !== "canceled",
  );
  expect(waiting).toHaveLength(1);
  const [after] = waiting;
  expect(after!.attributes.callBackData).toEqual({ ...before.attributes.callBackData, attempts: 1 });
  expect(after!.attributes.taskType).toBe("voicemail");
  for (const field of ["workflow_sid", "task_queue_sid", "priority", "timeout"] as const) {
    expect(after![field]).toBe(before[field]);
  }
  expect(await reasonOf(ada, /Retry later/)).toBe("The task is being wrapped up.");
});

test("at the last attempt nothing is put back, and the server's refusal is shown in its words", async () => {
  const last = changed({ attempts: 1 });
  const uiAttributes = (max: number) => ({ switchboard: { domain: platform.url, callbacks: { max_attempts: max } } });
  const ada = await signIn([accepted(last)], { uiAttributes: uiAttributes(2) });
  expect(await retryButton(ada).isDisabled()).toBe(true);
  expect(await reasonOf(ada, /Retry later/)).toBe("This is the last attempt.");
  expect(await ada.violations(PANEL)).toEqual([]);

  const attributes = { ...voicemail.attributes, callBackData: { ...voicemail.attributes.callBackData, attempts: 10 } };
  const exhausted = await queue.change(voicemail.sid, { Attributes: JSON.stringify(attributes) });
  const bob = await signIn([accepted(exhausted)], { uiAttributes: uiAttributes(0) });
  await retryButton(bob).click();
  await panelOf(bob).getByText("the callback has reached its limit of attempts (10)").waitFor();
  expect(await bob.actions()).toEqual([]);
  await queue.change(voicemail.sid, { Attributes: JSON.stringify(voicemail.attributes) });
});

test("a button that is disabled says why", async () => {
  const place = /^Place call now/;
  const offline = await signIn([accepted(voicemail)], { activity: "Offline" });
  expect(await callButton(offline).isDisabled()).toBe(true);
  expect(await retryButton(offline).isEnabled()).toBe(true);
  expect(await reasonOf(offline, place)).toBe("You are offline. Change your activity first.");
  await offline.call("setActivity", "Available");
  await expect.poll(() => callButton(offline).isEnabled()).toBe(true);

  const withheld = await signIn([accepted(changed({ numberToCall: "anonymous" }))]);
  expect(await reasonOf(withheld, place)).toBe("This number cannot be called.");

  const wrapping = await signIn([accepted(voicemail, { status: "wrapping", taskStatus: "wrapping" })]);
  expect(await reasonOf(wrapping, place)).toBe("The task is being wrapped up.");
  expect(await reasonOf(wrapping, /Retry later/)).toBe("The task is being wrapped up.");

  const others = await signIn([accepted(voicemail, { workerSid: "WK" + "2".repeat(32) })]);
  expect(await reasonOf(others, place)).toBe("This is another agent's task.");
});

test("an agent whose Flex session has expired is told to sign in, and goes on with the new token", async () => {
  const task = await queue.taskOf(await queue.leaveVoicemail("Hello?"));
  const ada = await signIn([accepted(task)], { token: "local-flex-expired" });
  await panelOf(ada).getByText("Your Flex session has expired").first().waitFor();
  await retryButton(ada).click();
  await expect.poll(() => panelOf(ada).getByText("Your Flex session has expired").count()).toBe(2);
  expect(await ada.actions()).toEqual([]);
  await ada.call("setToken", platform.flexTokens.agent);
  await panelOf(ada).getByRole("button", { name: "Try again" }).click();
  await panelOf(ada).locator("audio").waitFor();
  await retryButton(ada).click();
  await ada.page.getByText(/is back in the queue, as attempt 2/).first().waitFor();
});

test("the keyboard reaches the player and both buttons, and presses them", async () => {
  const ada = await signIn([accepted(voicemail)]);
  const audio = panelOf(ada).locator("audio");
  await audio.waitFor();
  await audio.focus();
  const reached: string[] = [];
  for (let presses = 0; presses < 12 && reached.length < 2; presses++) {
    await ada.page.keyboard.press("Tab");
    const name = await ada.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    if (/^(Place call now|Retry later)/.test(name)) reached.push(name);
    if (reached.length === 1 && name.startsWith("Place call now")) await ada.page.keyboard.press("Enter");
  }
  expect(reached[0]).toMatch(/^Place call now to \+/);
  await expect.poll(async () => (await ada.actions()).map(({ name }) => name)).toEqual(["StartOutboundCall"]);
});

const HEADINGS = {
  "en-US": ["Voicemail", "Place call now"],
  "es-ES": ["Mensaje de voz", "Llamar ahora"],
  "es-MX": ["Correo de voz", "Llamar ahora"],
  "pt-BR": ["Mensagem de voz", "Ligar agora"],
  "de-DE": ["Sprachnachricht", "Jetzt anrufen"],
  "fr-FR": ["Message vocal", "Appeler maintenant"],
  "it-IT": ["Voicemail", "Place call now"],
};

test.each(Object.entries(HEADINGS))("the panel is in %s", async (language, [heading, button]) => {
  const ada = await signIn([accepted(voicemail)], { language });
  await panelOf(ada).getByRole("heading", { name: heading!, exact: true }).waitFor();
  await panelOf(ada).getByText(button!, { exact: true }).waitFor();
  const said = await panelOf(ada).innerText();
  expect(said).not.toMatch(/Switchboard[A-Z]|\{\{|undefined|UNSAFE/);
  expect(said).toContain("My order has not arrived.");
});

test.each(["light", "dark"] as const)("axe finds nothing serious in the %s panel", async (theme) => {
  const ada = await signIn([accepted(voicemail)], { theme });
  await panelOf(ada).locator("audio").waitFor();
  expect(await ada.violations(PANEL)).toEqual([]);
});

test("the keys of the older plugins are understood", async () => {
  const { hostname, port } = new URL(platform.url);
  const custom_data = {
    serverless_functions_protocol: "http",
    serverless_functions_domain: hostname,
    serverless_functions_port: port,
    features: { callbacks: { enabled: true, allow_requeue: false, max_attempts: 3 } },
  };
  const ada = await signIn([accepted(voicemail)], { uiAttributes: { custom_data } });
  await panelOf(ada).locator("audio").waitFor();
  expect(await panelOf(ada).innerText()).toContain("1 of 3");
  expect(await retryButton(ada).count()).toBe(0);
});

test("with the part turned off Flex shows its own info of the task", async () => {
  const uiAttributes = { switchboard: { domain: platform.url, callbacks: { enabled: false } } };
  const ada = await signIn([accepted(voicemail)], { uiAttributes });
  await ada.page.locator(".Twilio-TaskCanvasHeader").waitFor();
  expect(await panelOf(ada).count()).toBe(0);
});

test("a number that only looks like HTML is shown as text", async () => {
  const number = `<img src=x onerror="window.broken=1">${newNumber()}`;
  const task = changed({ numberToCall: number }, { name: `Voicemail (${number})`, message: "{{7}} & <b>me</b>" });
  const ada = await signIn([accepted(task)]);
  await panelOf(ada).getByText("{{7}} & <b>me</b>").waitFor();
  expect(await panelOf(ada).innerText()).toContain(number);
  expect(await ada.page.evaluate(() => (window as any).broken)).toBeUndefined();
});
