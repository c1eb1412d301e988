// Commands without a screen: tables, lines, questions, exit codes, incidents.

export const output = {} as const;
