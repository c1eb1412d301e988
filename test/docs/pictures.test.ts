// Pictures of every screen, made from the demo when documents are renewed (npm run readme); otherwise only looked at.

import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {byHand} from '../end-to-end/helpers/stage.js';
import {openTerminal, type Terminal} from '../helpers/pty.js';
import {isRenewing, readDocument} from './documents.js';
import {readSvg, screenSvg} from './screen-svg.js';

const sizes = [[80, 24], [132, 43], [220, 60]] as const;

/** Each screen, the keys that lead there from the one before, and what tells that it is there. */
const way: ReadonlyArray<readonly [screen: string, keys: readonly string[], shown: string]> = [
	['agents', [], '9 agents'],
	['task', ['g', 'j', '\r'], '› Initialize cluster'],
	['stage', ['\r'], 'Initialize cluster › Start observer'],
	['log', ['\r'], 'follow ▾'],
	['hits', ['q', 'q', '/observer\r'], 'found lines'],
	['all-logs', ['q', 'a'], 'all logs'],
	['links', ['q', 'g', 'j', 'j', 'o'], '› links'],
	['comparison', ['q', 'C'], 'run 1 of'],
	['history', ['q', 'q', 'H'], '› history'],
	['card', ['q', 'i'], 'log folder'],
	['cluster', ['q', 'g', 'i'], 'obdemo › '],
	['journal', ['q', 'J'], '› journal'],
	['help', ['q', '?'], '› keys'],
];

const fileOf = (screen: string, columns: number, rows: number): string => `docs/screens/${screen}-${columns}x${rows}.svg`;

const draw = (terminal: Terminal, screen: string, columns: number, rows: number): string => screenSvg(
	`obwatch on its demo: ${screen}, ${columns}x${rows}`,
	Array.from({length: rows - 1}).keys().map(row => Array.from({length: columns}).keys().map(column => terminal.cell(row, column)).toArray()).toArray(),
);

test.each(sizes)('every screen has its picture at %ix%i', {timeout: 120_000}, async (columns, rows) => {
	if (isRenewing) {
		mkdirSync(path.join(top, 'docs/screens'), {recursive: true});
		const terminal = openTerminal({args: ['--demo', '--seed', '7', '--lang', 'en', '--theme', 'dark'], columns, rows});
		onTestFinished(async () => terminal.close());
		await terminal.until(text => ['unreachable', 'obdemo', 'obprod', 'Back up'].every(word => text.includes(word)), 'the fleet');
		for (const [screen, keys, shown] of way) {
			for (const key of keys) {
				terminal.type(key);
				await byHand();
				await byHand();
			}

			await terminal.until(text => text.includes(shown), screen);
			writeFileSync(path.join(top, fileOf(screen, columns, rows)), draw(terminal, screen, columns, rows));
		}
	}

	for (const [screen, , shown] of way) {
		const file = fileOf(screen, columns, rows);
		const picture = readFileSync(path.join(top, file), 'utf8');
		expect(picture.length, file).toBeLessThan(60_000);
		expect(readSvg(picture).lines.join('\n'), `${file}: npm run readme`).toContain(shown);
		expect(readDocument('docs/screens.md'), 'each is in the document').toContain(path.posix.basename(file));
	}
});
