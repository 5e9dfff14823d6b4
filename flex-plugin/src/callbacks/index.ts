/** What agents see: callbacks and voicemails as tasks of their own kind. */
import type { Part } from "../parts";

export const callbacks: Part = {
  name: "callbacks",
  isEnabled: (settings) => settings.callbacks.enabled,
  register() {},
};
