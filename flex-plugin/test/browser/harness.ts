/**
 * The real Flex UI in a browser, served as https://flex.twilio.com, against a running `switchboard run`.
 *
 * The page is Flex as npm has it (flex-page.ts); requests to Switchboard go to the platform itself, so that its
 * CORS is tested with the true origin.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

import type { Scenario } from "./scenario";

const HERE = dirname(fileURLToPath(import.meta.url));
const PLUGIN_FOLDER = resolve(HERE, "../..");
const ROOT = resolve(PLUGIN_FOLDER, "..");
const FLEX_PAGE = resolve(PLUGIN_FOLDER, "build/flex-page.js");
const PLUGIN = resolve(PLUGIN_FOLDER, "build/switchboard.js");
const AXE = resolve(PLUGIN_FOLDER, "node_modules/axe-core/axe.min.js");
export const ORIGIN = "https://flex.twilio.com";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** What is waited for and does not come fails the test; a busy machine needs a part of this. */
const ACTION_TIMEOUT_MS = 60_000;
const LOAD_TIMEOUT_MS = 120_000;

/** What `GET /_local/health` tells. */
export interface Platform {
  readonly url: string;
  readonly workspaceSid: string;
  readonly workflowSid: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey: string;
  readonly flexTokens: { readonly admin: string; readonly agent: string };
  readonly twilioApi: string;
  stop(): Promise<void>;
}

/** Run a command until the input ends: then the platform ends with the tests, also where they are killed. */
const UNTIL_INPUT_ENDS = '"$@" & exec >&-; cat >/dev/null; kill $! && wait $!';

/** Start `switchboard run` on a free port, or use the one that the variable SWITCHBOARD_URL names. */
export async function startPlatform(): Promise<Platform> {
  const running = process.env.SWITCHBOARD_URL;
  if (running) return { ...(await health(running)), url: running, stop: async () => undefined };
  const found = resolve(ROOT, ".venv/bin/python");
  const python = existsSync(found) ? found : "python3";
  const child = spawn("sh", ["-c", UNTIL_INPUT_ENDS, "sh", python, "-m", "tools", "run", "--port", "0"], {
    cwd: ROOT,
    env: { ...process.env, PYTHONPATH: "functions:layers/switchboard/python:.", DATA: "", PORT: undefined },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const url = await readUrl(child);
  return { ...(await health(url)), url, stop: () => stop(child) };
}

async function readUrl(child: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((done, failed) => {
    child.stdout?.once("end", () => failed(new Error(`switchboard run ended: ${said}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /ready[^\n]*(http:\/\/\S+)/.exec(said);
      if (found?.[1]) done(found[1]);
    });
  });
}

async function health(url: string): Promise<Omit<Platform, "url" | "stop">> {
  const answer = await fetch(`${url}/_local/health`);
  return (await answer.json()) as Omit<Platform, "url" | "stop">;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.stdin?.end();
  await ended;
}

/** Bundle Flex UI, React and Redux into a script that sets them on `window`; kept until Flex or the page changes. */
async function buildFlexPage(): Promise<void> {
  const sources = [resolve(HERE, "flex-page.ts"), resolve(PLUGIN_FOLDER, "package-lock.json")];
  if (existsSync(FLEX_PAGE)) {
    const built = statSync(FLEX_PAGE).mtimeMs;
    if (sources.every((source) => statSync(source).mtimeMs < built)) return;
  }
  mkdirSync(dirname(FLEX_PAGE), { recursive: true });
  await build({
    entryPoints: [resolve(HERE, "flex-page.ts")],
    outfile: FLEX_PAGE,
    bundle: true,
    format: "iife",
    minify: true,
    define: { global: "window", "process.env.NODE_ENV": '"production"' },
    alias: { path: resolve(HERE, "empty.ts") },
    logLevel: "error",
  });
}

export interface Screen {
  readonly timezoneId?: string;
  readonly width?: number;
  readonly height?: number;
}

const SCREEN = { timezoneId: "America/New_York", width: 1280, height: 860 };

/** A browser in which users of Flex work. */
export class Flex {
  /** The next user's page: Flex takes seconds to load, which pass while a test waits for answers. */
  private spare: Promise<FlexPage> | null = null;

  private constructor(
    private readonly browser: Browser,
    private readonly script: Buffer,
  ) {}

  static async launch(): Promise<Flex> {
    await buildFlexPage();
    if (!existsSync(PLUGIN)) throw new Error("flex-plugin/build/switchboard.js is missing: run npm run build");
    const executablePath = process.env.CHROMIUM ?? CHROMIUM.find((one) => existsSync(one));
    if (!executablePath) throw new Error("chromium is missing: apt-get install chromium, or set CHROMIUM");
    const args = [
      "--no-sandbox",
      "--autoplay-policy=no-user-gesture-required",
      "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
    ];
    return new Flex(await chromium.launch({ executablePath, args }), readFileSync(FLEX_PAGE));
  }

  /** Sign a user in and return the page once Flex has rendered. */
  async open(scenario: Scenario, screen: Screen = {}): Promise<FlexPage> {
    const isUsual = Object.keys(screen).length === 0 && scenario.language === "en-US";
    const found = isUsual ? await this.takeSpare() : await this.load({ ...SCREEN, ...screen }, scenario.language);
    await found.page.evaluate((given) => (window as any).startFlex(given), scenario as any).catch((error) => {
      throw new Error(`${error}\n${found.log.join("\n")}`);
    });
    return found;
  }

  async close(): Promise<void> {
    await this.spare?.catch(() => undefined);
    await this.browser.close();
  }

  private async takeSpare(): Promise<FlexPage> {
    const taken = await (this.spare ?? this.load(SCREEN, "en-US"));
    this.spare = this.load(SCREEN, "en-US");
    // Whoever takes it is told.
    this.spare.catch(() => undefined);
    return taken;
  }

  /** Return a page that has loaded Flex, which nobody uses yet. */
  private async load(screen: Required<Screen>, locale: string): Promise<FlexPage> {
    const context = await this.browser.newContext({
      viewport: { width: screen.width, height: screen.height },
      timezoneId: screen.timezoneId,
      locale,
      reducedMotion: "reduce",
      permissions: ["notifications"],
    });
    context.setDefaultTimeout(ACTION_TIMEOUT_MS);
    const page = await context.newPage();
    const found = new FlexPage(page, context);
    await context.route(`${ORIGIN}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/plugin.js") return route.fulfill({ contentType: "text/javascript", body: readFileSync(PLUGIN) });
      if (pathname === "/flex.js") return route.fulfill({ contentType: "text/javascript", body: this.script });
      if (pathname.includes(".")) return route.fulfill({ status: 404, body: "" });
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: PAGE });
    });
    // Nothing leaves this machine: fonts, telemetry and Twilio's own services are absent.
    await context.route(
      (url) => url.origin !== ORIGIN && !["127.0.0.1", "localhost"].includes(url.hostname),
      (route) => route.abort(),
    );
    page.on("pageerror", (error) => found.problems.push(String(error)));
    page.on("console", (message) => found.log.push(message.text()));
    await page.goto(`${ORIGIN}/agent-desktop`, { timeout: LOAD_TIMEOUT_MS });
    return found;
  }
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Flex</title>
<style>html,body,#root{height:100%;margin:0}#root{display:flex;flex:1 1 auto}</style></head>
<body><main id="root"></main><script src="/flex.js"></script></body></html>`;

/** An action that Flex was asked to do, and its payload without the task. */
export interface RecordedAction {
  readonly name: string;
  readonly payload: Record<string, any>;
}

/** One user's Flex. */
export class FlexPage {
  /** Errors that nothing caught. */
  readonly problems: string[] = [];
  /** What the browser's console says. */
  readonly log: string[] = [];

  constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
  ) {}

  actions(): Promise<RecordedAction[]> {
    return this.page.evaluate(() => (window as any).actions);
  }

  /** Call a function that flex-page.ts sets on the window: putTask, removeTask, setToken, setActivity. */
  call(name: string, argument: unknown): Promise<void> {
    return this.page.evaluate(([one, given]) => (window as any)[one as string](given), [name, argument] as const);
  }

  /** Make the next `times` of an action fail. */
  failAction(name: string, times: number): Promise<void> {
    return this.page.evaluate(([one, many]) => void ((window as any).failures[one as string] = many), [name, times] as const);
  }

  /** Have Flex do an action, as a click in Flex does. */
  invoke(name: string, payload: object): Promise<void> {
    return this.page.evaluate(
      ([one, given]) => (window as any).Twilio.Flex.Actions.invokeAction(one, given),
      [name, payload] as const,
    );
  }

  /** Return the serious and critical violations that axe finds in the part of the page that a selector names. */
  async violations(selector: string): Promise<string[]> {
    await this.page.evaluate(readFileSync(AXE, "utf8"));
    return this.page.evaluate(async (within) => {
      // A colour that is still changing is not the one that users read.
      const changes = document.getAnimations().filter((one) => one instanceof CSSTransition);
      await Promise.allSettled(changes.map((one) => one.finished));
      const { violations } = await (window as any).axe.run(within);
      return violations
        .filter((one: any) => one.impact === "serious" || one.impact === "critical")
        .map((one: any) => `${one.id}: ${one.nodes.map((node: any) => node.html.slice(0, 160)).join(" | ")}`);
    }, selector);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
