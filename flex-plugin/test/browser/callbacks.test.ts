import { afterAll, beforeAll, expect, test } from "vitest";

import { Flex, startPlatform, type Platform } from "./harness";
import { accepted, agent, Queue } from "./queue";

let platform: Platform;
let flex: Flex;
let queue: Queue;

beforeAll(async () => {
  [platform, flex] = await Promise.all([startPlatform(), Flex.launch()]);
  queue = new Queue(platform);
});
afterAll(async () => {
  await flex?.close();
  await platform?.stop();
});

test("an agent plays a voicemail that a caller left in the queue", async () => {
  const number = await queue.leaveVoicemail("My order has not arrived. Please call me back.");
  const task = await queue.taskOf(number);
  const ada = await flex.open(agent(platform, [accepted(task)]));
  await ada.page.waitForTimeout(2500);
  await ada.page.screenshot({ path: "/tmp/flex/vm.png" });
  console.log(ada.problems, ada.log.slice(-10));
  const url = ada.page.url(); console.log(url);
  expect(ada.problems).toEqual([]);
});
