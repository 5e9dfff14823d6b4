export const sipRoutes = {
} as const;
