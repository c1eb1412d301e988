import {mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {makeFolder} from '../../source/lib/folders.js';

const makeHome = (): string => {
	const home = mkdtempSync(path.join(tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(home, {recursive: true});
	});
	mkdirSync(path.join(home, 'there'));
	writeFileSync(path.join(home, 'file'), '');
	symlinkSync('there', path.join(home, 'link'));
	symlinkSync('nowhere', path.join(home, 'dangling'));
	symlinkSync('loop', path.join(home, 'loop'));
	return home;
};

describe('a folder', () => {
	test.each(['there', 'link', 'new', 'there/a/b/c', 'link/a/b'])('is made: %s', name => {
		const folder = path.join(makeHome(), name);
		makeFolder(folder, 0o700);
		makeFolder(folder, 0o700);
		expect(statSync(folder).isDirectory()).toBe(true);
	});

	// Node's own way never ends in /proc.
	test.each<readonly [string, string]>([
		['file', 'EEXIST'],
		['file/a/b', 'ENOTDIR'],
		['dangling', 'ENOENT'],
		['dangling/a/b', 'ENOENT'],
		['loop/a/b', 'ELOOP'],
		['a'.repeat(300), 'ENAMETOOLONG'],
		['a/'.repeat(4000), 'ENAMETOOLONG'],
		['/dev/null/a/b', 'ENOTDIR'],
		...(process.platform === 'linux' ? [['/proc/a/b', 'ENOENT'] as const] : []),
	])('that cannot be made fails at once: %s', (name, code) => {
		expect(() => {
			makeFolder(path.resolve(makeHome(), name), 0o700);
		}).toThrow(expect.objectContaining({code}));
	});
});
