/** The parts of the plugin. Each is a folder of its own, and can be turned off. */
import type * as Flex from "@twilio/flex-ui";

import type { ApiClient } from "./api/client";
import { callbacks } from "./callbacks";
import type { Settings } from "./settings";
import { sipRoutes } from "./sip-routes";

/** What a part is given to register itself with Flex. */
export interface PluginContext {
  readonly flex: typeof Flex;
  readonly manager: Flex.Manager;
  readonly settings: Settings;
  readonly api: ApiClient;
}

export interface Part {
  readonly name: string;
  isEnabled(settings: Settings, manager: Flex.Manager): boolean;
  register(context: PluginContext): void;
}

export const PARTS: readonly Part[] = [callbacks, sipRoutes];
