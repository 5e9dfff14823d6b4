/** The parts of the plugin. Each is a folder of its own, and can be turned off. */
import { callbacks } from "./callbacks";
import type { Part } from "./part";
import { sipRoutes } from "./sip-routes";

export const PARTS: readonly Part[] = [callbacks, sipRoutes];
