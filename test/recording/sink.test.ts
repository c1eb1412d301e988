// The file of a recording: private, only added to, and never larger than it may be.

import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {systemClock} from '../../source/lib/clock.js';
import {keptFiles} from '../../source/recording/file.js';
import {type FileSinkDeps, openFileSink, type Sink} from '../../source/recording/sink.js';
import {until} from '../helpers/until.js';
import {fold} from './helpers/fold.js';

const beginning = {format: 'obwatch recording', version: 1, at: '2026-03-01T10:00:00.000Z', obwatch: '1', agents: ['10.0.0.1:2886']};

const makeFile = (name = 'night.jsonl'): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-sink-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return path.join(folder, name);
};

const open = async (file: string, more: Partial<FileSinkDeps> = {}): Promise<Sink> => {
	const opened = await openFileSink({file, limit: 1024 * 1024, clock: systemClock, secrets: [], onProblem: () => undefined, ...more});
	if (!opened.ok) {
		throw new Error(opened.problem);
	}

	return opened.sink;
};

const problemOf = async (file: string): Promise<string> => {
	const opened = await openFileSink({file, limit: 1024, clock: systemClock, secrets: [], onProblem: () => undefined});
	return opened.ok ? '' : opened.problem;
};

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);

const write = (sink: Sink, line: string, key?: string): void => {
	sink.add({key, size: line.length, * make() {
		yield;
		return line;
	}});
};

const status = (second: number, pid: number, agent = '10.0.0.1:2886'): string => JSON.stringify({
	at: `2026-03-01T10:00:${String(second).padStart(2, '0')}.000Z`, agent, method: 'GET', path: '/api/v1/status', status: 200,
	body: {successful: true, data: {agent: {ip: '10.0.0.1', port: 2886, identity: 'SINGLE'}, pid, obState: 0}},
});

describe('the file', () => {
	test('is for its user alone, also where it was open to others before', async () => {
		const file = makeFile();
		const sink = await open(file);
		sink.begin(beginning);
		await sink.close();
		expect(statSync(file).mode & 0o777).toBe(0o600);

		chmodSync(file, 0o644);
		const again = await open(file);
		await again.close();
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	test('is added to, behind a line that was cut off', async () => {
		const file = makeFile();
		writeFileSync(file, `${JSON.stringify(beginning)}\n${status(1, 1).slice(0, 60)}`);
		const sink = await open(file);
		sink.begin(beginning);
		write(sink, status(2, 2));
		await sink.close();
		expect(linesOf(file)).toHaveLength(4);
		expect(fold(linesOf(file)).damaged).toBe(1);
	});

	test.each([
		['notes of another user', 'exists and is not a recording, so it is left as it is'],
		['{"format":"something else"}', 'exists and is not a recording, so it is left as it is'],
	])('that holds %j is left alone', async (text, problem) => {
		const file = makeFile();
		writeFileSync(file, text);
		expect(await problemOf(file)).toBe(problem);
		expect(readFileSync(file, 'utf8')).toBe(text);
	});

	test('must be one: no device, no folder, no place that is not there', async () => {
		expect(await problemOf('/dev/null')).toBe('not a regular file');
		expect(await problemOf(tmpdir())).toBe('it is a folder');
		expect(await problemOf(path.join(tmpdir(), 'nowhere', 'at', 'all.jsonl'))).toBe('no such folder');
	});
});

test('a link is not followed, wherever it leads, and what it leads to stays as it is', async () => {
	const file = makeFile();
	writeFileSync(file, `${JSON.stringify(beginning)}\n`);
	chmodSync(file, 0o644);
	const link = `${file}.link`;
	for (const target of [file, `${file}.not-there`]) {
		symlinkSync(target, link);
		expect(await problemOf(link)).toBe('a link, which is not followed. Name the file itself');
		rmSync(link);
	}

	expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify(beginning)}\n`);
	expect(statSync(file).mode & 0o777).toBe(0o644);
	expect(existsSync(`${file}.not-there`)).toBe(false);
});

/** What a file holds; nothing if it is not there, or was renamed just now. */
const textOf = (file: string): string => {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
};

describe('a file that is full', () => {
	test('becomes the first of a few older ones, and the next begins with the current state', async () => {
		const file = makeFile();
		const sink = await open(file, {limit: 2000});
		sink.begin(beginning);
		write(sink, status(0, 4711, '10.0.0.2:2886'), '10.0.0.2:2886 /api/v1/status');
		for (let second = 1; second < 60; second++) {
			write(sink, status(second, second), '10.0.0.1:2886 /api/v1/status');
			// One after the other, as agents answer.
			await until(() => [file, `${file}.1`].some(part => textOf(part).includes(`"pid":${second},`)), 'the line');
		}

		await sink.close();
		expect(existsSync(`${file}.${keptFiles}`)).toBe(true);
		expect(existsSync(`${file}.${keptFiles + 1}`)).toBe(false);
		for (const part of [file, `${file}.1`, `${file}.2`]) {
			expect(statSync(part).mode & 0o777).toBe(0o600);
			expect(statSync(part).size).toBeLessThan(4000);
			const [first = '', ...rest] = linesOf(part);
			expect(JSON.parse(first)).toMatchObject({format: 'obwatch recording', agents: ['10.0.0.1:2886'], continues: true});
			// Both agents are known from the second and third line on, though one of them has long been silent.
			expect(rest.slice(0, 2).map(line => (JSON.parse(line) as {agent: string}).agent).toSorted()).toEqual(['10.0.0.1:2886', '10.0.0.2:2886']);
			expect(fold(linesOf(part)).damaged).toBe(0);
		}

		const state = fold(linesOf(file)).store.getState();
		expect([...state.agents.values()].map(entry => entry.status?.pid)).toEqual([59, 4711]);
	});
});

describe('lines that cannot be made or written', () => {
	test('are counted, and the others are written', async () => {
		const file = makeFile();
		const sink = await open(file);
		sink.begin(beginning);
		sink.add({key: undefined, size: 0, make() {
			throw new RangeError('nested too deep');
		}});
		write(sink, status(1, 1));
		expect(await sink.close()).toEqual({lost: 1, problem: undefined});
		expect(linesOf(file).map(line => Object.keys(JSON.parse(line) as object)[0])).toEqual(['format', 'at', 'at']);
		expect(linesOf(file)[2]).toMatch(/"lost":1/);
	});

	test('are no more than the memory can hold while a disk does not answer', async () => {
		const file = makeFile();
		const sink = await open(file);
		sink.begin(beginning);
		for (let line = 0; line < 3; line++) {
			sink.add({key: undefined, size: 60 * 1024 * 1024, * make() {
				yield;
				return '{}';
			}});
		}

		const {lost, problem} = await sink.close();
		expect(lost).toBe(2);
		expect(problem).toBe('the disk is too slow');
	});
});
