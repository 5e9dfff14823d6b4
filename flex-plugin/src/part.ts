/** A part of the plugin, and what it is given to register itself with Flex. */
import type * as Flex from "@twilio/flex-ui";

import type { ApiClient } from "./api/client";
import type { Settings } from "./settings";

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
