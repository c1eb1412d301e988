// Every link leads somewhere: between the documents, and from comments in the code to them.

import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {documents, isThere, languageOf, readDocument, translations} from './documents.js';

const withoutCode = (text: string): string => text.replaceAll(/^```.*\n[\s\S]*?\n```$/gm, '');

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string => heading.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').trim().toLowerCase().replaceAll(/\s/g, '-');

/** Of two headings that are called the same, the second one's anchor ends in -1. */
const anchorsOf = (name: string): ReadonlySet<string> => {
	const counts = new Map<string, number>();
	return new Set([...withoutCode(readDocument(name)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
		const anchor = anchorOf(heading);
		const count = counts.get(anchor) ?? 0;
		counts.set(anchor, count + 1);
		return count === 0 ? anchor : `${anchor}-${count}`;
	}));
};

const isRemote = (target: string): boolean => /^[a-z]+:/.test(target);

/** Links and images of a document, as paths from the top. */
const linksOf = (name: string): ReadonlyArray<{readonly target: string; readonly file: string; readonly anchor: string | undefined}> =>
	[...withoutCode(readDocument(name)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter(target => !isRemote(target)).map(target => {
		const [file = '', anchor] = target.split('#', 2);
		return {target, file: file === '' ? name : path.posix.join(path.posix.dirname(name), file), anchor};
	});

const isBroken = ({file, anchor}: {readonly file: string; readonly anchor: string | undefined}): boolean =>
	!isThere(file) || (anchor !== undefined && !(documents.includes(file) && anchorsOf(file).has(anchor)));

describe('links', () => {
	test.each(documents)('%s: each leads to a file and a heading that are there', name => {
		expect(linksOf(name).filter(link => isBroken(link)).map(({target}) => target)).toEqual([]);
	});

	test.each([['README.md', 'en'], ['docs/zh/README.md', 'zh']] as const)('lead from %s to every document in its language', (readme, language) => {
		const reached = new Set([readme, ...linksOf(readme).map(({file}) => file)]);
		expect(documents.filter(name => name.startsWith('docs/') && languageOf(name) === language && !reached.has(name))).toEqual([]);
	});

	test.each(translations)('lead from the first line of $english to $chinese and back', ({english, chinese}) => {
		const [toChinese, toEnglish] = [english, chinese].map(name => readDocument(name).split('\n', 1)[0]);
		expect(toChinese).toBe(`English | [简体中文](${path.posix.relative(path.posix.dirname(english), chinese)})`);
		expect(toEnglish).toBe(`[English](${path.posix.relative(path.posix.dirname(chinese), english)}) | 简体中文`);
	});

	// Else a reader of Chinese ends up in English.
	test.each(translations)('lead from $chinese to a Chinese document if there is one', ({chinese}) => {
		const translated = new Set(translations.map(({english}) => english));
		const [, ...links] = linksOf(chinese);
		expect(links.filter(({file, anchor}) => translated.has(file) && anchor !== 'outcomes').map(({target}) => target)).toEqual([]);
	});

	test('in comments lead to a heading that is there', () => {
		const files = ['source', 'test'].flatMap(folder => globSync(`${folder}/**/*.{ts,tsx}`, {cwd: top}));
		const links = files.flatMap(name => [...readFileSync(path.join(top, name), 'utf8').matchAll(/\bdocs\/([\w-]+\.md)(?:#([\w-]+))?/g)]
			.map(([target, file = '', anchor]) => ({name, target, file: `docs/${file}`, anchor})));
		expect(links.filter(link => isBroken(link)).map(({name, target}) => `${name}: ${target}`)).toEqual([]);
	});
});

test('the README is short enough to be read', () => {
	expect(readDocument('README.md').split('\n').length).toBeLessThanOrEqual(201);
});
