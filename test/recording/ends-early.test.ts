import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {linesOf} from './helpers/lines-of-many.js';

const count = 2000;

test('a replay of thousands of agents ends at a signal, long before the end of the file', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'obwatch-many-'));
	const file = path.join(folder, 'many.jsonl');
	try {
		await writeFile(file, `${linesOf('clusters of three', count).join('\n')}\n`);
		const run = runProgram(['replay', file, '--watch']);
		await until(() => run.stdout().includes('\n'), 'the first task', {describe: run.stderr});
		run.kill('SIGTERM');
		expect(await run.exit()).toBe(143);
		// Every agent has two tasks.
		expect(run.stdout().split('\n').length).toBeLessThan(count);
		expect(run.stderr()).toContain('recording of');
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
});
