import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Figure} from '../figure.js';
import {simulate} from '../fleet.js';
import {observe, type Observation} from '../observe.js';
import {type Part} from '../part.js';
import {openProgram, type Watched} from '../program.js';

const perMinute = ({bytes, seconds}: Observation): number => (bytes / 1024 / seconds) * 60;

const looking = async (program: Watched, fleet: Parameters<typeof observe>[1], isQuick: boolean): Promise<Observation> => {
	await sleep(isQuick ? 3000 : 8000);
	return observe(program, fleet, isQuick ? 10 : 40);
};

/** Soon after its start, and left open for longer: V8 compiles for most of a minute. */
type Long = {readonly seen: Observation; readonly later: Observation};

const rawLoop = async (rows: number, isQuick: boolean): Promise<Observation> => {
	const program = openProgram({command: [process.execPath, path.join(import.meta.dirname, '..', 'raw-loop.ts')], args: [String(rows)]});
	try {
		await program.firstFrame();
		return await looking(program, undefined, isQuick);
	} finally {
		await program.quit();
	}
};

const watched = async (rows: number, isQuick: boolean): Promise<Long> => {
	const fleet = await simulate({count: 20, first: {type: 'work'}, others: {type: rows === 1 ? 'rest' : 'work'}});
	const program = openProgram({args: fleet.addresses});
	try {
		await program.until(lines => lines.filter(line => line.includes('running')).length >= rows && lines.filter(line => line.includes('succeeded')).length >= 20 - rows, 'all agents');
		const seen = await looking(program, fleet, isQuick);
		return {seen, later: await observe(program, fleet, isQuick ? 10 : 40)};
	} finally {
		await program.quit();
		await fleet.stop();
	}
};

/** Tasks that run: all twenty rows, and one of twenty. */
export const measureRunning: Part = async ({isQuick, say}) => {
	const figures: Figure[] = [];
	for (const [rows, kilobytes, share] of [[20, 60, 2.5], [1, 6, undefined]] as const) {
		say(`${rows} running`);
		const raw = await rawLoop(rows, isQuick);
		const {seen, later} = await watched(rows, isQuick);
		const name = `${rows} of 20 rows running, 80x24`;
		figures.push(
			{name: `${name}: CPU, polling included`, value: seen.share, unit: '% of a core', ...(share !== undefined && {budget: share}), compared: `raw stdout loop: ${raw.share.toFixed(2)} %; ${(seen.requests / seen.seconds).toFixed(1)} requests/s; in the ${later.seconds.toFixed(0)} s after that, once V8 has compiled: ${later.share.toFixed(2)} %`},
			{name: `${name}: memory`, value: later.memory, unit: 'MB', budget: 130},
			{name: `${name}: to the terminal`, value: perMinute(seen), unit: 'KB a minute', budget: kilobytes, compared: `raw stdout loop: ${perMinute(raw).toFixed(1)} KB`},
			{name: `${name}: frames a second`, value: seen.frames / seen.seconds, unit: 'frames', compared: `raw stdout loop: ${(raw.frames / raw.seconds).toFixed(2)}`},
		);
	}

	return figures;
};
