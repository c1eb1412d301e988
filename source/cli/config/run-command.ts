import {existsSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {errorCode} from '../../system/errno.js';
import {isUnsafeForRoot} from './is-open-to-others.js';
import {type CommandOutput, type RunCommand} from './read-group-passwords.js';

// In ms: it may ask for a passphrase.
const deadline = 60_000;
const mostOutput = 64 * 1024;

const problems: ReadonlyMap<string, string> = new Map([
	['ENOENT', 'is not there'],
	['EACCES', 'may not be run'],
	['ENOBUFS', 'prints too much'],
]);

const problemOf = (error: Error, timeout: number): string => {
	const code = errorCode(error);
	return code === 'ETIMEDOUT' ? `took longer than ${timeout / 1000} s` : problems.get(code) ?? `cannot be run (${code})`;
};

/** Where a program is that is called so; undefined where it is nowhere. */
const pathOf = (program: string, search = ''): string | undefined => program.includes('/')
	? program
	: search.split(path.delimiter).map(folder => path.join(folder === '' ? '.' : folder, program)).find(file => existsSync(file));

/** Runs a program without a shell and gives what it prints; it can ask for a passphrase on the terminal, and nothing of its environment is about obwatch. */
export const createRunCommand = (env: Readonly<Record<string, string | undefined>>, timeout = deadline): RunCommand => ([program, ...rest]): CommandOutput => {
	const file = pathOf(program, env['PATH']);
	if (file !== undefined && isUnsafeForRoot(file)) {
		return {ok: false, problem: 'is not run as root: other users own it, or can write it or its folder'};
	}

	// Hardly anybody needs it before the first frame.
	const {spawnSync} = process.getBuiltinModule('node:child_process');
	const {stdout, error, status, signal} = spawnSync(program, rest, {
		env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OBWATCH_'))),
		stdio: ['inherit', 'pipe', 'inherit'],
		encoding: 'utf8',
		timeout,
		killSignal: 'SIGKILL',
		maxBuffer: mostOutput,
		shell: false,
	});
	if (error) {
		return {ok: false, problem: problemOf(error, timeout)};
	}

	return status === 0 ? {ok: true, text: stdout} : {ok: false, problem: `ended with ${status ?? signal ?? 'a fault'}`};
};
