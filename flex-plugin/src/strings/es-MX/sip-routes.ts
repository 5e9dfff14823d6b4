import type { sipRoutes as english } from "../en/sip-routes";

export const sipRoutes: Partial<Record<keyof typeof english, string>> = {};
