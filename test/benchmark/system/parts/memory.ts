// What programs that are left open keep: several side by side, each with agents of its own, looked at all the time.

import {setTimeout as sleep} from 'node:timers/promises';
import {handlesOf, memoryOf} from '../accounting.js';
import {type Figure} from '../figure.js';
import {simulate} from '../fleet.js';
import {type SimulatorSetup} from '../messages.js';
import {type Part} from '../part.js';
import {openProgram} from '../program.js';
import {median} from '../statistics.js';

const rest = {type: 'rest'} as const;
const work = {type: 'work'} as const;

type Case = {readonly name: string; readonly setup: SimulatorSetup; readonly budget?: number};

const cases: readonly Case[] = [
	{name: '20 agents at rest', setup: {count: 20, first: rest, others: rest}, budget: 105},
	{name: '20 agents at work', setup: {count: 20, first: work, others: work}, budget: 130},
	{name: '1,000 agents at work', setup: {count: 1000, first: work, others: work}, budget: 230},
	{name: '300 agents whose connections flap', setup: {count: 300, first: rest, others: work, flaps: true}},
];

// In ms.
const interval = 10_000;

const perMinute = 6;

// Since that minute it should be flat.
const settled = 5;

type Reading = {readonly memory: number; readonly handles: number};

/** Every ten seconds. */
const follow = async ({setup}: Case, folder: string, minutes: number): Promise<readonly Reading[]> => {
	const fleet = await simulate(setup);
	const program = openProgram({args: ['--agents-file', fleet.list(folder)]});
	try {
		await program.firstFrame();
		const readings: Reading[] = [];
		for (const _ of Array.from({length: minutes * perMinute})) {
			await sleep(interval);
			readings.push({memory: memoryOf(program.pid), handles: handlesOf(program.pid)});
		}

		return readings;
	} finally {
		await program.quit();
		await fleet.stop();
	}
};

const figuresOf = ({name, budget}: Case, readings: readonly Reading[]): readonly Figure[] => {
	const minutes = readings.length / perMinute;
	const each = (what: keyof Reading): string => readings.filter((_, index) => index % perMinute === perMinute - 1).map(reading => reading[what].toFixed(0)).join(' ');
	const medianFrom = (what: keyof Reading, from: number): number => median(readings.slice(from * perMinute, (from + 2) * perMinute).map(reading => reading[what]));
	// Two minutes beside two minutes: memory goes up in steps, and a single reading may be right before or right after one.
	const gained = (what: keyof Reading): number => Math.max(0, medianFrom(what, minutes - 2) - medianFrom(what, settled - 1));
	return [
		{name: `${name}: memory after ${minutes} minutes`, value: readings.at(-1)?.memory ?? NaN, unit: 'MB', ...(budget !== undefined && {budget}), compared: `each minute: ${each('memory')}`},
		...(minutes > settled
			? [
				{name: `${name}: memory gained since minute ${settled}`, value: gained('memory'), unit: 'MB', ...(budget === undefined && {budget: 1})},
				{name: `${name}: handles gained since minute ${settled}`, value: gained('handles'), unit: 'handles', compared: `each minute: ${each('handles')}`},
			] satisfies readonly Figure[]
			: []),
	];
};

/** Memory and handles of each, and what was gained once it should be flat. */
export const measureMemory: Part = async ({isQuick, say, folder, attempt}) => {
	const minutes = isQuick ? 2 : 15;
	say(`memory, for ${minutes} minutes`);
	const figures = await Promise.all(cases.map(async one => attempt(one.name, async () => figuresOf(one, await follow(one, folder, minutes)))));
	return figures.flat();
};
