import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {keptKey} from '../../source/demo/serve.js';

let state = '';

beforeEach(() => {
	state = mkdtempSync(path.join(tmpdir(), 'obwatch-demo-key-'));
});

afterEach(() => {
	rmSync(state, {recursive: true, force: true});
});

const keys = (): string => path.join(state, 'demo-keys');
const file = (): string => path.join(keys(), '2886-1.pem');
const start = async (change: {readonly port?: number; readonly seed?: number} = {}) => keptKey(state, {
	port: 2886, seed: 1, bits: 512, ...change,
});

describe('a simulated agent that is started again', () => {
	test('has the key that it had, in a file for its user alone', async () => {
		const first = await start();
		const again = await start();
		expect(again.key.publicKey).toBe(first.key.publicKey);
		expect([first.problem, again.problem]).toEqual([undefined, undefined]);
		expect(statSync(file()).mode & 0o777).toBe(0o600);
		expect(statSync(keys()).mode & 0o777).toBe(0o700);
		expect(readdirSync(keys())).toEqual(['2886-1.pem']);
	});

	test('has another key on another port, or with another seed', async () => {
		const {key: first} = await start();
		const {key: moved} = await start({port: 3886});
		const {key: seeded} = await start({seed: 2});
		expect(new Set([first, moved, seeded].map(({publicKey}) => publicKey)).size).toBe(3);
	});

	test.each([
		['is broken', 'nonsense'],
		['is empty', ''],
		['is of another size', undefined],
		['is much too large', 'x'.repeat(1_000_000)],
	])('gets a new key once where the file %s, and says so', async (_, content) => {
		if (content === undefined) {
			await keptKey(state, {port: 2886, seed: 1, bits: 1024});
		} else {
			mkdirSync(keys(), {mode: 0o700});
			writeFileSync(file(), content, {mode: 0o600});
		}

		const first = await start();
		expect(first.problem).toBe(`${file()}: this key cannot be used and is replaced.`);
		const again = await start();
		expect(again).toMatchObject({key: {publicKey: first.key.publicKey}});
		expect(again.problem).toBeUndefined();
	});

	test('does not take a key that others could have put there', async () => {
		const first = await start();
		chmodSync(file(), 0o666);
		const second = await start();
		expect(second.key.publicKey).not.toBe(first.key.publicKey);
		expect(second.problem).toMatch(/cannot be used and is replaced/);
		expect(readFileSync(file(), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY/);
	});
});

describe('a key that cannot be kept is made all the same', () => {
	test('where its folder cannot be created', async () => {
		writeFileSync(keys(), '');
		const {key, problem} = await start();
		expect(key.bits).toBe(512);
		expect(problem).toBe(`${file()}: a part of its path is not a folder. Its key is not kept; the next start has another one.`);
	});

	test('where a folder is in its place', async () => {
		mkdirSync(file(), {recursive: true, mode: 0o700});
		const {problem} = await start();
		expect(problem).toBe(`${file()}: it is a folder. Its key is not kept; the next start has another one.`);
	});

	test('where no folder is named', async () => {
		const {problem} = await keptKey(undefined, {port: 2886, seed: 1, bits: 512});
		expect(problem).toBe('Its key is not kept: XDG_STATE_HOME and HOME are not set. The next start has another key.');
	});
});
