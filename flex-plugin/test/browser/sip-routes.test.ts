/** Administrators edit the map of SIP routes in the real Flex UI, against the local platform. */
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { Flex, startPlatform, type FlexPage, type Platform } from "./harness";
import type { Scenario } from "./scenario";
import { admin, manyRoutes, SipRouter, SMALL_MAP } from "./sip-routes-server";

const PANEL = "[data-switchboard=sip-routes]";
const DIALOGUE = "[role=dialog]";

let platform: Platform;
let flex: Flex;
let router: SipRouter;
const open: FlexPage[] = [];

beforeAll(async () => {
  [platform, flex] = await Promise.all([startPlatform(), Flex.launch()]);
  router = new SipRouter(platform);
});
afterAll(async () => {
  await flex?.close();
  await platform?.stop();
});
afterEach(async () => {
  const problems = open.flatMap((each) => each.problems);
  await Promise.all(open.splice(0).map((each) => each.close()));
  expect(problems).toEqual([]);
});

/** Open the SIP routes as an administrator. */
async function openRoutes(more: Partial<Scenario> = {}, link = "SIP routes"): Promise<{ ada: FlexPage; page: Page }> {
  const ada = await flex.open(admin(platform, more));
  open.push(ada);
  await ada.page.getByRole("link", { name: link }).click();
  await ada.page.getByRole("table").first().waitFor();
  return { ada, page: ada.page };
}

const button = (within: Page | Locator, name: string): Locator => within.getByRole("button", { name, exact: true });
const dialogue = (page: Page): Locator => page.getByRole("dialog");
const says = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor();

/** Change a route's comment in its dialogue. */
async function comment(page: Page, address: string, words: string): Promise<void> {
  await button(page, `Edit ${address}`).click();
  await dialogue(page).getByLabel("Comment", { exact: true }).fill(words);
  await button(dialogue(page), "Apply").click();
  await dialogue(page).waitFor({ state: "detached" });
}

/** Publish in the dialogue and close it. */
async function publish(page: Page, note = ""): Promise<void> {
  await button(page, "Publish").click();
  await dialogue(page).getByLabel("Note").fill(note);
  await button(dialogue(page), "Publish").click();
  await dialogue(page).getByText(/is live\.$/).waitFor();
  // The other button of that name is the cross.
  await button(dialogue(page), "Close").last().click();
  await dialogue(page).waitFor({ state: "detached" });
}

test.each([["agent"], ["supervisor"]])("somebody with the role %s sees no link", async (role) => {
  const ada = await flex.open(admin(platform, { roles: [role], token: platform.flexTokens.agent }));
  open.push(ada);
  await ada.page.getByText("No active tasks").waitFor();
  expect(await ada.page.getByRole("link", { name: "SIP routes" }).count()).toBe(0);
});

test("the link is gone where the part is turned off", async () => {
  const uiAttributes = { switchboard: { domain: platform.url, sip_routes: { enabled: false } } };
  const ada = await flex.open(admin(platform, { uiAttributes }));
  open.push(ada);
  await ada.page.getByText("No active tasks").waitFor();
  expect(await ada.page.getByRole("link", { name: "SIP routes" }).count()).toBe(0);
});

describe("a map of ten thousand routes", () => {
  beforeEach(async () => {
    await router.publish({ ...SMALL_MAP, routes: [...SMALL_MAP.routes, ...manyRoutes(10_000)] }, "many");
  });

  test("is searched, sorted, turned over, edited, undone and published", async () => {
    const { page } = await openRoutes();
    await says(page, "10,004 of 10,004 routes");
    await button(page, "Page 401").click();
    await says(page, "109999");
    await button(page, "Address").click();
    await button(page, "Address").click();
    await page.getByRole("row").nth(1).getByText("^5[0-9]{3}$").or(page.getByRole("row").nth(1).getByText("109999")).waitFor();
    await page.getByLabel("Search").fill("agent4242");
    await says(page, "1 of 10,004 routes");

    await comment(page, "104242", "Moved");
    await says(page, "1 unpublished change");
    await button(page, "Delete 104242").click();
    await button(page.getByRole("alertdialog"), "Delete").click();
    await page.getByRole("row").filter({ hasText: "104242" }).getByText("Deleted").waitFor();
    await button(page, "Undo").click();
    await page.getByRole("row").filter({ hasText: "104242" }).getByText("Changed").waitFor();

    // Unsaved changes survive a closed panel.
    await page.getByRole("link", { name: "Agent Desktop" }).click();
    await page.getByText("No active tasks").waitFor();
    await page.getByRole("link", { name: "SIP routes" }).click();
    await says(page, "1 unpublished change");

    await button(page, "Publish").click();
    await dialogue(page).getByText("Changed (1)").waitFor();
    await dialogue(page).getByRole("row").filter({ hasText: "104242" }).getByText("Desk 4242").waitFor();
    await dialogue(page).getByLabel("Note").fill("New desk");
    await button(dialogue(page), "Publish").click();
    await dialogue(page).getByText(/is live\.$/).waitFor();
    expect(await router.live("104242")).toMatchObject({ comment: "Moved", destination: "agent4242" });
    expect((await router.admin("versions", { limit: 1 })).items[0]).toMatchObject({ note: "New desk", routes: 10_004 });
  });

  test("is put on top of what another administrator published, and rolled back", async () => {
    const { ada, page } = await openRoutes();
    await page.getByLabel("Search").fill("agent77");
    await comment(page, "100077", "Mine");
    await page.getByLabel("Search").fill("agent78");
    await comment(page, "100078", "Mine, too");
    const before = await router.admin("list", {});
    await router.change({
      "100077": { address: "100077", comment: "Theirs", type: "say", destination: "Gone" },
      "100079": null,
    });

    await button(page, "Publish").click();
    await button(dialogue(page), "Publish").click();
    const merge = page.getByRole("dialog", { name: /^Merge with version/ });
    const mine = merge.getByRole("region", { name: "Your changes" });
    await mine.getByText("Mine, too").waitFor();
    const theirs = merge.getByRole("region", { name: "Their changes" });
    await theirs.getByText("100079").waitFor();
    await theirs.getByText("Gone").waitFor();
    expect(await ada.violations(DIALOGUE)).toEqual([]);
    expect(await button(merge, "Put my changes on top").isDisabled()).toBe(true);
    await merge.getByText(/^Yours: Mine/).click();
    await button(merge, "Put my changes on top").click();
    await says(page, "2 unpublished changes");
    await publish(page, "Merged");
    expect(await router.live("100077")).toMatchObject({ comment: "Mine", type: "dial-client" });
    expect(await router.live("100078")).toMatchObject({ comment: "Mine, too" });
    expect(await router.live("100079")).toBeUndefined();

    await page.getByRole("tab", { name: "History" }).click();
    const { items } = await router.admin("versions", { limit: 20 });
    const target = items.find((item: any) => item.version === before.version);
    await button(page, `Roll back to version ${target.number}`).click();
    await dialogue(page).getByText("100079").first().waitFor();
    await dialogue(page).getByLabel("Note").fill("Too early");
    await button(dialogue(page), "Roll back").click();
    await says(page, `The routes of version ${target.number} are live again.`);
    expect(await router.live("100079")).toMatchObject({ comment: "Desk 79" });
    expect((await router.admin("versions", { limit: 1 })).items[0]).toMatchObject({ note: "Too early", restores: before.version });
  });
});

describe("a small map", () => {
  beforeEach(async () => {
    await router.publish(SMALL_MAP);
  });

  test("errors of the server stand at their fields, and what is wrong is not taken", async () => {
    const { ada, page } = await openRoutes();
    await button(page, "Add route").click();
    const form = dialogue(page);
    await form.getByLabel("Address", { exact: true }).fill("4321");
    await form.getByLabel("Type", { exact: true }).selectOption({ label: "SIP address" });
    await form.getByLabel("Destination", { exact: true }).fill("pbx.example.com");
    await button(form, "Add a destination").click();
    await form.getByLabel("Destination 2", { exact: true }).fill("ann");
    await form.getByLabel("Weight of destination 2").fill("many");
    await form.getByText("Schedule with opening hours").click();
    await form.getByLabel("Monday").fill("9 to 5");
    await form.getByLabel("Destination when closed").fill("bob");
    await button(form, "Add a holiday").click();
    await form.getByLabel("Date of holiday 1").fill("Christmas");
    await button(form, "Apply").click();
    await form.getByText("Please correct the marked fields.").waitFor();
    expect(await described(form.getByLabel("Destination", { exact: true }))).toContain("must be a SIP URI such as sip:alice@example.com");
    expect(await described(form.getByLabel("Weight of destination 2"))).toContain("must be a whole number");
    expect(await described(form.getByLabel("Monday"))).toContain("must be hours, such as 09:00-17:30");
    expect(await described(form.getByLabel("Date of holiday 1"))).toContain("must be a date");
    expect(await described(form.getByLabel("Address", { exact: true }))).toContain("is taken already");
    await expect.poll(() => form.getByLabel("Address", { exact: true }).evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await ada.violations(DIALOGUE)).toEqual([]);
    await form.getByLabel("Destination", { exact: true }).fill("sip:a@example.com");
    await form.getByLabel("Weight of destination 2").fill("2");
    await form.getByLabel("Monday").fill("09:00-17:00");
    await form.getByLabel("Date of holiday 1").fill("12-25");
    await button(form, "Apply").click();
    await expect.poll(() => described(form.getByLabel("Address", { exact: true }))).toContain("is taken already");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    await says(page, "No unpublished changes");
  });

  test("a route has shares, a fallback and a schedule, and a pattern its place", async () => {
    const { page } = await openRoutes();
    await button(page, "Edit ^5.*").click();
    const form = dialogue(page);
    await form.getByLabel("Order among the patterns").fill("1");
    await form.getByLabel("Type", { exact: true }).selectOption({ label: "Client" });
    await form.getByLabel("Destination", { exact: true }).fill("ann");
    await button(form, "Add a destination").click();
    await form.getByLabel("Destination 2", { exact: true }).fill("bob");
    await form.getByLabel("Weight of destination 1").fill("3");
    await form.getByText("Fallback, for when nobody takes the call").click();
    await form.getByLabel("Type of the fallback").selectOption({ label: "Say words" });
    await form.getByLabel("Destination of the fallback").fill("Busy.");
    await form.getByText("Schedule with opening hours").click();
    await form.getByRole("textbox", { name: "Time zone" }).fill("Europe/Ber");
    await form.getByRole("option", { name: "Europe/Berlin" }).click();
    await form.getByLabel("Saturday").fill("10:00-12:00, 13:00-14:00");
    await form.getByLabel("Type when closed").selectOption({ label: "Say words" });
    await form.getByLabel("Destination when closed").fill("Closed.");
    await button(form, "Add a holiday").click();
    await form.getByLabel("Date of holiday 1").fill("12-25");
    await button(form, "Apply").click();
    await form.waitFor({ state: "detached" });
    await button(page, "Edit Default route").click();
    await form.getByLabel("Destination", { exact: true }).fill("Goodbye.");
    await button(form, "Apply").click();
    await form.waitFor({ state: "detached" });
    await publish(page);
    const { data } = await router.admin("list", { version: "live" });
    const hours = ["09:00-17:00"];
    expect(data.default).toEqual({ type: "say", destination: "Goodbye." });
    expect(data.routes.map((route: any) => route.address)).toEqual(["4321", "+4930*", "^5.*", "^5[0-9]{3}$"]);
    expect(data.routes[2]).toEqual({
      address: "^5.*",
      comment: "Others",
      type: "dial-client",
      destination: "ann",
      weight: 3,
      alternatives: [{ type: "dial-client", destination: "bob" }],
      fallback: { type: "say", destination: "Busy." },
      schedule: {
        timeZone: "Europe/Berlin",
        weekly: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: ["10:00-12:00", "13:00-14:00"] },
        holidays: { "12-25": [] },
      },
      otherwise: { type: "say", destination: "Closed." },
    });
  });

  test("the administrator is told where a call would go", async () => {
    const { ada, page } = await openRoutes();
    await page.getByRole("tab", { name: "Where would a call go?" }).click();
    await page.getByLabel("Address").fill("sip:+4930123@example.com");
    await button(page, "Find the route").click();
    await page.getByRole("cell", { name: "+4930* · Berlin (Prefix)" }).waitFor();
    await page.getByText("<Sip>sip:berlin@pbx.example.com</Sip>").waitFor();
    await page.getByLabel("Address").fill("8");
    await page.keyboard.press("Enter");
    await page.getByRole("cell", { name: "Default route" }).waitFor();
    expect(await ada.violations(PANEL)).toEqual([]);
  });

  test("somebody who is available may not publish, unless a setting says so", async () => {
    const { ada, page } = await openRoutes({ activity: "Available" });
    await comment(page, "4321", "Front desk");
    await button(page, "Publish").click();
    await dialogue(page).getByText("You cannot publish while you are available").waitFor();
    await dialogue(page).getByText("Changed (1)").waitFor();
    expect(await button(dialogue(page), "Publish").isDisabled()).toBe(true);
    await ada.call("setActivity", "Break");
    await expect.poll(() => button(dialogue(page), "Publish").isEnabled()).toBe(true);

    const sip_routes = { publish_while_available: true };
    const other = await openRoutes({ activity: "Available", uiAttributes: { switchboard: { domain: platform.url, sip_routes } } });
    await comment(other.page, "4321", "Front desk");
    await publish(other.page);
    expect(await router.live("4321")).toMatchObject({ comment: "Front desk" });
  });

  test("another administrator's publication in progress is said, and one that was left is finished", async () => {
    const saved = await router.save(await router.changed({ "4321": null }));
    const { page } = await openRoutes();
    await says(page, "is probably publishing it now");
    expect(await button(page, "Publish version 1").count()).toBe(0);
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 120_000;
    });
    await page.getByLabel("Search").fill("5");
    const { items } = await router.admin("versions", { limit: 1 });
    await comment(page, "^5.*", "x");
    await button(page, "Undo").click();
    await button(page, `Publish version ${items[0].number}`).click();
    await says(page, `Version ${items[0].number} is live.`);
    expect((await router.admin("list", { version: "live" })).version).toBe(saved.version);
  });

  test("a version whose answer was lost is not saved twice", async () => {
    const { page } = await openRoutes();
    await comment(page, "4321", "Lost");
    const before = (await router.admin("versions", { limit: 1 })).items[0].number;
    await page.route("**/admin/update", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await publish(page);
    expect(await router.live("4321")).toMatchObject({ comment: "Lost" });
    expect((await router.admin("versions", { limit: 1 })).items[0].number).toBe(before + 1);
  });

  test("what was saved but not published is tried again, and a dialogue can be closed meanwhile", async () => {
    const { page } = await openRoutes();
    await comment(page, "4321", "Again");
    let answer = (): void => undefined;
    await page.route("**/admin/publish", async (route) => {
      await new Promise<void>((done) => (answer = done));
      await route.fulfill({ status: 503, json: { message: "Busy" }, headers: { "access-control-allow-origin": "*" } });
    });
    await button(page, "Publish").click();
    await button(dialogue(page), "Publish").click();
    await dialogue(page).getByText("Publishing.").waitFor();
    await page.keyboard.press("Escape");
    await dialogue(page).waitFor({ state: "detached" });
    await says(page, "Publishing.");
    expect(await button(page, "Add route").isDisabled()).toBe(true);
    answer();
    await says(page, "but not published");
    await page.unroute("**/admin/publish");
    await button(page, "Try again").click();
    await says(page, "is live.");
    expect(await router.live("4321")).toMatchObject({ comment: "Again" });
  });

  test("a newer version is said while changes are unpublished, and they stay until they are merged", async () => {
    const { page } = await openRoutes();
    await comment(page, "4321", "Mine");
    await router.change({ "+4930*": null });
    await page.getByRole("link", { name: "Agent Desktop" }).click();
    await page.getByRole("link", { name: "SIP routes" }).click();
    await says(page, "while you were editing version");
    await button(page, "Compare and merge").click();
    await dialogue(page).getByText("do not contradict each other").waitFor();
    await button(dialogue(page), "Not now").click();
    await says(page, "1 unpublished change");
    await button(page, "Compare and merge").click();
    await button(dialogue(page), "Put my changes on top").click();
    await publish(page);
    expect(await router.live("+4930*")).toBeUndefined();
    expect(await router.live("4321")).toMatchObject({ comment: "Mine" });
  });

  test("an administrator whose session has expired is told so, and goes on with the new token", async () => {
    const { ada, page } = await openRoutes();
    await comment(page, "4321", "Kept");
    await ada.call("setToken", "expired");
    await button(page, "Publish").click();
    await dialogue(page).getByText("Your Flex session has expired").waitFor();
    await ada.call("setToken", platform.flexTokens.admin);
    await button(dialogue(page), "Try again").click();
    await dialogue(page).getByText("Changed (1)").waitFor();
    await button(dialogue(page), "Publish").click();
    await dialogue(page).getByText(/is live\.$/).waitFor();
  });

  test("what only looks like HTML or a template is shown as text, and kept", async () => {
    const odd = {
      address: "{{task.sid}}<img src=x onerror=hacked()>",
      comment: "{{address}}",
      type: "say",
      destination: "<b>Hello</b> {{#each}}",
      costCentre: { of: ["ours"] },
    };
    await router.publish({ ...SMALL_MAP, routes: [odd] }, "<i>{{note}}</i>");
    const { page } = await openRoutes();
    await page.getByRole("cell", { name: odd.destination }).waitFor();
    await comment(page, odd.address, "{{comment}}");
    await publish(page, "<b>{{number}}</b>");
    expect(await router.live(odd.address)).toEqual({ ...odd, comment: "{{comment}}" });
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("cell", { name: "<b>{{number}}</b>" }).waitFor();
    expect(await page.locator(PANEL).locator("img, b, i").count()).toBe(0);
  });

  test("the keyboard alone edits and publishes a route", async () => {
    const { page } = await openRoutes();
    await page.getByLabel("Search").focus();
    await tabTo(page, button(page, "Edit 4321"));
    await page.keyboard.press("Enter");
    await dialogue(page).waitFor();
    await tabTo(page, dialogue(page).getByLabel("Comment", { exact: true }));
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("By keyboard");
    await page.keyboard.press("Enter");
    await dialogue(page).waitFor({ state: "detached" });
    await says(page, "1 unpublished change");
    await tabTo(page, button(page, "Publish"), "Shift+Tab");
    await page.keyboard.press("Enter");
    await dialogue(page).getByText("Changed (1)").waitFor();
    await tabTo(page, button(dialogue(page), "Publish"));
    await page.keyboard.press("Enter");
    await dialogue(page).getByText(/is live\.$/).waitFor();
    await page.keyboard.press("Escape");
    await dialogue(page).waitFor({ state: "detached" });
    expect(await router.live("4321")).toMatchObject({ comment: "By keyboard" });
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious in %s", async (theme) => {
    const { ada, page } = await openRoutes({ theme });
    await comment(page, "4321", "Front desk");
    await button(page, "Delete ^5.*").click();
    expect(await ada.violations("[role=alertdialog]")).toEqual([]);
    await button(page.getByRole("alertdialog"), "Delete").click();
    expect(await ada.violations(PANEL)).toEqual([]);
    await button(page, "Publish").click();
    await dialogue(page).getByText("Removed (1)").waitFor();
    expect(await ada.violations(DIALOGUE)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("table", { name: "History" }).getByRole("row").nth(1).waitFor();
    expect(await ada.violations(PANEL)).toEqual([]);
  });

  test.each([
    ["es-ES", "Rutas SIP", "Añadir ruta", "Lunes"],
    ["es-MX", "Rutas SIP", "Agregar ruta", "Lunes"],
    ["pt-BR", "Rotas SIP", "Adicionar rota", "segunda-feira"],
    ["de-DE", "SIP-Routen", "Route hinzufügen", "Montag"],
    ["fr-FR", "Routes SIP", "Ajouter une route", "lundi"],
    ["it-IT", "SIP routes", "Add route", "lunedì"],
  ])("%s renders", async (language, link, add, monday) => {
    const { page } = await openRoutes({ language }, link);
    await button(page, add).click();
    await dialogue(page).getByRole("checkbox").nth(1).press("Space");
    await dialogue(page).getByLabel(new RegExp(monday, "i")).waitFor();
    expect(await page.locator("body").innerText()).not.toMatch(/Switchboard[A-Z]\w+|\{\{/);
  });
});

/** Return what a screen reader says about a field beside its name. */
async function described(field: Locator): Promise<string> {
  return field.evaluate((element) => {
    const ids = (element.getAttribute("aria-describedby") ?? "").split(" ");
    return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  });
}

/** Go to a control by the keyboard. */
async function tabTo(page: Page, control: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press(key);
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${key} does not reach ${control}`);
}
