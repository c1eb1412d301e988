// The shape of source/: its folders, the arrows between them, and how large a file may grow. docs/architecture.md shows it.

import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import * as z from 'zod';
import {top} from '../source/build/paths.js';

const {arrows} = z.object({arrows: z.record(z.string(), z.array(z.string()))}).parse(await import(pathToFileURL(path.join(top, 'xo.config.js')).href));
const source = path.join(top, 'source');

/** Paths below source/. */
const files: readonly string[] = globSync('**/*.{ts,tsx}', {cwd: source}).map(name => name.replaceAll('\\', '/')).toSorted();

const textOf = (file: string): string => readFileSync(path.join(source, file), 'utf8');

const linesOf = (file: string): number => textOf(file).split('\n').length - 1;

// Types too, and what is loaded only when needed. The programs that the build writes name files from the top: those are none of its own imports.
const specifiers = /(?:\bfrom |\bimport\()'(?<specifier>\.[^']+)'/g;

const importsOf = (file: string): readonly string[] => [...textOf(file).matchAll(specifiers)].map(({groups}) => groups?.['specifier'] ?? '').filter(specifier => !specifier.startsWith('./source/')).map(specifier => {
	const target = path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
	const found = [target, `${target}x`].find(name => files.includes(name));
	if (found === undefined) {
		throw new Error(`${file} imports ${target}, which is missing`);
	}

	return found;
});

const imports: ReadonlyMap<string, readonly string[]> = new Map(files.map(file => [file, importsOf(file)]));

const folderOf = (file: string): string => file.split('/', 1)[0] ?? '';

const isAllowed = (from: string, to: string): boolean => {
	const folder = folderOf(from);
	return [folder, ...arrows[folder] ?? []].some(place => to === place || to.startsWith(`${place}/`));
};

/** Every file that a file leads to, by way of others. */
const reachedFrom = (start: string): ReadonlySet<string> => {
	const reached = new Set<string>();
	const visit = (file: string): void => {
		const fresh = (imports.get(file) ?? []).filter(next => !reached.has(next));
		for (const next of fresh) {
			reached.add(next);
			visit(next);
		}
	};

	visit(start);
	return reached;
};

test('there are thirteen folders, and nothing beside them', () => {
	expect([...new Set(files.map(file => folderOf(file)))].toSorted()).toEqual(Object.keys(arrows).toSorted());
});

test('imports follow the arrows', () => {
	expect(files.flatMap(file => (imports.get(file) ?? []).filter(to => !isAllowed(file, to)).map(to => `${file} imports ${to}`))).toEqual([]);
});

test('no file imports itself by way of others, types counted', () => {
	expect(files.filter(file => reachedFrom(file).has(file))).toEqual([]);
});

test('a file is a whole thought: none is over 400 lines, and half of them have more than 130', () => {
	const lengths = files.map(file => linesOf(file)).toSorted((a, b) => a - b);
	expect(files.filter(file => linesOf(file) > 400)).toEqual([]);
	expect(lengths[Math.floor(lengths.length / 2)]).toBeGreaterThanOrEqual(130);
	// Catalogues of messages aside: those are as many as there are languages.
	expect(files.filter(file => !file.startsWith('lib/messages/')).length).toBeLessThanOrEqual(325);
});

/** The files that docs/architecture.md names on the way of a response or of a key, below source/. */
const wayOf = (what: string): readonly string[] => {
	const [, section = ''] = readFileSync(path.join(top, 'docs/architecture.md'), 'utf8').split(`## The way of a ${what}\n`);
	const [steps = ''] = section.split('\n## ', 1);
	const rows = steps.split('\n').filter(line => line.startsWith('|')).join('\n');
	return [...rows.matchAll(/`source\/(?<file>[^`]+\.tsx?)`/g)].map(({groups}) => groups?.['file'] ?? '');
};

test.each([['response', 13], ['key', 8]])('the way of a %s is short, and leads on from file to file', (what, most) => {
	const way = wayOf(what);
	expect(way.length).toBeGreaterThan(5);
	expect(way.length).toBeLessThanOrEqual(most);
	const isNear = (one: string, other: string): boolean => imports.get(one)?.includes(other) === true || imports.get(other)?.includes(one) === true;
	const alone = way.filter((file, index) => {
		const before = way.slice(0, index);
		return before.some(other => folderOf(other) === folderOf(file)) && before.every(other => !isNear(file, other));
	});
	expect(alone).toEqual([]);
});
