import type { callbacks as english } from "../en/callbacks";

export const callbacks: Partial<Record<keyof typeof english, string>> = {};
