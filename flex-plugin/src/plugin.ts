/**
 * The plugin: registers the parts that the settings turn on.
 *
 * https://www.twilio.com/docs/flex/developer/ui-and-plugins
 */
import * as Flex from "@twilio/flex-ui";
import { CustomizationProvider } from "@twilio-paste/core/customization";

import { ApiClient } from "./api/client";
import { PARTS } from "./parts";
import { readSettings } from "./settings";
import { addStrings } from "./strings";

export class SwitchboardPlugin {
  readonly name = "switchboard";

  /** Called by Flex once, when it has loaded. */
  async init(flex: typeof Flex, manager: Flex.Manager): Promise<void> {
    const settings = readSettings(manager);
    if (!settings.baseUrl) {
      console.error("switchboard: ui_attributes.switchboard.domain is missing; the plugin is off");
      return;
    }
    flex.setProviders({ PasteThemeProvider: CustomizationProvider });
    addStrings(manager);
    const api = new ApiClient(settings.baseUrl, () => manager.user.token);
    for (const part of PARTS) {
      if (part.isEnabled(settings, manager)) part.register({ flex, manager, settings, api });
    }
  }
}

Flex.Plugins.init(SwitchboardPlugin);
