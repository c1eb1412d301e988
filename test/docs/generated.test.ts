// Checks that pictures and tables in the documents are those of this program. With OBWATCH_RENEW set (npm run readme) it renews them instead.

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {type Language} from '../../source/lib/messages/messages.js';
import {openTerminal, type Terminal} from '../helpers/pty.js';
import {documentWith, isRenewing, readDocument, renew} from './documents.js';
import {readSvg, screenSvg} from './screen-svg.js';
import {catalogues, generatedSections, sectionOf} from './sections.js';

const block = (terminal: Terminal): string => ['```text', terminal.text().trimEnd(), '```'].join('\n');

/** A picture without what is another each time: numbers, and the bars and blanks that depend on them. */
const masked = (picture: string): string => picture.replaceAll(/[▰▱█▓]+/g, '').replaceAll(/\d+/g, '0').replaceAll(/ +/g, ' ').replaceAll(/ $/gm, '');

const textOf = (section: string, language: Language): string => sectionOf(readDocument(documentWith(section, language)), section);

const columns = 80;
const rows = 21;

const languages: ReadonlyArray<{readonly language: Language; readonly picture: string; readonly title: string}> = [
	{language: 'en', picture: 'docs/screen.svg', title: 'obwatch on its demo: nine agents, one row each'},
	{language: 'zh', picture: 'docs/zh/screen.svg', title: 'obwatch 演示：9 个 agent，每个一行'},
];

const draw = (terminal: Terminal, title: string): string => screenSvg(
	title,
	Array.from({length: rows}).keys().map(row => Array.from({length: columns}).keys().map(column => terminal.cell(row, column)).toArray()).toArray(),
);

describe('the pictures in the documents', () => {
	test.each(languages)('show the program as it is ($language)', async ({language, picture, title}) => {
		const {agents: {troubles}, screens, tasks} = catalogues[language];
		const terminal = openTerminal({args: ['--demo', '--lang', language, '--theme', 'dark'], columns, rows});
		onTestFinished(async () => terminal.close());
		// That the second observer is not up yet comes with its status, behind the tasks.
		await terminal.until(text => [screens.agents.part(1, troubles.unreachable), 'obdemo', 'obprod', tasks.engineName('Back up tenant data').slice(0, 7), screens.agents.databaseDown].every(word => text.includes(word)), 'the fleet');
		const agents = block(terminal);
		const drawn = draw(terminal, title);
		terminal.type('/upgrade\r\r');
		await terminal.until(text => text.includes(screens.task.outcome(tasks.outcomes.failed, {stages: {where: 'in', stage: 3, total: 7}, took: undefined})), 'the failed task');
		const pictures = {'picture of the agents': agents, 'picture of a task': block(terminal)};
		for (const [name, text] of Object.entries(pictures)) {
			renew(name, language, text);
			expect(masked(textOf(name, language)), `${name}: npm run readme`).toBe(masked(text));
		}

		if (isRenewing) {
			writeFileSync(path.join(top, picture), drawn);
		}

		const [old, now] = [readSvg(readFileSync(path.join(top, picture), 'utf8')), readSvg(drawn)];
		expect(masked(old.lines.join('\n')), `${picture}: npm run readme`).toBe(masked(now.lines.join('\n')));
		expect(old.colours, `${picture}: npm run readme`).toEqual(now.colours);
		// Nothing was lost on the way into the picture.
		expect(now.lines.join('\n').trimEnd()).toBe(agents.split('\n').slice(1, -1).join('\n'));
	});
});

describe('the tables in the documents', () => {
	test.each(languages.flatMap(({language}) => Object.entries(generatedSections).map(([name, make]) => ({language, name, make}))))('$name ($language): they are those of the program', async ({language, name, make}) => {
		const text = await make(language);
		renew(name, language, text);
		expect(textOf(name, language), 'npm run readme').toBe(text);
	});
});
