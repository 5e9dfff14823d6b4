/** The SIP router of the local platform, as other administrators use it. */
import type { Platform } from "./harness";
import type { Scenario } from "./scenario";

export const SIDE_LINK = "SIP routes";

export class SipRouter {
  constructor(private readonly platform: Platform) {}

  async admin(action: string, body: object): Promise<any> {
    const answer = await fetch(`${this.platform.url}/admin/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Flex-Token": this.platform.flexTokens.admin },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  /** Publish a map on top of the latest version; return its version's SID. */
  async publish(data: object, note = ""): Promise<string> {
    const saved = await this.save(data, note);
    await this.admin("publish", { buildSid: saved.buildSid });
    return saved.version;
  }

  async save(data: object, note = ""): Promise<{ version: string; buildSid: string }> {
    const { version } = await this.admin("list", {});
    return this.admin("update", { data, version, note });
  }

  /** Publish the latest map with some of its routes replaced, by address; null deletes. */
  async change(routes: Readonly<Record<string, object | null>>): Promise<string> {
    return this.publish(await this.changed(routes));
  }

  async changed(routes: Readonly<Record<string, object | null>>): Promise<any> {
    const { data } = await this.admin("list", {});
    const kept = data.routes.filter((route: any) => !(route.address in routes));
    return { ...data, routes: [...kept, ...Object.values(routes).filter(Boolean)] };
  }

  /** Return a route of the live map. */
  async live(address: string): Promise<any> {
    const { data } = await this.admin("list", { version: "live" });
    return data.routes.find((route: any) => route.address === address);
  }
}

export function manyRoutes(count: number): object[] {
  return [...Array(count).keys()].map((number) => ({
    address: `${100_000 + number}`,
    comment: `Desk ${number}`,
    type: "dial-client",
    destination: `agent${number}`,
  }));
}

export const SMALL_MAP = {
  routes: [
    { address: "4321", comment: "Reception", type: "dial-client", destination: "reception", fallback: { type: "say", destination: "Busy." } },
    { address: "+4930*", comment: "Berlin", type: "dial-sip", destination: "sip:berlin@pbx.example.com" },
    { address: "^5[0-9]{3}$", comment: "Warehouse", type: "say", destination: "The warehouse is closed." },
    { address: "^5.*", comment: "Others", type: "say", destination: "Nobody is here." },
  ],
  default: { type: "say", destination: "There is nobody at this address. Goodbye." },
};

export function admin(platform: Platform, more: Partial<Scenario> = {}): Scenario {
  return {
    roles: ["admin"],
    token: platform.flexTokens.admin,
    activity: "Break",
    language: "en-US",
    theme: "light",
    isDialingEnabled: true,
    uiAttributes: { switchboard: { domain: platform.url } },
    tasks: [],
    ...more,
  };
}
