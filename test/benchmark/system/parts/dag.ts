// A task of 200 stages with 50 sub-tasks of 200 lines each: what a poll costs, by how far it has come.

import {spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Figure} from '../figure.js';
import {simulate} from '../fleet.js';
import {countOf, observe} from '../observe.js';
import {type Part} from '../part.js';
import {openProgram} from '../program.js';
import {type WholeCost} from '../messages.js';

const system = path.join(import.meta.dirname, '..');

const fetchedWhole = async (address: string): Promise<WholeCost> => {
	const child = spawn(process.execPath, ['--import', path.join(system, '..', '..', 'helpers', 'sources.ts'), path.join(system, 'whole-task.ts'), address], {timeout: 120_000, stdio: ['ignore', 'pipe', 'inherit']});
	return JSON.parse(await text(child.stdout)) as WholeCost;
};

export const measureDag: Part = async ({isQuick, say}) => {
	const figures: Figure[] = [];
	for (const stage of isQuick ? [5, 20] : [5, 20, 50]) {
		say(`a task of 200 stages at its ${stage}th`);
		const fleet = await simulate({count: 1, first: {type: 'big', stages: 200, at: stage}, others: {type: 'rest'}});
		const program = openProgram({args: fleet.addresses});
		try {
			await program.until(lines => lines.some(line => line.includes(`stage ${stage} of 200`) || line.includes(`${stage}/200`)), `stage ${stage}`);
			// The first look at the whole, and the rest after it.
			await sleep(isQuick ? 8000 : 20_000);
			const {cpu, read, share, requests} = await observe(program, fleet, isQuick ? 10 : 20);
			const count = countOf(requests, asked => asked.includes('maintain/agent?show_details=false'));
			const whole = await fetchedWhole(fleet.addresses[0] ?? '');
			const name = `200 x 50 x 200 task at stage ${stage}: a poll (probe, then its stage)`;
			figures.push(
				{name: `${name}: bytes`, value: read / 1024 / count, unit: 'KB a poll', compared: `fetched whole: ${(whole.bytes / 1024).toFixed(0)} KB`},
				{name: `${name}: CPU`, value: (cpu / count) * 1000, unit: 'ms a poll', growth: [{chart: 'stages', series: 'probe and stage', x: stage, y: (cpu / count) * 1000}, {chart: 'stages', series: 'fetched whole', x: stage, y: whole.cpu * 1000}], compared: `fetched whole: ${(whole.cpu * 1000).toFixed(0)} ms; ${share.toFixed(1)} % of a core, ${count} polls`},
			);
		} finally {
			await program.quit();
			await fleet.stop();
		}
	}

	return figures;
};
