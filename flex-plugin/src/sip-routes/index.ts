/** What administrators see: the map of SIP routes. */
import type { Part } from "../parts";

export const sipRoutes: Part = {
  name: "sip-routes",
  isEnabled: (settings, manager) => settings.sipRoutes.enabled && manager.user.roles.includes("admin"),
  register() {},
};
