/** The pictures of docs/flex-plugin.md: SCREENSHOTS=1 npm test -- screenshots takes them again. */
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, test } from "vitest";

import { Flex, startPlatform, type Platform } from "./harness";
import { accepted, agent, Queue, type ServedTask } from "./queue";

const FOLDER = resolve(dirname(fileURLToPath(import.meta.url)), "../../../docs/flex-plugin");
const SIZE = { width: 1280, height: 900 };
const CLIP = { x: 0, y: 0, width: 900, height: 900 };

describe.skipIf(!process.env.SCREENSHOTS)("pictures", () => {
  let platform: Platform;
  let flex: Flex;
  let voicemail: ServedTask;
  let callback: ServedTask;

  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    [platform, flex] = await Promise.all([startPlatform(), Flex.launch()]);
    const queue = new Queue(platform);
    const said =
      "Hello, this is Grace. My order has not arrived, and the tracking page has said nothing since Monday. " +
      "Could you please call me back before five? Thank you.";
    voicemail = await queue.taskOf(await queue.leaveVoicemail(said));
    callback = await queue.taskOf(await queue.askForCallback());
    Object.assign(callback.attributes.callBackData, {
      attempts: 9,
      mainTimeZone: "America/Los_Angeles",
      nextOpening: new Date(Date.now() + 64_800_000).toISOString(),
      requests: [
        { message: "About the invoice", utcDateTimeReceived: new Date(Date.now() - 5_400_000).toISOString() },
        { message: "And the contract", utcDateTimeReceived: new Date(Date.now() - 3_600_000).toISOString() },
      ],
    });
  });
  afterAll(async () => {
    await flex?.close();
    await platform?.stop();
  });

  test("a voicemail", async () => {
    const ada = await flex.open(agent(platform, [accepted(voicemail), accepted(callback)]), SIZE);
    await ada.page.locator("audio").waitFor();
    await ada.page.waitForTimeout(500);
    await ada.page.screenshot({ path: resolve(FOLDER, "voicemail.png"), clip: CLIP });
    await ada.close();
  });

  test("a callback at its last attempt, dark", async () => {
    const ada = await flex.open(agent(platform, [accepted(callback), accepted(voicemail)], { theme: "dark" }), SIZE);
    await ada.page.getByRole("group", { name: "Retry later" }).focus();
    await ada.page.getByRole("tooltip").waitFor();
    await ada.page.waitForTimeout(500);
    await ada.page.screenshot({ path: resolve(FOLDER, "last-attempt-dark.png"), clip: CLIP });
    await ada.close();
  });
});
