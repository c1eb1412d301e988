import {setTimeout as sleep} from 'node:timers/promises';
import {type Figure} from '../figure.js';
import {simulate} from '../fleet.js';
import {besideBareLoop, observe, observeBareLoop, type Observation} from '../observe.js';
import {type Part} from '../part.js';
import {openProgram} from '../program.js';

const perMinute = ({bytes, seconds}: Observation): number => (bytes / 1024 / seconds) * 60;

// What 80x24 shows of twenty agents.
const rowsInSight = 17;

const small = {columns: 80, rows: 24};

// Beside the list is the task of the first row.
const withPreview = {columns: 160, rows: 45};

/** Tasks that run: all twenty rows, and one of twenty. Soon after the start, where V8 still compiles, as for the bare loop. */
export const measureRunning: Part = async ({isQuick, say, folder}) => {
	const figures: Figure[] = [];
	for (const [rows, size, kilobytes, multiple] of [[20, small, 60, 2], [1, small, 6, undefined], [20, withPreview, undefined, 2.5]] as const) {
		const place = `${size.columns}x${size.rows}`;
		say(`${rows} running, ${place}`);
		const fleet = await simulate({count: 20, first: {type: 'work'}, others: {type: rows === 1 ? 'rest' : 'work'}});
		const program = openProgram({args: fleet.addresses, ...size});
		try {
			await program.until(lines => (lines[0]?.includes(`20 agents · ${rows} running`) ?? false) && lines.filter(line => /running|succeeded/.test(line)).length > rowsInSight, 'all agents');
			await sleep(isQuick ? 3000 : 8000);
			const seen = await observe(program, fleet, isQuick ? 10 : 60);
			await program.quit();
			say(`${rows} running, bare loop`);
			const bare = await observeBareLoop(seen, folder, isQuick ? 3 : 8);
			const name = `${rows} of 20 rows running, ${place}`;
			figures.push(
				{name: `${name}: CPU`, ...besideBareLoop(seen, bare), ...(multiple !== undefined && {budget: multiple})},
				{name: `${name}: memory soon after the start`, value: seen.memory, unit: 'MB', compared: `bare loop: ${bare.memory.toFixed(0)} MB`},
				{name: `${name}: to the terminal`, value: perMinute(seen), unit: 'KB a minute', ...(kilobytes !== undefined && {budget: kilobytes})},
				{name: `${name}: frames a second`, value: seen.frames / seen.seconds, unit: 'frames'},
			);
		} finally {
			await program.quit();
			await fleet.stop();
		}
	}

	return figures;
};
