import {setTimeout as sleep} from 'node:timers/promises';
import {simulate} from '../fleet.js';
import {besideBareLoop, countOf, kindsOf, observe, observeBareLoop} from '../observe.js';
import {type Part} from '../part.js';
import {openProgram} from '../program.js';

/** Twenty agents whose answers do not change. */
export const measureIdle: Part = async ({isQuick, say, folder}) => {
	const fleet = await simulate({count: 20, first: {type: 'rest'}, others: {type: 'rest'}});
	const program = openProgram({args: fleet.addresses});
	try {
		await program.until(lines => lines.filter(line => line.includes('succeeded')).length >= 17, 'all agents');
		await sleep(isQuick ? 8000 : 30_000);
		say('20 agents at rest');
		const seen = await observe(program, fleet, isQuick ? 20 : 60);
		await program.quit();
		say('20 agents at rest, bare loop');
		const bare = await observeBareLoop(seen, folder, isQuick ? 8 : 30);
		const during = `over ${seen.seconds.toFixed(0)} s`;
		return [
			{name: '20 agents at rest: CPU', ...besideBareLoop(seen, bare), budget: 1.5},
			{name: `20 agents at rest: to the terminal ${during}`, value: seen.bytes, unit: 'bytes', budget: 0},
			{name: `20 agents at rest: frames ${during}`, value: seen.frames, unit: 'frames', budget: 0},
			{name: '20 agents at rest: memory', value: seen.memory, unit: 'MB', budget: 105, compared: `bare loop: ${bare.memory.toFixed(0)} MB`},
			// Every 5 s its status, every 30 s its task and its unfinished ones.
			{name: 'an agent at rest: requests a minute', value: countOf(seen.requests) / seen.seconds * 60 / 20, unit: 'requests', budget: 16, compared: kindsOf(seen, 20)},
		];
	} finally {
		await program.quit();
		await fleet.stop();
	}
};
