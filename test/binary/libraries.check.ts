// What the executables need of a system, read from the files themselves, against what docs/install.md says.

import {spawnSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {chooseRuntimes} from '../../source/build/binary.js';
import {top} from '../../source/build/paths.js';
import {executableOf, run} from '../../source/build/runtimes.js';

const hasReadelf = spawnSync('readelf', ['--version']).status === 0;
if (!hasReadelf) {
	process.stdout.write('skipped: readelf is missing (Debian: binutils)\n');
}

const install = readFileSync(path.join(top, 'docs', 'install.md'), 'utf8');

/** The newest version of each library's symbols: `GLIBC` → `2.17`. */
const newestSymbols = (executable: string): ReadonlyMap<string, string> => {
	const newest = new Map<string, string>();
	for (const [, library = '', version = ''] of run('readelf', ['-VW', executable]).matchAll(/Name: (GLIBC|GLIBCXX|CXXABI)_([\d.]+)/g)) {
		const known = newest.get(library);
		newest.set(library, known === undefined || version.localeCompare(known, 'en', {numeric: true}) > 0 ? version : known);
	}

	return newest;
};

const neededLibraries = (executable: string): readonly string[] =>
	run('readelf', ['-dW', executable]).matchAll(/\(NEEDED\)[^[]+\[([^\]]+)\]/g).map(([, name = '']) => name).toArray().toSorted();

type Segment = {readonly begin: number; readonly end: number; readonly isWritable: boolean};

const segmentsOf = (executable: string): readonly Segment[] =>
	run('readelf', ['-lW', executable]).matchAll(/^ +LOAD +\S+ (0x[\da-f]+) \S+ \S+ (0x[\da-f]+) (.{3})/gm).map(([, address = '', size = '', flags = '']) => {
		const begin = Number(address);
		return {begin, end: begin + Number(size), isWritable: flags.includes('W')};
	}).toArray();

const largePage = 65_536;

const pagesOf = ({begin, end}: Segment): readonly [first: number, last: number] => [Math.floor(begin / largePage), Math.floor((end - 1) / largePage)];

describe.runIf(hasReadelf).each(chooseRuntimes(process.env['OBWATCH_RUNTIMES']?.split(' ') ?? []).map(runtime => [runtime.name, runtime] as const))('%s', (name, runtime) => {
	const executable = executableOf(runtime);

	test('needs no newer libraries than its name and the documents say', () => {
		const symbols = newestSymbols(executable);
		expect(symbols.get('GLIBC')).toBe(runtime.needs.glibc);
		expect(symbols.get('GLIBCXX')).toBe(runtime.needs.glibcxx);
		expect(name).toContain(runtime.needs.glibc === undefined ? 'musl' : `glibc${runtime.needs.glibc}`);
		const row = install.split('\n').find(line => line.startsWith(`| \`obwatch-${name}\``)) ?? '';
		expect(row).toContain(runtime.needs.glibc === undefined ? 'musl' : `glibc ${runtime.needs.glibc}`);
		expect(row).toContain(runtime.needs.glibcxx === undefined ? 'libstdc++' : `GLIBCXX_${runtime.needs.glibcxx}`);
		expect(row).toContain(`Node ${runtime.node}`);
		expect(row).toContain(`${Math.round(statSync(executable).size / 1_000_000)} MB`);
	});

	test('needs the C and C++ libraries and nothing else', () => {
		if (runtime.needs.glibc === undefined) {
			expect(neededLibraries(executable)).toEqual(['libc.musl-x86_64.so.1', 'libgcc_s.so.1', 'libstdc++.so.6']);
			return;
		}

		const loader = runtime.architecture === 'x64' ? 'ld-linux-x86-64.so.2' : 'ld-linux-aarch64.so.1';
		expect(neededLibraries(executable)).toEqual([loader, 'libc.so.6', 'libdl.so.2', 'libgcc_s.so.1', 'libm.so.6', 'libpthread.so.0', 'libstdc++.so.6']);
	});

	test('has no symbols left', () => {
		expect(run('readelf', ['-SW', executable])).not.toMatch(/ \.symtab /);
	});

	test.runIf(runtime.architecture === 'arm64')('shares no page of 64 KB between writable data and anything else', () => {
		const segments = segmentsOf(executable);
		expect(segments.length).toBeGreaterThan(2);
		const shared = segments.filter(({isWritable}) => isWritable).flatMap(writable => {
			const [first, last] = pagesOf(writable);
			return segments.filter(other => other !== writable && pagesOf(other)[0] <= last && pagesOf(other)[1] >= first);
		});
		expect(shared).toEqual([]);
	});
});
