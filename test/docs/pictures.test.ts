// Pictures of every screen, made from the demo when documents are renewed (npm run readme); otherwise only looked at.

import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {expect, onTestFinished, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {byHand, selectRow} from '../end-to-end/helpers/stage.js';
import {openTerminal, type Terminal} from '../helpers/pty.js';
import {isRenewing, readDocument} from './documents.js';
import {readSvg, screenSvg} from './screen-svg.js';

const sizes = [[80, 24], [132, 43], [220, 60]] as const;

type Step = {
	readonly screen: string;
	/** Typed by hand, one after the other. */
	readonly keys: readonly string[];
	/** What the cursor's row must say before it has its picture. */
	readonly row?: string;
	/** Typed once the cursor is on that row. */
	readonly open?: string;
	/** What the picture must hold. */
	readonly shown: readonly string[];
	/** What says that the screen still waits for an agent. */
	readonly notYet?: string;
};

// A preview asks once the cursor has rested; its agent has answered by then, in ms.
const previewRead = 1500;
/** The journal fills while the demo's tasks go on. */
const minute = 60_000;

/** Each screen, and what leads there from the one before. */
const way: readonly Step[] = [
	{screen: 'task', keys: [], row: 'Initialize cluster', open: '\r', shown: ['› Initialize cluster', 'Verify cluster']},
	{screen: 'stage', keys: ['\r'], shown: ['Initialize cluster › Start observer', 'sub-tasks']},
	{screen: 'log', keys: ['\r'], shown: ['follow ▾', 'starting bin/observer']},
	{screen: 'hits', keys: ['q', 'q', '/observer\r'], shown: ['found lines', 'no observer is running here'], notYet: 'searching'},
	{screen: 'all-logs', keys: ['q', 'a'], shown: ['all logs', 'observer']},
	{screen: 'links', keys: ['q'], row: 'Start observer', open: 'o', shown: ['› links', 'remote task']},
	{screen: 'history', keys: ['q', 'q'], row: 'Upgrade OceanBase', open: 'H', shown: ['› history', 'succeeded', 'complete']},
	{screen: 'comparison', keys: ['q', '\r', 'C'], shown: ['› compare', 'succeeded', 'differs']},
	{screen: 'card', keys: ['q', 'q', 'i'], shown: ['log folder']},
	{screen: 'cluster', keys: ['q'], row: 'obdemo', open: 'i', shown: ['obdemo › ']},
	{screen: 'help', keys: ['q', '?'], shown: ['› keys']},
	{screen: 'journal', keys: ['q', 'J'], shown: ['› journal', 'began', 'succeeded']},
	{screen: 'agents', keys: ['q'], row: 'Upgrade OceanBase', shown: ['9 agents', 'rolled back', 'why']},
];

const fileOf = (screen: string, columns: number, rows: number): string => `docs/screens/${screen}-${columns}x${rows}.svg`;

const draw = (terminal: Terminal, screen: string, columns: number, rows: number): string => screenSvg(
	`obwatch on its demo: ${screen}, ${columns}x${rows}`,
	Array.from({length: rows - 1}).keys().map(row => Array.from({length: columns}).keys().map(column => terminal.cell(row, column)).toArray()).toArray(),
);

test.each(sizes)('every screen has its picture at %ix%i', {timeout: 3 * minute}, async (columns, rows) => {
	if (isRenewing) {
		mkdirSync(path.join(top, 'docs/screens'), {recursive: true});
		const terminal = openTerminal({args: ['--demo', '--seed', '7', '--lang', 'en', '--theme', 'dark'], columns, rows});
		onTestFinished(async () => terminal.close());
		await terminal.until(text => ['9 agents', 'rolled back', 'obdemo', 'obprod', 'Back up'].every(word => text.includes(word)) && !text.includes('reading…'), 'the fleet', minute);
		for (const {screen, keys, row, open, shown, notYet} of way) {
			for (const key of keys) {
				terminal.type(key);
				await byHand();
				await byHand();
			}

			if (row !== undefined) {
				await selectRow(terminal, row);
			}

			if (open !== undefined) {
				terminal.type(open);
			}

			await terminal.until(text => shown.every(part => text.includes(part)) && (notYet === undefined || !text.includes(notYet)), screen, minute);
			await pause(previewRead);
			writeFileSync(path.join(top, fileOf(screen, columns, rows)), draw(terminal, screen, columns, rows));
		}
	}

	for (const {screen, shown} of way) {
		const file = fileOf(screen, columns, rows);
		const picture = readFileSync(path.join(top, file), 'utf8');
		expect(picture.length, file).toBeLessThan(60_000);
		const text = readSvg(picture).lines.join('\n');
		for (const part of shown) {
			expect(text, `${file}: npm run readme`).toContain(part);
		}

		expect(readDocument('docs/screens.md'), 'each is in the document').toContain(path.posix.basename(file));
	}
});
