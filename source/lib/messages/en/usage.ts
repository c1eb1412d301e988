// The command line: options, commands, help, and what is wrong with what was typed or configured.

export const usage = {} as const;
