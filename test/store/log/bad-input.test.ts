import {Buffer} from 'node:buffer';
import {describe, expect, it} from 'vitest';
import {linesOf} from '../../../source/protocol/logs.js';
import {logEntriesSchema, type LogEntry} from '../../../source/protocol/task.js';
import {logFromLines} from '../../../source/store/log/buffer.js';
import {rowsFrom, startPosition} from '../../../source/store/log/pane.js';

const wire = (content: unknown, id = 1) => ({
	id, sub_task_id: 58, execute_times: 1, log_content: content, is_sync: true, create_time: '2026-11-24T02:06:11.270325376Z', update_time: '2026-11-24T02:06:11.270325376Z',
});
const read = (...contents: readonly unknown[]): readonly LogEntry[] => logEntriesSchema.parse({contents});

/** What the pane shows of what an agent sent, as it went through JSON. */
const shown = (...contents: readonly unknown[]): readonly string[] => {
	const body = JSON.stringify(contents);
	const buffer = logFromLines(undefined, linesOf(read(...JSON.parse(body) as readonly unknown[])));
	return rowsFrom(buffer, startPosition(buffer), {
		width: 40, height: 50, scrollColumn: 0, isWrapped: false, isCollapsed: false, severity: 'all', filter: undefined,
	}).map(row => row.part.text);
};

describe('whatever an agent logs', () => {
	it.each<[string, unknown, readonly string[]]>([
		['broken UTF-8, as a decoder hands it on', Buffer.from([0x61, 0xFF, 0xC3, 0x62]).toString('utf8'), ['a\uFFFD\uFFFDb']],
		['NUL', 'a\0b', ['a␀b']],
		['a lone surrogate', 'a\uD800b', ['a\uFFFDb']],
		['an empty line', '', ['']],
		['no text at all', null, ['']],
		['only colours', '\u001B[31m\u001B[0m', ['']],
		['only escape sequences', '\u001B[2J\u001B[H', ['␛[2J␛[H']],
		['the clipboard by OSC 52', '\u001B]52;c;cm0gLXJm\u0007', ['␛]52;c;cm0gLXJm␇']],
		['a link that carries an escape', '\u001B]8;;x\u001B\\y\u001B]8;;\u001B\\', [String.raw`␛]8;;x␛\y␛]8;;␛\ `.trim()]],
		['a carriage return that would overwrite a half', 'ERROR: no\rfine', ['fine']],
		['text turned around', 'a\u202Eb', [String.raw`a\u202eb`]],
		['tabs and several lines', 'a\tb\r\n: c', ['a       b', ': c']],
		['wide characters beyond the edge', '数'.repeat(30), [`${'数'.repeat(19)} `]],
	])('%s is shown and does nothing', (_, content, expected) => {
		expect(shown(wire(content))).toEqual(expected);
	});

	it('lines whose ids are out of order are sorted', () => {
		expect(shown(wire('second', 9), wire('first', 2), wire('third', 10))).toEqual(['first', 'second', 'third']);
	});

	it('lines with one id are all kept, as they came', () => {
		expect(shown(wire('a', 1), wire('b', 1), wire('c', 1))).toEqual(['a', 'b', 'c']);
	});

	it('negative, huge and fractional numbers do no harm', () => {
		expect(read({...wire('a', -5), execute_times: -1}, {...wire('b', 1e300), execute_times: 2.5})).toMatchObject([{executeTimes: 0}, {executeTimes: 2}]);
	});

	it('what is no entry is an error, not a crash', () => {
		expect(logEntriesSchema.safeParse({contents: [wire('a'), {id: 'x'}]}).success).toBe(false);
		expect(logEntriesSchema.safeParse({contents: [null]}).success).toBe(false);
		expect(logEntriesSchema.safeParse(null)).toMatchObject({success: true, data: []});
	});
});
