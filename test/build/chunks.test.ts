// What is loaded between the start and the first frame, and between that and the first response: each of these costs more than all of our own code.

import {globSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {program, top} from '../../source/build/paths.js';

const chunks = path.join(path.dirname(program), 'chunks');

/** Every piece that one imports before it runs, itself included. */
const importsOf = (file: string, seen = new Set<string>()): Set<string> => {
	seen.add(file);
	const text = readFileSync(path.join(chunks, file), 'utf8');
	for (const [, name = ''] of text.matchAll(/(?:^|[;}\n])(?:import|export)(?:[\w$*{}, ]*from)?"\.\/([^"]+)"/g)) {
		if (!seen.has(name)) {
			importsOf(name, seen);
		}
	}

	return seen;
};

const filesOf = (...names: readonly string[]): ReadonlySet<string> => new Set(names.flatMap(name => {
	const file = readdirSync(chunks).find(candidate => candidate === `${name}.mjs` || (candidate.startsWith(`${name}-`) && candidate.endsWith('.mjs')));
	expect(file, name).toBeDefined();
	return [...importsOf(file ?? '')];
}));

const textsOf = (...names: readonly string[]): string => [...filesOf(...names)].map(file => readFileSync(path.join(chunks, file), 'utf8')).join('\n');

const found = (text: string, words: readonly string[]): readonly string[] => words.filter(word => text.includes(word));

test('the first frame waits for neither schemas, nor an HTTP client, nor YAML, nor the demo, nor recordings', () => {
	const text = textsOf('main', 'monitor', 'screen');
	expect(found(text, ['ZodError', 'the response broke off', 'YAMLParseError', 'Rebuild every partition', 'obwatch recording'])).toEqual([]);
	expect(found(text, ['react.transitional.element', 'suspendTerminal('])).toHaveLength(2);
});

test('nor does Ink wait for what asks the agents, which comes behind the first frame', () => {
	expect(found(textsOf('open'), ['the response broke off', 'ZodError', 'react.transitional.element'])).toEqual(['the response broke off', 'ZodError']);
});

test('nor does an answer without a screen wait for the demo, or for what describes JSON output', () => {
	expect(found(textsOf('main', 'others', 'open'), ['Rebuild every partition', 'state and operator in one word', 'the response broke off'])).toEqual(['the response broke off']);
});

test('no module of Node’s that takes long to load is in its way', () => {
	// Those that are asked for later say so themselves, through an import of `process`.
	const loaded = [...textsOf('main', 'monitor').matchAll(/\bprocess\.getBuiltinModule\("node:([\w/]+)"\)/g)].map(([, name]) => name);
	expect(loaded).toContain('path');
	expect(loaded.filter(name => /^(?:https?2?|net|tls|dns|zlib|crypto|child_process|worker_threads|inspector|v8)$/.test(name ?? ''))).toEqual([]);
});

test('what asks the agents comes without what zod says, and without the methods of its larger form', () => {
	const text = textsOf('main', 'others', 'open');
	expect(found(text, ['Invalid input: expected ', 'Input non valido', 'Ugyldig input', 'superRefine(refinement', 'ZodMiniObject'])).toEqual(['ZodMiniObject']);
	expect(found(textsOf('schema'), ['superRefine(refinement'])).toEqual(['superRefine(refinement']);
});

test.each([
	{what: 'the first frame', entries: ['main', 'monitor', 'screen'], most: 23},
	{what: 'what asks the agents', entries: ['main', 'monitor', 'screen', 'open'], most: 26},
	{what: 'an answer without a screen', entries: ['main', 'others', 'open'], most: 25},
])('$what is in a few files, each of which costs time', ({entries, most}) => {
	const files = filesOf(...entries);
	expect(files.size).toBeGreaterThan(entries.length);
	expect(files.size).toBeLessThan(most);
});

test('the document on architecture names everything that is loaded later', () => {
	const importsIn = (file: string): readonly string[] => [...readFileSync(path.join(top, file), 'utf8').matchAll(/\bimport\('([^']+)'\)/g)].map(([, name = '']) => name.startsWith('.') ? path.join(path.dirname(file), name) : name);
	const written = globSync('source/**/*.{ts,tsx}', {cwd: top}).filter(file => !file.startsWith('source/build/')).flatMap(file => importsIn(file).map(name => `${name.replace(/\.js$/, '')} by ${file}`));
	const [, section = ''] = /\n## What is loaded when\n(.*?)\n## /s.exec(readFileSync(path.join(top, 'docs/architecture.md'), 'utf8')) ?? [];
	const named = section.split('\n', 99).filter(line => line.startsWith('| ') && !/^\| (?:Loaded|---)/.test(line)).flatMap(line => {
		const [what = '', , by = ''] = line.slice(2, -2).split(' | ', 3);
		return by.split(', ', 9).map(file => `${what.replaceAll('`', '').replace(/\.tsx?$/, '')} by ${file.replaceAll('`', '')}`);
	});
	expect(new Set(named)).toEqual(new Set(written));
});
