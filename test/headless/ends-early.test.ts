// How every mode without a screen ends when it is not the mode that ends it.

import {expect, test} from 'vitest';
import {runProgram, type Run} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {startAgent} from './helpers/agents.js';

const modes = [['--watch'], ['--wait'], ['--wait', '--watch', '--json'], ['--wait-for-new'], ['--serve-metrics', '127.0.0.1:0'], ['logs', '--follow']] as const;

// Loaded before the program: a way to break it from outside.
const saboteur = {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent('process.on("SIGUSR2", () => { throw new Error("broken on purpose"); });')}`};

/** Under way: an agent was asked. */
const start = async (mode: readonly string[]): Promise<Run> => {
	const agent = await startAgent({scenario: 'waiting'});
	const run = runProgram([...mode, '--accept-keys', agent.label], {env: saboteur});
	await until(() => agent.requests().total > 3, 'questions', {describe: run.stderr});
	return run;
};

test.each(modes.flatMap(mode => ([['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]] as const).map(([signal, code]) => [mode.join(' '), signal, code, mode] as const)))('%s ends after %s with %i', async (_, signal, code, mode) => {
	const run = await start(mode);
	run.kill(signal);
	expect(await run.exit()).toBe(code);
	expect(run.stderr()).not.toContain('fault');
});

test.each(modes.map(mode => [mode.join(' '), mode] as const))('%s ends after an uncaught error with 70, and its message', async (_, mode) => {
	const run = await start(mode);
	run.kill('SIGUSR2');
	expect(await run.exit()).toBe(70);
	expect(run.stderr()).toMatch(/obwatch \S+ failed because of a fault of its own. Please report it:\nError: broken on purpose\n/);
});
