// What is installed is what was looked at: every package is pinned by its content, and comes from whichever registry the machine uses.

import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';

type Entry = {readonly version?: string; readonly integrity?: string; readonly resolved?: string; readonly dev?: boolean; readonly hasInstallScript?: boolean};

const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(path.join(top, name), 'utf8')) as Record<string, unknown>;

const {'': own, ...entries} = read('package-lock.json')['packages'] as Record<string, Entry & Record<string, unknown>>;
const manifest = read('package.json');

test('every package is pinned by version and content, and none by a place', () => {
	const loose = Object.entries(entries).filter(([, {version, integrity, resolved}]) => version === undefined || !integrity?.startsWith('sha512-') || resolved !== undefined);
	expect(loose.map(([name]) => name)).toEqual([]);
});

test('the lockfile is that of the manifest', () => {
	for (const kind of ['dependencies', 'devDependencies']) {
		expect(own?.[kind], kind).toEqual(manifest[kind]);
	}
});

test('nothing that is needed at run time runs anything while it is installed, and of the rest only what was allowed to', () => {
	const scripted = Object.entries(entries).filter(([, {hasInstallScript}]) => hasInstallScript);
	expect(scripted.filter(([, {dev}]) => !dev)).toEqual([]);
	expect(scripted.map(([name]) => name.replace('node_modules/', '')).toSorted()).toEqual(Object.keys(manifest['allowScripts'] as object).toSorted());
});
