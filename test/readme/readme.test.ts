// Checks that the README is that of this program. With OBWATCH_RENEW set (npm run readme) it renews it instead.

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {openTerminal, type Terminal} from '../helpers/pty.js';
import {generatedSections, sectionOf, withSection} from './sections.js';

const file = path.join(top, 'README.md');
const isRenewing = process.env['OBWATCH_RENEW'] !== undefined;
const read = (): string => readFileSync(file, 'utf8');

const renew = (name: string, text: string): void => {
	if (isRenewing) {
		writeFileSync(file, withSection(read(), name, text));
	}
};

const block = (terminal: Terminal): string => ['```text', terminal.text().trimEnd(), '```'].join('\n');

/** A picture without what is another each time: numbers, and the bars and blanks that depend on them. */
// Whether the demo's second observer is up yet depends on the moment.
const masked = (picture: string): string => picture.replaceAll(/db down|cluster (?=Start observer)/g, '').replaceAll(/[▰▱█▓]+/g, '').replaceAll(/\d+/g, '0').replaceAll(/ +/g, ' ').replaceAll(/ $/gm, '');

describe('the pictures in the README', () => {
	test('show the program as it is', async () => {
		const terminal = openTerminal({args: ['--demo'], columns: 80, rows: 21});
		onTestFinished(async () => terminal.close());
		await terminal.until(text => ['1 unreachable', 'obdemo', 'obprod', 'Back up'].every(word => text.includes(word)), 'the fleet');
		const agents = block(terminal);
		terminal.press('4');
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		const pictures = {'picture of the agents': agents, 'picture of a task': block(terminal)};
		for (const [name, picture] of Object.entries(pictures)) {
			renew(name, picture);
			expect(masked(sectionOf(read(), name)), `${name}: npm run readme`).toBe(masked(picture));
		}
	});
});

describe('the tables in the README', () => {
	test.each(Object.entries(generatedSections))('%s: they are those of the program', (name, make) => {
		renew(name, make());
		expect(sectionOf(read(), name), 'npm run readme').toBe(make());
	});
});

describe('what the README names', () => {
	test('is there', () => {
		const named = [...read().matchAll(/`((?:source|test)\/[\w./-]+)`/g)].map(([, name = '']) => name);
		expect(named.length).toBeGreaterThan(10);
		expect(named.filter(name => !existsSync(path.join(top, name)))).toEqual([]);
	});

	test('can be run', () => {
		const {scripts} = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as {scripts: Record<string, string>};
		const named = [...read().matchAll(/npm (?:run )?([a-z]+(?::[a-z]+)?)/g)].map(([, name = '']) => name).filter(name => !['ci', 'run', 'pack', 'install'].includes(name));
		expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([]);
	});

	test('are all its dependencies, each with a reason', () => {
		const {dependencies, devDependencies} = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
		const readme = read();
		expect(Object.keys({...dependencies, ...devDependencies}).filter(name => !readme.includes(`| \`${name}\` |`))).toEqual([]);
	});
});
