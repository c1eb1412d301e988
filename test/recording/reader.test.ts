import {execFileSync} from 'node:child_process';
import {appendFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, onTestFinished, test} from 'vitest';
import {openRecording, type PlacedLine, type Recording} from '../../source/recording/reader.js';

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-open-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

const open = async (place: string): Promise<Recording> => {
	const opened = await openRecording(place);
	if (!opened.ok) {
		throw new Error(opened.problem);
	}

	onTestFinished(opened.recording.close);
	return opened.recording;
};

const all = async (recording: Recording, from = 0): Promise<readonly PlacedLine[]> => {
	const lines: PlacedLine[] = [];
	const reader = recording.read(from);
	for (let read = await reader.next(); !read.done; read = await reader.next()) {
		lines.push(read.value);
	}

	return lines;
};

const exchange = (second: number, agent: string, body: unknown = {}): string =>
	JSON.stringify({at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agent, method: 'GET', path: '/api/v1/status', status: 200, body});

const beginning = (second: number): string => JSON.stringify({format: 'obwatch recording', version: 1, at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agents: ['10.0.0.1']});

const kindsOf = (lines: readonly PlacedLine[]): readonly string[] => lines.map(({line}) => line?.type ?? 'damaged');

describe('a file', () => {
	test('that names no agents begins with those of its first lines', async () => {
		const file = path.join(makeFolder(), 'a.jsonl');
		writeFileSync(file, `${[exchange(1, '10.0.0.2'), '', 'nonsense', exchange(2, '10.0.0.1:3886'), exchange(3, '10.0.0.2')].join('\n')}\n`);
		const lines = await all(await open(file));
		expect(kindsOf(lines)).toEqual(['beginning', 'exchange', 'damaged', 'exchange', 'exchange']);
		expect(lines[0]?.line).toMatchObject({agents: [{key: '10.0.0.2:2886'}, {key: '10.0.0.1:3886'}]});
	});

	test('is read on from any line, to where it ended when it was opened', async () => {
		const file = path.join(makeFolder(), 'a.jsonl');
		writeFileSync(file, [beginning(0), exchange(1, '10.0.0.1'), '{"cut', exchange(2, '10.0.0.1', 'é'.repeat(200_000)), exchange(3, '10.0.0.1').slice(0, 50)].join('\n'));
		const recording = await open(file);
		appendFileSync(file, `\n${exchange(4, '10.0.0.1')}\n`);
		const lines = await all(recording);
		expect(kindsOf(lines)).toEqual(['beginning', 'exchange', 'damaged', 'exchange', 'damaged']);
		for (const [index, {end}] of lines.entries()) {
			const rest = await all(recording, end);
			expect(rest.map(({offset}) => offset)).toEqual(lines.slice(index + 1).map(({offset}) => offset));
		}

		expect(lines.at(-1)?.end).toBe(recording.size);
	});

	test('that is a pipe is refused at once, alone or in a folder', async () => {
		const folder = makeFolder();
		const pipe = path.join(folder, 'pipe.jsonl');
		execFileSync('mkfifo', [pipe]);
		expect(await openRecording(pipe)).toEqual({ok: false, problem: 'a pipe cannot be replayed. Write the recording to a file first'});
		expect(await openRecording(folder)).toEqual({ok: false, problem: 'a folder without a recording in it'});
		expect(await openRecording('/dev/null')).toEqual({ok: false, problem: 'neither a file nor a folder'});
	});

	test('of a newer version is said to be none that can be read', async () => {
		const file = path.join(makeFolder(), 'a.jsonl');
		writeFileSync(file, '{"format":"obwatch recording","version":2,"agents":[]}\n');
		expect(await openRecording(file)).toEqual({ok: false, problem: 'made by a newer obwatch. Replay it with that one'});
	});

	test('with whatever bytes is read to its end, every line once', async () => {
		const folder = makeFolder();
		let number = 0;
		await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.uint8Array({maxLength: 300}), fc.json().map(text => new TextEncoder().encode(text))), {minLength: 1, maxLength: 30}), async pieces => {
			const file = path.join(folder, `${number += 1}.jsonl`);
			const parts = pieces.flatMap(piece => [...piece, 0x0A]);
			writeFileSync(file, Uint8Array.from([...new TextEncoder().encode(`${exchange(1, '10.0.0.1')}\n`), ...parts]));
			const opened = await openRecording(file);
			expect(opened.ok).toBe(true);
			if (!opened.ok) {
				return;
			}

			const lines = await all(opened.recording);
			expect(kindsOf(lines).slice(0, 2)).toEqual(['beginning', 'exchange']);
			const ends = lines.map(({end}) => end);
			expect(ends).toEqual(ends.toSorted((one, other) => one - other));
			await opened.recording.close();
		}), {numRuns: 60});
	});
});

describe('a folder', () => {
	test('is read in the order of its recordings\' times, and nothing else in it', async () => {
		const folder = makeFolder();
		writeFileSync(path.join(folder, 'a.jsonl'), `${beginning(50)}\n${exchange(51, '10.0.0.1')}\n`);
		writeFileSync(path.join(folder, 'b.jsonl.1'), `${beginning(10)}\n${exchange(11, '10.0.0.1')}\n`);
		writeFileSync(path.join(folder, 'c.ndjson'), `${exchange(30, '10.0.0.1')}\n`);
		writeFileSync(path.join(folder, 'README.md'), 'nothing of the kind');
		const recording = await open(folder);
		const lines = await all(recording);
		expect(lines.map(({line}) => (line?.at ?? 0) - Date.UTC(2026, 2, 1, 10))).toEqual([10_000, 11_000, 30_000, 30_000, 50_000, 51_000]);
		expect(await all(recording, lines[1]?.end ?? 0)).toHaveLength(4);
	});

	test('without a recording is said to hold none', async () => {
		expect(await openRecording(makeFolder())).toEqual({ok: false, problem: 'a folder without a recording in it'});
	});
});
