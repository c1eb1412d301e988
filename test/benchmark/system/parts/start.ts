// How long until something is there, as a multiple of what starting Node itself takes in the same run.

import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {program} from '../../../../source/build/paths.js';
import {executableOf} from '../../../../source/build/runtimes.js';
import {ask, askSealed, keyOf} from '../../../demo/helpers/ask.js';
import {type Figure} from '../figure.js';
import {simulate} from '../fleet.js';
import {type Part} from '../part.js';
import {environmentOf, makeHome, openProgram} from '../program.js';
import {median} from '../statistics.js';

const binary = executableOf({name: `linux-${process.arch}-glibc2.28`});

const timed = (args: readonly string[], home: string): number => {
	const before = performance.now();
	const {status, stderr} = spawnSync(process.execPath, args, {env: environmentOf(home), encoding: 'utf8', timeout: 30_000});
	if (status !== 0) {
		throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
	}

	return performance.now() - before;
};

/** ms to the first frame and to the first data of an agent. A task that ended is on screen once the agent has told it. */
const openOnce = async (args: readonly string[], home: string, command?: readonly [string]): Promise<readonly [frame: number, data: number]> => {
	const watched = openProgram({args, home, ...(command && {command})});
	try {
		const frame = await watched.firstFrame();
		const data = await watched.until(lines => lines.some(line => line.includes('succeeded')), 'the first data');
		return [frame, data - watched.startedAt];
	} finally {
		await watched.quit();
	}
};

/** ms until a key that is pressed with the first frame shows its effect. */
const answerOnce = async (args: readonly string[], home: string): Promise<number> => {
	const watched = openProgram({args, home});
	try {
		await watched.firstFrame();
		const isPressed = watched.press('?');
		const shown = await watched.until(lines => lines.some(line => line.includes('› keys')), 'help');
		await isPressed;
		return shown - watched.startedAt;
	} finally {
		await watched.quit();
	}
};

/** ms that the agent itself takes for what obwatch asks before it can show a task: who it is, its key, and the task. */
const answerTime = async (agent: string): Promise<number> => {
	const address = `http://${agent}`;
	const key = await keyOf(address);
	const before = performance.now();
	await ask(address, 'info');
	await keyOf(address);
	await askSealed(address, 'task/dag/maintain/agent', {key});
	return performance.now() - before;
};

const openBinary = async (args: readonly string[], home: string): Promise<number> => {
	const [shown] = await openOnce(args, home, [binary]);
	return shown;
};

const warmUp = async (args: readonly string[], home: string): Promise<void> => {
	timed(['-e', '0'], home);
	timed([program, '--once', '--json', ...args], home);
	const watched = openProgram({args, home});
	await watched.firstFrame();
	// What Node compiled is stored a second after the start.
	await sleep(2500);
	await watched.quit();
};

export const measureStart: Part = async ({isQuick, say}) => {
	const fleet = await simulate({count: 3, first: {type: 'rest'}, others: {type: 'rest'}});
	const {home, remove} = makeHome();
	const runs = isQuick ? 5 : 15;
	const hasBinary = existsSync(binary);
	const node: number[] = [];
	const frames: number[] = [];
	const data: number[] = [];
	const keys: number[] = [];
	const once: number[] = [];
	const executable: number[] = [];
	const answers: number[] = [];
	try {
		await warmUp(fleet.addresses, home);
		for (const run of Array.from({length: runs}).keys()) {
			say(`start ${run + 1}/${runs}`);
			node.push(timed(['-e', '0'], home));
			const [frame, first] = await openOnce(fleet.addresses, home);
			frames.push(frame);
			const own = await answerTime(fleet.addresses[0] ?? '');
			answers.push(own);
			data.push(first - own);
			keys.push(await answerOnce(fleet.addresses, home));
			once.push(timed([program, '--once', '--json', ...fleet.addresses], home));
			executable.push(...hasBinary ? [await openBinary(fleet.addresses, home)] : []);
		}
	} finally {
		await fleet.stop();
		remove();
	}

	const base = median(node);
	const compared = `node -e 0: ${base.toFixed(0)} ms`;
	const row = (name: string, times: readonly number[], budget?: number, more = ''): Figure =>
		({name: `${name}: ${median(times).toFixed(0)} ms`, value: median(times) / base, unit: 'x', compared: compared + more, ...(budget !== undefined && {budget})});
	return [
		row('start to the first frame', frames, 5.5),
		row('start to the agents’ first data', data, 6, `; the agents’ own ${median(answers).toFixed(0)} ms are not counted`),
		row('start to the frame of a key pressed with the first frame', keys, 7),
		row('--once --json of 3 agents', once, 4.5),
		...(hasBinary ? [row('the single executable to its first frame', executable)] : []),
	];
};
