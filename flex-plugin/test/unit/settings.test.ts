import { expect, test } from "vitest";

import { settingsFrom } from "../../src/settings";

const DEFAULTS = {
  callbacks: { enabled: true, allowRequeue: true, maxAttempts: 10, autoSelectTask: true },
  sipRoutes: { enabled: true, publishWhileAvailable: false },
};

test("a domain is enough", () => {
  const settings = settingsFrom({ switchboard: { domain: "abc.execute-api.us-east-1.amazonaws.com" } });
  expect(settings).toEqual({ baseUrl: "https://abc.execute-api.us-east-1.amazonaws.com", ...DEFAULTS });
});

test.each([
  ["https://voice.example.com/", "https://voice.example.com"],
  ["voice.example.com/prod/", "https://voice.example.com/prod"],
  ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
  [" voice.example.com ", "https://voice.example.com"],
  ["", ""],
  [7, ""],
  ["https://", ""],
])("the domain %j is the base URL %j", (domain, baseUrl) => {
  expect(settingsFrom({ switchboard: { domain } }).baseUrl).toBe(baseUrl);
});

test("nothing configured turns the plugin off", () => {
  expect(settingsFrom({}).baseUrl).toBe("");
});

test("the keys of flex-project-template are understood", () => {
  const features = { callback_and_voicemail: { enabled: true, allow_requeue: false, max_attempts: 3, auto_select_task: false } };
  const settings = settingsFrom({ custom_data: { serverless_functions_domain: "old.example.com", features } });
  expect(settings.baseUrl).toBe("https://old.example.com");
  expect(settings.callbacks).toEqual({ enabled: true, allowRequeue: false, maxAttempts: 3, autoSelectTask: false });
});

test("a protocol and a port of flex-project-template count", () => {
  const custom_data = {
    serverless_functions_domain: "127.0.0.1",
    serverless_functions_protocol: "http",
    serverless_functions_port: "3000",
  };
  expect(settingsFrom({ custom_data }).baseUrl).toBe("http://127.0.0.1:3000");
});

test("the older name of the feature, and the domain of the older SIP plugin, are understood", () => {
  const settings = settingsFrom({
    custom_data: { features: { callbacks: { enabled: false } } },
    inbound_sip_router: { serverless_functions_domain: "sip.example.com" },
  });
  expect(settings.callbacks.enabled).toBe(false);
  expect(settings.baseUrl).toBe("https://sip.example.com");
});

test("ours count more than those of older plugins", () => {
  const settings = settingsFrom({
    switchboard: { domain: "new.example.com", callbacks: { max_attempts: 5 }, sip_routes: { enabled: false } },
    custom_data: {
      serverless_functions_domain: "old.example.com",
      features: { callback_and_voicemail: { max_attempts: 3, allow_requeue: false } },
    },
  });
  expect(settings.baseUrl).toBe("https://new.example.com");
  expect(settings.callbacks).toMatchObject({ maxAttempts: 5, allowRequeue: false });
  expect(settings.sipRoutes.enabled).toBe(false);
});

test.each([["x"], [-1], [1.5], [null], [{}], [""]])("a number of attempts %j counts as not set", (max_attempts) => {
  expect(settingsFrom({ switchboard: { callbacks: { max_attempts } } }).callbacks.maxAttempts).toBe(10);
});

test("texts of numbers and flags are taken, and a section of a wrong type is not", () => {
  const { callbacks, sipRoutes } = settingsFrom({
    switchboard: { callbacks: { max_attempts: "0", enabled: "false" }, sip_routes: [true] },
  });
  expect(callbacks).toMatchObject({ maxAttempts: 0, enabled: false });
  expect(sipRoutes).toEqual(DEFAULTS.sipRoutes);
});
