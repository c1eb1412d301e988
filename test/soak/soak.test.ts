import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';

const run = async (...args: readonly string[]): Promise<{readonly code: number | null; readonly output: string}> => {
	const child = spawn(process.execPath, [path.join(top, 'test/soak/run.ts'), ...args], {stdio: ['ignore', 'pipe', 'inherit']});
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	const [code] = await once(child, 'close') as [number | null];
	return {code, output};
};

describe('the soak, in its short form', () => {
	test('finds nothing that grows', {timeout: 600_000}, async () => {
		const {code, output} = await run('--short');
		expect(output).toMatch(/nothing grew over \d{4,} polls and \d{3,} frames/);
		expect(code).toBe(0);
	});

	test('fails for a single timer that is lost', {timeout: 600_000}, async () => {
		const {code, output} = await run('--short', '--only-days', '--leak', 'timer');
		expect(output).toContain('days without a network: timers grows');
		expect(output).toContain('left behind at the end: 1 timers');
		expect(code).toBe(1);
	});
});
