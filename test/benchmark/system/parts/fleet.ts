// How costs grow with the number of agents.

import {setTimeout as sleep} from 'node:timers/promises';
import {type Figure} from '../figure.js';
import {simulate, type SimulatedFleet} from '../fleet.js';
import {besideBareLoop, countOf, observe, observeBareLoop, type Observation} from '../observe.js';
import {type Part, type PartSetup} from '../part.js';
import {openProgram, type Watched} from '../program.js';
import {median, percentile} from '../statistics.js';

/** How long changes take to the frame that shows them, ms: one agent after the other, not in step with the polls. */
const delaysOf = async (program: Watched, fleet: SimulatedFleet, type: Parameters<SimulatedFleet['happen']>[0], shown: string): Promise<readonly number[]> => {
	const delays: Array<Promise<number>> = [];
	for (const agent of Array.from({length: Math.min(fleet.addresses.length, 18)}).keys()) {
		const address = fleet.addresses[agent] ?? '';
		const before = performance.now();
		fleet.happen(type, agent);
		delays.push(program.until(lines => lines.some(line => line.includes(`${address} `) && line.includes(shown)), `${shown} at ${address}`).then(at => at - before));
		await sleep(137 + ((agent * 53) % 97));
	}

	return Promise.all(delays);
};

const polls = ({cpu, requests, seconds, read}: Observation): string => `${(countOf(requests) / seconds).toFixed(1)} requests/s, ${(read / 1024 / seconds).toFixed(1)} KB/s, ${((cpu / countOf(requests)) * 1000).toFixed(2)} ms CPU a request`;

const settled = async (count: number): Promise<unknown> => sleep(count === 1000 ? 12_000 : 4000);

const atRest = async (count: number, {isQuick, say, folder}: PartSetup): Promise<readonly Figure[]> => {
	const among = count.toLocaleString('en');
	const fleet = await simulate({count, first: {type: 'rest'}, others: {type: 'rest'}});
	const program = openProgram({args: ['--agents-file', fleet.list(folder)]});
	try {
		say(`${among} agents at rest`);
		await program.until(lines => lines.filter(line => line.includes('succeeded')).length >= Math.min(count, 18), 'all agents');
		await settled(count);
		const rest = await observe(program, fleet, isQuick ? 6 : 20);
		const begun: number[] = [];
		const ended: number[] = [];
		for (const round of Array.from({length: isQuick ? 1 : 2}).keys()) {
			say(`${among} agents, changes, round ${round + 1}`);
			begun.push(...await delaysOf(program, fleet, 'create', 'running'));
			await sleep(1500);
			ended.push(...await delaysOf(program, fleet, 'cancel', 'cancel'));
			await sleep(1500);
			await delaysOf(program, fleet, 'pass', 'passed');
			await sleep(1500);
		}

		const change = (name: string, times: readonly number[]): Figure =>
			({name: `${among} agents: ${name} to its frame (median)`, value: median(times) / 1000, unit: 's', compared: `99th percentile ${(percentile(times, 0.99) / 1000).toFixed(1)} s, of ${times.length}`});
		return [
			{name: `${among} agents at rest: CPU`, value: rest.share, unit: '% of a core', compared: polls(rest), growth: [{chart: 'cpu', series: 'at rest', x: count, y: rest.share}]},
			{name: `${among} agents at rest: memory`, value: rest.memory, unit: 'MB', growth: [{chart: 'memory', series: 'at rest', x: count, y: rest.memory}]},
			change('a task begins at rest', begun),
			change('a change of a running task', ended),
		];
	} finally {
		await program.quit();
		await fleet.stop();
	}
};

const atWork = async (count: number, {isQuick, say, folder}: PartSetup): Promise<readonly Figure[]> => {
	const among = count.toLocaleString('en');
	const fleet = await simulate({count, first: {type: 'work'}, others: {type: 'work'}});
	const program = openProgram({args: ['--agents-file', fleet.list(folder)]});
	try {
		say(`${among} agents at work`);
		await program.until(lines => lines.filter(line => line.includes('running')).length >= Math.min(count, 18), 'all agents');
		await settled(count);
		const work = await observe(program, fleet, isQuick ? 6 : 20);
		await program.quit();
		const bare = await observeBareLoop(work, folder);
		return [
			{
				name: `${among} agents at work: CPU`, ...besideBareLoop(work, bare), ...(count === 1000 && {budget: 1.6}),
				growth: [{chart: 'cpu', series: 'at work', x: count, y: work.share}, {chart: 'cpu', series: 'bare loop, at work', x: count, y: bare.share}],
			},
			// At most two a second over all agents.
			{name: `${among} agents at work: requests for earlier runs of tasks, a second`, value: countOf(work.requests, asked => /\/task\/(?:dags\/|dag\/\d)/.test(asked)) / work.seconds, unit: 'requests', ...(count === 1000 && {budget: 2.2})},
			{name: `${among} agents at work: memory soon after the start`, value: work.memory, unit: 'MB', compared: polls(work), growth: [{chart: 'memory', series: 'at work', x: count, y: work.memory}]},
		];
	} finally {
		await program.quit();
		await fleet.stop();
	}
};

export const measureFleet: Part = async setup => {
	const figures: Figure[] = [];
	for (const count of [10, 100, 1000]) {
		figures.push(...await atRest(count, setup), ...await atWork(count, setup));
	}

	return figures;
};
