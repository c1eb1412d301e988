// Checks that pictures and tables in the documents are those of this program. With OBWATCH_RENEW set (npm run readme) it renews them instead.

import {describe, expect, onTestFinished, test} from 'vitest';
import {openTerminal, type Terminal} from '../helpers/pty.js';
import {documentWith, readDocument, renew} from './documents.js';
import {generatedSections, sectionOf} from './sections.js';

const block = (terminal: Terminal): string => ['```text', terminal.text().trimEnd(), '```'].join('\n');

/** A picture without what is another each time: numbers, and the bars and blanks that depend on them. */
// Whether the demo's second observer is up yet depends on the moment.
const masked = (picture: string): string => picture.replaceAll(/db down|cluster (?=Start observer)/g, '').replaceAll(/[▰▱█▓]+/g, '').replaceAll(/\d+/g, '0').replaceAll(/ +/g, ' ').replaceAll(/ $/gm, '');

const textOf = (section: string): string => sectionOf(readDocument(documentWith(section)), section);

describe('the pictures in the documents', () => {
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
			expect(masked(textOf(name)), `${name}: npm run readme`).toBe(masked(picture));
		}
	});
});

describe('the tables in the documents', () => {
	test.each(Object.entries(generatedSections))('%s: they are those of the program', (name, make) => {
		renew(name, make());
		expect(textOf(name), 'npm run readme').toBe(make());
	});
});
