// Keys: what they do, as help, hints and the table of keys say it.

export const keys = {} as const;
