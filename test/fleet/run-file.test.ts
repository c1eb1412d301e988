import {Buffer} from 'node:buffer';
import {spawnSync} from 'node:child_process';
import {chmod, chown, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {keepRunFile, runFileName} from '../../source/fleet/run-file.js';
import {systemClock} from '../../source/lib/clock.js';
import {initialState} from '../../source/store/initial-state.js';
import {type PastRun} from '../../source/store/runs.js';
import {createStore, type Store} from '../../source/store/store.js';
import {after} from '../helpers/tasks.js';

const run = (number: number, change: Partial<PastRun> = {}): PastRun => ({
	place: '10.0.0.1:2886', name: 'Start observer', id: `2${number}`, startTime: after(number), duration: 40_000, stages: [{name: 'Start observer', duration: 30_000}, {name: '等待', duration: undefined}], ...change,
});

let folder = '';

beforeEach(async () => {
	folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'obwatch-runs-')), 'state');
});

afterEach(async () => {
	await rm(path.dirname(folder), {recursive: true, force: true});
});

const file = (): string => path.join(folder, runFileName);

const newStore = (keepsRuns = true): Store => createStore(initialState([], {columns: 80, rows: 24}, {keepsRuns}));

const modeOf = async (name: string): Promise<number> => {
	const {mode} = await stat(name);
	return mode & 0o777;
};

/** What the next obwatch reads. */
const next = async (): Promise<readonly PastRun[]> => {
	const {runs} = await watch();
	return runs;
};

/** One obwatch from its start to its end, which learns of some runs meanwhile; what it says is wrong, and what it knows at the end. */
const watch = async (learned: readonly PastRun[] = [], {isWritten = true, store = newStore()} = {}) => {
	const problems: string[] = [];
	const kept = keepRunFile({folder, store, clock: systemClock, isWritten, report(problem) {
		problems.push(problem);
	}});
	await kept.loaded;
	if (learned.length > 0) {
		store.dispatch({type: 'runs-loaded', runs: learned});
	}

	await kept.stop();
	return {problems, runs: [...store.getState().runs?.values() ?? []].flat()};
};

describe('the file of earlier runs', () => {
	test('has them for the next start, as they were', async () => {
		await watch([run(1), run(2, {duration: undefined, stages: []})]);
		const {problems, runs} = await watch();
		expect(problems).toEqual([]);
		expect(runs).toEqual([run(2, {duration: undefined, stages: []}), run(1)]);
	});

	test('is private, and so is its folder', async () => {
		await watch([run(1)]);
		expect(await modeOf(file())).toBe(0o600);
		expect(await modeOf(folder)).toBe(0o700);
		expect(await readdir(folder)).toEqual([runFileName]);
	});

	test('is not made without a run, nor by what only reads it', async () => {
		await watch();
		await watch([run(1)], {isWritten: false});
		await expect(stat(file())).rejects.toThrow('ENOENT');
	});

	test('loses nothing of several obwatch that write at once', async () => {
		await Promise.all(Array.from({length: 8}, async (_, index) => watch([run(index + 1)])));
		const {runs} = await watch();
		expect(runs.map(({id}) => id)).toEqual([8, 7, 6, 5, 4, 3, 2, 1].map(number => `2${number}`));
	});

	test('gives up damaged lines only, and says so once', async () => {
		await watch([run(1), run(2)]);
		const text = await readFile(file(), 'utf8');
		await writeFile(file(), `${text}{"place":"10.0.0.1:2886","na\n[]\n${JSON.stringify({place: 'a', name: 'b', id: 'c', start: 1, ms: -5, stages: []})}\n`);
		const {problems, runs} = await watch([run(3)]);
		expect(runs).toHaveLength(3);
		expect(problems).toEqual([expect.stringContaining('3 lines are damaged and not used')]);
		expect(await watch()).toMatchObject({problems: []});
	});

	test('that is no text at all, or far too large, is none', async () => {
		await watch([run(1)]);
		for (const content of [Buffer.from([0xFF, 0x00, 0xFE]), Buffer.alloc(17 * 1024 * 1024, 0x20)]) {
			await writeFile(file(), content);
			const {problems, runs} = await watch();
			expect(runs).toEqual([]);
			expect(problems).toHaveLength(1);
		}
	});

	test('shows control characters in names, whoever wrote them', async () => {
		await watch([run(1)]);
		const text = await readFile(file(), 'utf8');
		await writeFile(file(), text.replace('"name":"Start observer"', String.raw`"name":"\u001B[2J"`));
		expect(await next()).toMatchObject([{name: '␛[2J'}]);
	});

	test('is written although another obwatch was killed while it wrote', async () => {
		await watch([run(1)]);
		const lock = path.join(folder, 'runs.lock');
		await writeFile(lock, '');
		await utimes(lock, new Date(0), new Date(0));
		await watch([run(2)]);
		expect(await next()).toHaveLength(2);
	});

	test('that cannot be written costs nothing but the runs, and is said once', async () => {
		await writeFile(path.join(path.dirname(folder), 'state'), 'a file');
		const {problems, runs} = await watch([run(1)]);
		expect(runs).toEqual([run(1)]);
		expect(problems).toHaveLength(1);
	});

	test.skipIf(process.getuid?.() !== 0)('of another user is not read', async () => {
		await watch([run(1)]);
		await chown(file(), 12_345, 12_345);
		await chmod(file(), 0o666);
		const {problems, runs} = await watch();
		expect(runs).toEqual([]);
		expect(problems).toHaveLength(1);
	});

	test.each(['a link', 'a pipe'])('is neither read nor written through %s', async there => {
		await watch([run(1)]);
		const victim = path.join(path.dirname(folder), 'victim');
		await rename(file(), victim);
		await chmod(victim, 0o644);
		if (there === 'a link') {
			await symlink(victim, file());
		} else {
			expect(spawnSync('mkfifo', [file()]).status).toBe(0);
		}

		const {problems, runs} = await watch([run(2)]);
		expect(runs).toEqual([run(2)]);
		expect(problems).toEqual([`${file()}: ${there === 'a link' ? 'a link, which is not followed' : 'not a regular file'}`]);
		expect(await modeOf(victim)).toBe(0o644);
	});

	test('replaces what has the name of its draft', async () => {
		await watch([run(1)]);
		const victim = path.join(path.dirname(folder), 'victim');
		await writeFile(victim, 'of another program');
		await symlink(victim, path.join(folder, `.${runFileName}.${process.pid}.part`));
		await watch([run(2)]);
		expect(await readFile(victim, 'utf8')).toBe('of another program');
		expect(await readdir(folder)).toEqual([runFileName]);
	});

	test('is neither read nor written if usual times are turned off', async () => {
		await watch([run(1)]);
		const {runs} = await watch([run(2)], {store: newStore(false)});
		expect(runs).toEqual([]);
		expect(await next()).toEqual([run(1)]);
	});
});
