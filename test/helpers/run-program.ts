import {spawn} from 'node:child_process';
import process from 'node:process';
import {program} from '../../source/build/paths.js';
import {until} from './until.js';

export type Run = {
	readonly stdout: () => string;
	readonly stderr: () => string;
	readonly kill: (signal: NodeJS.Signals) => void;
	/** Waits for its end; the code as a shell would see it, null after an uncaught signal. */
	readonly exit: () => Promise<number | null>;
};

export type RunSetup = {readonly env?: Readonly<Record<string, string>>; readonly node?: string; readonly cwd?: string; /** Instead of Node with the built program. */ readonly command?: readonly [string, ...string[]]};

/** Where the program keeps its compiled code: in one place for all tests of a run, nowhere without that. */
export const compileCache = (): Readonly<Record<string, string>> => {
	const folder = process.env['OBWATCH_TEST_CACHE'];
	return folder === undefined ? {NODE_DISABLE_COMPILE_CACHE: '1'} : {XDG_CACHE_HOME: folder};
};

/** From the signal on, no timer of the program comes that takes longer than so many ms: what would wait longer waits for ever, however busy the machine is. */
export const onlyTimersUpTo = (longest: number, signal: 'SIGINT' | 'SIGUSR2'): Readonly<Record<string, string>> => ({NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`
	const real = globalThis.setTimeout;
	let isLimited = false;
	process.on('${signal}', () => { isLimited = true; });
	globalThis.setTimeout = (run, delay, ...rest) => real(run, isLimited && delay > ${longest} ? 2 ** 31 - 1 : delay, ...rest);
`)}`});

/** Runs the built program without a terminal. */
export const runProgram = (args: readonly string[], {env = {}, node = process.execPath, cwd, command = [node, program]}: RunSetup = {}): Run => {
	const [name, ...before] = command;
	const child = spawn(name, [...before, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		...(cwd !== undefined && {cwd}),
		env: {PATH: process.env['PATH'], LANG: 'en_US.UTF-8', ...compileCache(), ...env},
	});
	let stdout = '';
	let stderr = '';
	let ended: {readonly code: number | null} | undefined;
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	child.on('close', code => {
		ended = {code};
	});
	return {
		stdout: () => stdout,
		stderr: () => stderr,
		kill(signal) {
			child.kill(signal);
		},
		async exit() {
			try {
				await until(() => ended !== undefined, `the end of obwatch ${args.join(' ')}`, {describe: () => stdout + stderr});
			} finally {
				child.kill('SIGKILL');
			}

			return ended?.code ?? null;
		},
	};
};
