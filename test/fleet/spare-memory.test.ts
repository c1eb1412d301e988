import {spawnSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';

test('room for new objects is left to a small fleet, since giving it back would hold the program up; a large one gives it back, and takes a little', () => {
	const {stdout, stderr} = spawnSync(process.execPath, ['--import', path.join(import.meta.dirname, '..', 'helpers', 'sources.ts'), path.join(import.meta.dirname, 'helpers', 'small-and-large.ts')], {encoding: 'utf8', timeout: 20_000});
	expect(stderr).toBe('');
	const {grown, small, large, later} = JSON.parse(stdout) as Readonly<Record<'grown' | 'small' | 'large' | 'later', number>>;
	expect(grown).toBeGreaterThan(30);
	expect(small).toBe(grown);
	expect(large).toBeLessThan(10);
	expect(later).toBeGreaterThan(10);
	expect(later).toBeLessThan(20);
});
