// What a program that is left open keeps: three side by side, each with agents of its own, looked at once a minute for ten.

import {setTimeout as sleep} from 'node:timers/promises';
import {memoryOf} from '../accounting.js';
import {type Figure} from '../figure.js';
import {simulate} from '../fleet.js';
import {type SimulatorSetup} from '../messages.js';
import {type Part} from '../part.js';
import {openProgram} from '../program.js';

type Case = {readonly name: string; readonly setup: SimulatorSetup; readonly budget: number};

const cases: readonly Case[] = [
	{name: '20 agents at rest', setup: {count: 20, first: {type: 'rest'}, others: {type: 'rest'}}, budget: 105},
	{name: '20 agents at work', setup: {count: 20, first: {type: 'work'}, others: {type: 'work'}}, budget: 130},
	{name: '1,000 agents at work', setup: {count: 1000, first: {type: 'work'}, others: {type: 'work'}}, budget: 230},
];

const minute = 60_000;

/** MB after each minute. */
const follow = async ({setup}: Case, folder: string, minutes: number): Promise<readonly number[]> => {
	const fleet = await simulate(setup);
	const program = openProgram({args: ['--agents-file', fleet.list(folder)]});
	try {
		await program.firstFrame();
		const memory: number[] = [];
		for (const _ of Array.from({length: minutes})) {
			await sleep(minute);
			memory.push(memoryOf(program.pid));
		}

		return memory;
	} finally {
		await program.quit();
		await fleet.stop();
	}
};

/** Memory after ten minutes, and how much of it the last five brought. */
export const measureMemory: Part = async ({isQuick, say, folder, attempt}) => {
	const minutes = isQuick ? 2 : 10;
	say(`memory, for ${minutes} minutes`);
	const figures = await Promise.all(cases.map(async one => attempt(one.name, async (): Promise<readonly Figure[]> => {
		const memory = await follow(one, folder, minutes);
		const last = memory.at(-1) ?? NaN;
		const compared = `each minute: ${memory.map(megabytes => megabytes.toFixed(0)).join(' ')}`;
		return [{name: `${one.name}: memory after ${minutes} minutes`, value: last, unit: 'MB', budget: one.budget, compared}];
	})));
	return figures.flat();
};
