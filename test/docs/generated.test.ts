// Checks that pictures and tables in the documents are those of this program. With OBWATCH_RENEW set (npm run readme) it renews them instead.

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {openTerminal, type Terminal} from '../helpers/pty.js';
import {documentWith, isRenewing, readDocument, renew} from './documents.js';
import {readSvg, screenSvg} from './screen-svg.js';
import {generatedSections, sectionOf} from './sections.js';

const block = (terminal: Terminal): string => ['```text', terminal.text().trimEnd(), '```'].join('\n');

/** A picture without what is another each time: numbers, and the bars and blanks that depend on them. */
const masked = (picture: string): string => picture.replaceAll(/[▰▱█▓]+/g, '').replaceAll(/\d+/g, '0').replaceAll(/ +/g, ' ').replaceAll(/ $/gm, '');

const textOf = (section: string): string => sectionOf(readDocument(documentWith(section)), section);

const columns = 80;
const rows = 21;
const picture = path.join(top, 'docs', 'screen.svg');

const draw = (terminal: Terminal): string => screenSvg(
	'obwatch on its demo: nine agents, one row each',
	Array.from({length: rows}).keys().map(row => Array.from({length: columns}).keys().map(column => terminal.cell(row, column)).toArray()).toArray(),
);

describe('the pictures in the documents', () => {
	test('show the program as it is', async () => {
		const terminal = openTerminal({args: ['--demo'], columns, rows});
		onTestFinished(async () => terminal.close());
		// That the second observer is not up yet comes with its status, behind the tasks.
		await terminal.until(text => ['1 unreachable', 'obdemo', 'obprod', 'Back up', 'db down'].every(word => text.includes(word)), 'the fleet');
		const agents = block(terminal);
		const drawn = draw(terminal);
		terminal.press('4');
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		const pictures = {'picture of the agents': agents, 'picture of a task': block(terminal)};
		for (const [name, text] of Object.entries(pictures)) {
			renew(name, text);
			expect(masked(textOf(name)), `${name}: npm run readme`).toBe(masked(text));
		}

		if (isRenewing) {
			writeFileSync(picture, drawn);
		}

		const [old, now] = [readSvg(readFileSync(picture, 'utf8')), readSvg(drawn)];
		expect(masked(old.lines.join('\n')), 'docs/screen.svg: npm run readme').toBe(masked(now.lines.join('\n')));
		expect(old.colours, 'docs/screen.svg: npm run readme').toEqual(now.colours);
		// Nothing was lost on the way into the picture.
		expect(now.lines.join('\n').trimEnd()).toBe(agents.split('\n').slice(1, -1).join('\n'));
	});
});

describe('the tables in the documents', () => {
	test.each(Object.entries(generatedSections))('%s: they are those of the program', async (name, make) => {
		const text = await make();
		renew(name, text);
		expect(textOf(name), 'npm run readme').toBe(text);
	});
});
