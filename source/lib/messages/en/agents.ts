// Agents and clusters: what is wrong with them, trust, passwords.

export const agents = {} as const;
