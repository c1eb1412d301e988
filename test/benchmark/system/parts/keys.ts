// From a key to the frame that it brings, while polls arrive.

import {setTimeout as sleep} from 'node:timers/promises';
import {type Figure} from '../figure.js';
import {simulate, type SimulatedFleet} from '../fleet.js';
import {type Part, type PartSetup} from '../part.js';
import {openProgram, type Watched} from '../program.js';
import {median, percentile} from '../statistics.js';
import {type SimulatorSetup} from '../messages.js';

type Place = {
	readonly name: string;
	/** Lead there from the place before, each with the text that tells that it worked. */
	readonly way: ReadonlyArray<readonly [key: string, shown: string]>;
	/** Pressed again and again; each changes something there. */
	readonly keys: readonly string[];
};

const lists = ['j', 'k'];

const inAgents: readonly Place[] = [
	{name: 'agents', way: [], keys: lists},
	{name: 'agents, a page', way: [], keys: ['page-down', 'page-up']},
	{name: 'help', way: [['?', '› keys']], keys: lists},
];

const inTask: readonly Place[] = [
	{name: 'task', way: [['enter', '› ']], keys: lists},
	{name: 'card, in and out', way: [], keys: ['i', 'q']},
	{name: 'history, in and out', way: [], keys: ['H', 'q']},
	{name: 'stage, in and out', way: [], keys: ['enter', 'q']},
];

// On 160x45, where what Enter would open is beside each list.
const besideLists: readonly Place[] = [
	{name: 'agents with their previews', way: [], keys: lists},
	{name: 'to the preview and back', way: [], keys: ['tab', 'tab']},
	{name: 'task with its previews', way: [['enter', '› ']], keys: lists},
];

const inLog: readonly Place[] = [
	{name: 'log of 100,000 lines, a line', way: [['enter', 'Rebuild partition 1'], ['enter', 'follow']], keys: ['k', 'j']},
	{name: 'log of 100,000 lines, a page', way: [], keys: ['page-up', 'page-down']},
	{name: 'log of 100,000 lines, its ends', way: [], keys: ['g', 'G']},
];

const keysIn = async (program: Watched, keys: readonly string[], count: number): Promise<readonly number[]> => {
	const times: number[] = [];
	for (const index of Array.from({length: count + 4}).keys()) {
		const time = await program.press(keys[index % keys.length] ?? '');
		// The first ones warm up what the place needs.
		if (index >= 4) {
			times.push(time);
		}

		// Not in step with anything that is done once a second.
		await sleep(13 + ((index * 29) % 31));
	}

	return times;
};

/** Among how many agents, and how long a key may take there, ms. */
type Among = {readonly among: string; readonly budget: number};

/** Goes from place to place; where one cannot be measured, the way ends. */
const visit = async (program: Watched, places: readonly Place[], {isQuick, say, attempt}: PartSetup, {among, budget}: Among): Promise<readonly Figure[]> => {
	const figures: Figure[] = [];
	for (const {name, way, keys} of places) {
		say(`keys: ${among}, ${name}`);
		const taken = await attempt(`${among}: ${name}`, async () => {
			for (const [key, shown] of way) {
				await program.press(key);
				await program.until(lines => lines.some(line => line.includes(shown)), `${shown} after ${key}`);
				await sleep(200);
			}

			const runs: Array<readonly number[]> = [];
			for (const _ of Array.from({length: isQuick ? 1 : 3})) {
				runs.push(await keysIn(program, keys, isQuick ? 40 : 120));
			}

			const worst = runs.map(times => percentile(times, 0.99));
			return [{
				name: `key to frame, ${among}: ${name} (99th percentile, the worst of ${runs.length})`, value: Math.max(...worst), unit: 'ms', budget,
				compared: `each ${worst.map(time => time.toFixed(1)).join(', ')} ms of ${runs[0]?.length ?? 0}; median ${median(runs.flat()).toFixed(1)} ms`,
			}];
		});
		figures.push(...taken);
		if (taken.length === 0) {
			break;
		}
	}

	return figures;
};

type Size = {readonly columns: number; readonly rows: number};

const withFleet = async (setup: SimulatorSetup, folder: string, run: (program: Watched, fleet: SimulatedFleet) => Promise<readonly Figure[]>, size: Partial<Size> = {}): Promise<readonly Figure[]> => {
	const fleet = await simulate(setup);
	const program = openProgram({args: ['--agents-file', fleet.list(folder)], ...size});
	try {
		await program.until(lines => lines[0]?.includes(`${setup.count} running`) ?? false, 'all tasks at work');
		await sleep(3000);
		return await run(program, fleet);
	} finally {
		await program.quit();
		await fleet.stop();
	}
};

/** Among 20 and 1,000 agents that all work, and in a long log. */
export const measureKeys: Part = async setup => {
	const figures: Figure[] = [];
	for (const [count, budget] of [[20, 20], [1000, 30]] as const) {
		const among = `${count.toLocaleString('en')} agents at work`;
		figures.push(...await setup.attempt(among, async () => withFleet({count, first: {type: 'work'}, others: {type: 'work'}}, setup.folder, async program => {
			const atRoot = await visit(program, inAgents, setup, {among, budget});
			await program.press('escape');
			await sleep(300);
			return [...atRoot, ...await visit(program, inTask, setup, {among, budget})];
		})));
	}

	const previews = await setup.attempt('previews', async () =>
		withFleet({count: 20, first: {type: 'work'}, others: {type: 'work'}}, setup.folder, async program => visit(program, besideLists, setup, {among: '20 agents at work, 160x45', budget: 20}), {columns: 160, rows: 45}));
	const longLog = await setup.attempt('a long log', async () =>
		withFleet({count: 20, first: {type: 'long log'}, others: {type: 'work'}}, setup.folder, async program => visit(program, inLog, setup, {among: '20 agents at work', budget: 20})));
	return [...figures, ...previews, ...longLog];
};
