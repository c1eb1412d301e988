// Screens, panels and prompts.

export const screens = {} as const;
