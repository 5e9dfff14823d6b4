import { afterAll, beforeAll, expect, test } from "vitest";

import { Flex, startPlatform, type Platform } from "./harness";

let platform: Platform;
let flex: Flex;

beforeAll(async () => {
  [platform, flex] = await Promise.all([startPlatform(), Flex.launch()]);
});
afterAll(async () => {
  await flex?.close();
  await platform?.stop();
});

test("Flex starts with the plugin and without an error", async () => {
  const ada = await flex.open({
    roles: ["agent"],
    token: platform.flexTokens.agent,
    activity: "Available",
    language: "en-US",
    theme: "light",
    isDialingEnabled: true,
    uiAttributes: { switchboard: { domain: platform.url } },
    tasks: [],
  });
  await ada.page.getByText("No active tasks").waitFor();
  expect(ada.problems).toEqual([]);
  await ada.close();
});
