/** The pictures of docs/flex-plugin.md: SCREENSHOTS=1 npm test -- screenshots takes them again. */
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";

import { Flex, startPlatform, type FlexPage, type Platform } from "./harness";
import { accepted, agent, Queue, type ServedTask } from "./queue";
import { admin, SipRouter } from "./sip-routes-server";
import type { Scenario } from "./scenario";

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

  describe("of the SIP routes", () => {
    let router: SipRouter;

    beforeAll(async () => {
      router = new SipRouter(platform);
      await router.publish(OFFICES, "New numbers of the Berlin office");
    });

    async function open(more: Partial<Scenario> = {}): Promise<FlexPage> {
      const ada = await flex.open(admin(platform, more), SIZE);
      await ada.page.getByRole("link", { name: "SIP routes" }).click();
      await ada.page.getByRole("table").first().waitFor();
      return ada;
    }

    async function take({ page }: FlexPage, name: string): Promise<void> {
      await page.waitForTimeout(500);
      await page.screenshot({ path: resolve(FOLDER, `${name}.png`) });
    }

    const button = (ada: FlexPage, name: string): Locator => ada.page.getByRole("button", { name, exact: true });
    const dialogue = (ada: FlexPage): Locator => ada.page.getByRole("dialog");

    async function destination(ada: FlexPage, address: string, where: string): Promise<void> {
      await button(ada, `Edit ${address}`).click();
      await dialogue(ada).getByLabel("Destination", { exact: true }).fill(where);
      await dialogue(ada).getByRole("button", { name: "Apply", exact: true }).click();
      await dialogue(ada).waitFor({ state: "detached" });
    }

    test("the table, with changes", async () => {
      const ada = await open();
      await destination(ada, "4322", "support-team");
      await button(ada, "Delete 4324").click();
      await ada.page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
      await take(ada, "sip-routes");
      await button(ada, "Publish").click();
      await dialogue(ada).getByText("Removed (1)").waitFor();
      await dialogue(ada).getByLabel("Note").fill("Support moves to one team");
      await take(ada, "sip-routes-publish");
      await ada.close();
    });

    test("a route in its form", async () => {
      const ada = await open();
      await button(ada, "Edit 4321").click();
      await dialogue(ada).getByLabel("Destination", { exact: true }).fill("reception@example.com");
      await dialogue(ada).getByLabel("Type", { exact: true }).selectOption({ label: "SIP address" });
      await dialogue(ada).getByRole("button", { name: "Apply", exact: true }).click();
      await dialogue(ada).getByText("Please correct the marked fields.").waitFor();
      await take(ada, "sip-routes-edit");
      await ada.close();
    });

    test("two administrators at once", async () => {
      const ada = await open();
      await destination(ada, "4322", "support-team");
      await destination(ada, "4323", "sales-team");
      await router.change({
        "4322": { address: "4322", comment: "Support", type: "dial-sip", destination: "sip:support@pbx.example.com" },
        "4340": { address: "4340", comment: "Press", type: "dial-client", destination: "press" },
      });
      await button(ada, "Publish").click();
      await dialogue(ada).getByText("Changed (2)").waitFor();
      await dialogue(ada).getByRole("button", { name: "Publish", exact: true }).click();
      await ada.page.getByRole("dialog", { name: /^Merge/ }).waitFor();
      await take(ada, "sip-routes-merge");
      await ada.close();
      await router.publish(OFFICES, "Back to the numbers of before");
    });

    test("the history, dark", async () => {
      const ada = await open({ theme: "dark" });
      await ada.page.getByRole("tab", { name: "History" }).click();
      await ada.page.getByRole("row").nth(3).waitFor();
      await take(ada, "sip-routes-history-dark");
      await ada.close();
    });

    test("where a call would go", async () => {
      const ada = await open();
      await ada.page.getByRole("tab", { name: "Where would a call go?" }).click();
      await ada.page.getByLabel("Address").fill("sip:4321@switchboard.sip.twilio.com");
      await button(ada, "Find the route").click();
      await ada.page.getByRole("cell", { name: /Reception/ }).waitFor();
      await take(ada, "sip-routes-test");
      await ada.close();
    });
  });
});

const OFFICES = {
  routes: [
    {
      address: "4321",
      comment: "Reception",
      type: "dial-client",
      destination: "reception",
      fallback: { type: "say", destination: "Everybody is busy. Please call again later." },
      schedule: {
        timeZone: "Europe/Berlin",
        weekly: { mon: ["09:00-17:30"], tue: ["09:00-17:30"], wed: ["09:00-17:30"], thu: ["09:00-17:30"], fri: ["09:00-13:00"] },
        holidays: { "12-25": [], "2026-12-24": ["09:00-12:00"] },
      },
      otherwise: { type: "say", destination: "Our office is closed. We are there on weekdays from nine." },
    },
    { address: "4322", comment: "Support", type: "dial-client", destination: "support" },
    {
      address: "4323",
      comment: "Sales",
      type: "dial-client",
      destination: "sales-north",
      weight: 3,
      alternatives: [{ type: "dial-client", destination: "sales-south", weight: 1 }],
    },
    { address: "4324", comment: "Fax, no longer used", type: "say", destination: "We no longer have a fax." },
    { address: "+4930*", comment: "Berlin", type: "dial-sip", destination: "sip:berlin@pbx.example.com" },
    {
      address: "+1212*",
      comment: "New York",
      type: "webhook",
      destination: `https://webhooks.twilio.com/v1/Accounts/AC${"0".repeat(32)}/Flows/FW${"0".repeat(32)}`,
    },
    { address: "^5[0-9]{3}$", comment: "Warehouse", type: "play", destination: "https://example.com/warehouse-is-closed.mp3" },
    ...[...Array(140).keys()].map((desk) => ({
      address: `${6100 + desk}`,
      comment: `Desk ${desk + 1}`,
      type: "dial-client",
      destination: `desk-${desk + 1}`,
    })),
  ],
  default: { type: "say", destination: "There is nobody at this number. Goodbye." },
};
