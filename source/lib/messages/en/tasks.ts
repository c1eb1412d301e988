// Tasks: outcomes, causes, notices about them, operations on them.

export const tasks = {} as const;
