import {setTimeout as sleep} from 'node:timers/promises';
import {simulate} from '../fleet.js';
import {observe, type Observation} from '../observe.js';
import {type Part} from '../part.js';
import {openProgram} from '../program.js';
import {median} from '../statistics.js';

/** Twenty agents whose answers do not change. */
export const measureIdle: Part = async ({isQuick, say}) => {
	const fleet = await simulate({count: 20, first: {type: 'rest'}, others: {type: 'rest'}});
	const program = openProgram({args: fleet.addresses});
	try {
		await program.until(lines => lines.filter(line => line.includes('succeeded')).length >= 20, 'all agents');
		await sleep(isQuick ? 8000 : 15_000);
		const windows: Observation[] = [];
		for (const window of Array.from({length: isQuick ? 1 : 3}).keys()) {
			say(`at rest, window ${window + 1}`);
			windows.push(await observe(program, fleet, isQuick ? 10 : 20));
		}

		const seconds = windows.reduce((sum, window) => sum + window.seconds, 0);
		const total = (name: 'bytes' | 'frames' | 'requests'): number => windows.reduce((sum, window) => sum + window[name], 0);
		const compared = `${(total('requests') / seconds).toFixed(1)} requests/s`;
		const last = `over ${seconds.toFixed(0)} s`;
		return [
			{name: '20 agents at rest: CPU, polling included', value: median(windows.map(({share}) => share)), unit: '% of a core', budget: 1, compared},
			{name: `20 agents at rest: to the terminal ${last}`, value: total('bytes'), unit: 'bytes', budget: 0, compared},
			{name: `20 agents at rest: frames ${last}`, value: total('frames'), unit: 'frames', budget: 0, compared},
			{name: '20 agents at rest: memory', value: windows.at(-1)?.memory ?? NaN, unit: 'MB', budget: 130},
		];
	} finally {
		await program.quit();
		await fleet.stop();
	}
};
