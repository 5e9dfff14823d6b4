import type { common as english } from "../en/common";

export const common: Partial<Record<keyof typeof english, string>> = {};
