import {spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';
import {beforeAll, expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {until} from '../helpers/until.js';

// Signals and uncaught errors belong to a whole process, so each story runs in its own.
let library = '';

beforeAll(async () => {
	const {outputFiles} = await build({
		entryPoints: [path.join(top, 'source/cli/lifecycle.ts')],
		bundle: true,
		write: false,
		format: 'esm',
		platform: 'node',
	});
	library = outputFiles[0]!.text;
});

const play = async (run: string, signal?: NodeJS.Signals, prepare = '"prepared"'): Promise<string> => {
	const script = `${library}
		const {code, fault} = await runToEnd(async () => ${prepare}, async (prepared, signal) => {
			setInterval(() => {}, 1000);
			${run}
		});
		process.stdout.write('code ' + code + (fault ? ', fault ' + fault.error.message : ''));
		process.exit(0);
	`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']});
	let output = '';
	let isEnded = false;
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	child.on('close', () => {
		isEnded = true;
	});
	try {
		if (signal) {
			await until(() => output.includes('ready'), 'the run to be ready', {describe: () => output});
			child.kill(signal);
		}

		await until(() => isEnded, 'the end', {describe: () => output});
	} finally {
		child.kill('SIGKILL');
	}

	return output;
};

const untilTold = 'await new Promise(resolve => signal.addEventListener("abort", resolve)); process.stdout.write(", restored, ");';

test('a run that ends by itself gives its code', async () => {
	expect(await play('return 3;')).toBe('code 3');
});

test('a run is given what was prepared for it; what fails while preparing is a fault', async () => {
	expect(await play('return prepared.length;')).toBe('code 8');
	expect(await play('return 0;', undefined, '{ throw new Error("early"); }')).toBe('code 70, fault early');
});

test('a run that fails is a fault', async () => {
	expect(await play('throw new Error("oh");')).toBe('code 70, fault oh');
});

test.each([['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]] as const)('after %s the run restores the terminal first', async (signal, code) => {
	expect(await play(`process.stdout.write('ready'); ${untilTold} return 0;`, signal)).toBe(`ready, restored, code ${code}`);
});

test.each([
	['an uncaught error', 'setTimeout(() => { throw new Error("late"); }, 1);'],
	['an unhandled rejection', 'Promise.reject(new Error("late"));'],
])('after %s too', async (_, throwing) => {
	expect(await play(`${throwing} ${untilTold} return 0;`)).toBe(', restored, code 70, fault late');
});

test('a run that hears nothing is left behind', async () => {
	expect(await play('process.stdout.write("ready "); await new Promise(() => {});', 'SIGTERM')).toBe('ready code 143');
});
