import process from 'node:process';

/**
Lets V8 collect garbage early instead of growing: a program that watches a thousand agents for weeks keeps little and throws away a lot (1,000 agents at rest: 327 → 152 MB resident; 20 agents: 144 → 109 MB, for 1.35 instead of 1.10 % of a core).

Only once the compile cache is written: V8 refuses what was compiled under other flags.
*/
export const spareMemory = (): void => {
	process.getBuiltinModule('node:v8').setFlagsFromString('--optimize-for-size');
};
