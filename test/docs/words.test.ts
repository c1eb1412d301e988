// The documents are in plain English, for readers whose first language is another, and in Chinese as OceanBase's own documents write it.

import {describe, expect, test} from 'vitest';
import {secondWords} from '../helpers/sayings.js';
import {documents, languageOf, readDocument, translations} from './documents.js';

/** What people wrote: without code, and without what the program's own tables say. */
const proseOf = (name: string): string => readDocument(name).replaceAll(/<!-- begin [\s\S]+?<!-- end /g, '').replaceAll(/^```.*\n[\s\S]+?\n```$/gm, '').replaceAll(/`[^`]*`/g, '`');

const unplain = /.{0,30}\b(?:whoever|whomever|nobody|somebody|anybody|everybody|(?:is|are|was|were) told|comes? of it|goes by|lets? go of)\b.{0,30}/gi;

test.each(documents.filter(name => languageOf(name) === 'en'))('%s: says "you" or names what acts, and is plain', name => {
	expect(proseOf(name).match(unplain) ?? []).toEqual([]);
});

/** Code without what is for people, which each language says itself: comments, and quoted texts. */
const bareCode = (line: string): string => line.replace(/(?:^|\s)#.*/, '').trimEnd().replaceAll(/'[^']*'/g, '\'\'');

/** Without the parts that the program makes. */
const ownLinesOf = (name: string): readonly string[] => readDocument(name).replaceAll(/(<!-- begin .+? -->\n)[\s\S]+?(?=<!-- end )/g, '$1').split('\n');

/** What kind each line is: how deep a heading, how many cells of a table, which code. */
const formOf = (name: string): readonly string[] => {
	let isCode = false;
	return ownLinesOf(name).map(line => {
		if (line.startsWith('```')) {
			isCode = !isCode;
			return line;
		}

		if (isCode) {
			return bareCode(line);
		}

		if (line.startsWith('|')) {
			return `table ${line.replaceAll(String.raw`\|`, '').split('|').length - 2}`;
		}

		return /^(?:#+ |- |!\[|<!-- .+ -->)/.exec(line)?.[0] ?? (line === '' ? '' : 'text');
	});
};

/** The names in code of a line, such as options, keys and files, and its figures. What is on screen is in the language of the screen. */
const namesOf = (line = ''): {readonly names: readonly string[]; readonly figures: readonly string[]} => ({
	names: [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
	figures: line.replaceAll(/`[^`]+`/g, '').match(/\d+(?:[.,:]\d+)*/g) ?? [],
});

describe.each(translations)('$chinese', ({chinese, english}) => {
	const text = proseOf(chinese).replaceAll(/\]\([^)]*\)/g, ']');

	test('has one space between Chinese and Latin characters, and none beside full-width punctuation', () => {
		const misspaced = /.{0,10}(?:\p{Script=Han}[\w`$[]|[\w`%\]]\p{Script=Han}|[，。：；！？、（）“”] (?!\|)|(?<![|-]) [，。：；！？、（）“”]|[\p{Script=Han}\w] {2,}[\p{Script=Han}\w]).{0,10}/gu;
		expect(text.match(misspaced) ?? []).toEqual([]);
	});

	test('has full-width punctuation in its sentences', () => {
		expect(text.match(/.{0,10}\p{Script=Han}[,;:!?()].{0,10}/gu) ?? []).toEqual([]);
	});

	test('has one word for one thing', () => {
		expect(text.match(secondWords) ?? []).toEqual([]);
	});

	test(`has the form of ${english}, line by line`, () => {
		expect(formOf(chinese)).toEqual(formOf(english));
	});

	test(`names in each line what ${english} names there, with the same figures`, () => {
		const lines = ownLinesOf(english);
		expect(ownLinesOf(chinese).filter((line, index) => {
			const [here, there] = [namesOf(line), namesOf(lines[index])];
			return here.names.length !== there.names.length
				|| here.names.some(code => !/\p{Script=Han}/u.test(code) && !there.names.includes(code))
				|| there.figures.some(figure => !here.figures.includes(figure));
		})).toEqual([]);
	});
});
