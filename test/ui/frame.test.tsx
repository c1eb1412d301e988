import fc from 'fast-check';
import {Box, renderToString} from 'ink';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {printable, printableLines} from '../../source/lib/printable.js';
import {Frame} from '../../source/ui/app.js';
import {Lines} from '../../source/ui/components/line.js';
import {type AppView} from '../../source/ui/frame.js';
import {type ScreenView} from '../../source/ui/parts.js';
import {bodyHeight, hasRoomForKeys, keyRows, minimumSize} from '../../source/ui/layout.js';
import {span, type Span} from '../../source/ui/span.js';
import {createTheme} from '../../source/ui/theme.js';
import {drawFrame} from './helpers/draw.js';
import {
	agentsRow,
	agentsView,
	appView,
	header,
	logView,
	nodeView,
	stageRow,
	subTaskRow,
	taskView,
} from './helpers/views.js';

const theme = createTheme();

const drawWithin = (view: AppView): readonly string[] =>
	renderToString(<Frame view={view} theme={theme} hasTyped={false}/>, {columns: view.size.columns}).split('\n');

// What comes over the wire: anything, with a liking for what terminals obey.
const hostile = fc.string({unit: fc.oneof(
	fc.string({unit: 'grapheme', maxLength: 1}),
	fc.constantFrom('\u001B[2J', '\u001B]8;;http://x\u0007', '\u001B]52;c;aGk=\u0007', '\u009B31m', '\u202E', '\u2028', '\n', '\t', '\u0000', '初', '😀', '👩‍🚀', 'e\u0301', '\uFE0F'),
), maxLength: 40});

const screenOf = (name: string): readonly ScreenView[] => [
	agentsView([
		agentsRow({label: name, task: {name, outcome: {word: 'unknown', reason: 'pair', text: name}, progress: {stage: 1, done: 0, total: 1}, duration: 1000}, isSelected: true}),
		agentsRow({key: '2', problem: name}),
	]),
	taskView({
		breadcrumb: [name, name],
		header: header({name, outcome: {word: 'unknown', reason: 'pair', text: name}, operator: name, why: {place: name, text: name}, logFolder: {agent: name, path: name}}),
		staleness: {problem: name, asOf: 0, logFolder: name},
		list: {rows: [stageRow(1, {name, subTasks: {done: 1, total: 2}})], top: 0, total: 1},
		side: {title: name, subTasks: [subTaskRow({agent: name})], lastLines: [name]},
	}),
	nodeView([subTaskRow({agent: name, lastLine: name, lastShortest: name})]),
	logView([name]),
	{type: 'nothing', breadcrumb: [name], text: name, isWaiting: false, staleness: {problem: name, asOf: undefined, logFolder: undefined}},
];

const numbered = (count: number): readonly string[] => Array.from({length: count}, (_, index) => `row ${index + 1}`);

const sizes = fc.record({columns: fc.integer({min: minimumSize.columns, max: 130}), rows: fc.integer({min: minimumSize.rows, max: 30})});

describe('a frame', () => {
	test('has one line fewer than the terminal, none wider than it, whatever agents send', () => {
		fc.assert(fc.property(hostile, sizes, (text, size) => {
			for (const screen of screenOf(printable(text))) {
				const lines = drawFrame(appView({screen, size}));
				expect(lines).toHaveLength(size.rows - 1);
				for (const line of lines) {
					expect(stringWidth(line)).toBeLessThanOrEqual(size.columns);
				}
			}
		}), {numRuns: 100});
	});

	test('is drawn as many lines high as it has, and never with a foreign escape sequence', () => {
		fc.assert(fc.property(hostile, text => {
			for (const screen of screenOf(printable(printableLines(text)))) {
				const lines = drawWithin(appView({screen, size: {columns: 100, rows: 12}}));
				expect(lines).toHaveLength(11);
				// Tests draw without colours: here no sequence at all is ours.
				expect(lines.join('')).not.toMatch(/\p{Cc}/u);
			}
		}), {numRuns: 30});
	});

	test.each<[string, 'agents' | 'task' | 'node' | 'log', boolean, (count: number) => ScreenView]>([
		['the agents', 'agents', false, count => agentsView(numbered(count).map(label => agentsRow({key: label, label})))],
		['a task', 'task', false, count => taskView({list: {rows: numbered(count).map((name, index) => stageRow(index + 1, {name})), top: 0, total: count}})],
		['a task whose agent is away', 'task', true, count => taskView({
			list: {rows: numbered(count).map((name, index) => stageRow(index + 1, {name})), top: 0, total: count}, staleness: {problem: 'unreachable', asOf: 0, logFolder: undefined},
		})],
		['a stage', 'node', false, count => nodeView(numbered(count).map(agent => subTaskRow({key: agent, agent})))],
		['a log', 'log', false, count => logView(numbered(count))],
		['a task whose agent\'s key changed', 'task', true, count => taskView({
			list: {rows: numbered(count).map((name, index) => stageRow(index + 1, {name})), top: 0, total: count},
			staleness: {problem: 'its key changed', asOf: 0, logFolder: undefined, keys: {known: 'a'.repeat(50), knownBits: 512, offered: 'b'.repeat(50), offeredBits: 1024}},
		})],
	])('has room for exactly the rows that the layout counts: %s', (_, type, isStale, make) => {
		for (const rows of [10, 24, 50]) {
			const {staleness} = {staleness: undefined, ...make(1)};
			const count = bodyHeight({type, rows, extra: isStale ? 1 + (staleness?.keys && hasRoomForKeys({columns: 80, rows}) ? keyRows : 0) : 0});
			const lines = drawFrame(appView({screen: make(count), size: {columns: 80, rows}}));
			// On a terminal of some height a line below the agents is kept for the selected row's reason.
			const kept = type === 'agents' && rows > 10 ? 1 : 0;
			expect(lines.at(-2 - kept)).toContain(`row ${count}`);
			expect(lines.filter(line => line === '' && type !== 'task')).toHaveLength(kept);
		}
	});

	test('has the same height under every overlay', () => {
		const overlays: ReadonlyArray<AppView['overlay']> = [
			undefined,
			{type: 'help', top: 0, of: undefined},
			{type: 'password', agent: '10.0.0.1:2886', kind: 'agent', isSeekdb: false, scope: 'agent'},
			{type: 'stop', title: 'not offered', words: 'long '.repeat(200)},
			{type: 'key', agent: '10.0.0.1:2886', change: {known: 'a'.repeat(50), knownBits: 512, offered: 'b'.repeat(50), offeredBits: 1024}},
		];
		for (const overlay of overlays) {
			for (const rows of [10, 11, 24, 50]) {
				expect(drawFrame(appView({overlay, size: {columns: 40, rows}}), {hasTyped: true})).toHaveLength(rows - 1);
			}
		}
	});

	test('leaves the keys in sight beside a notice where a line is free, else before them', () => {
		const notice = {text: 'something happened', isProblem: false};
		const roomy = drawFrame(appView({notice}));
		expect(roomy.at(-2)).toBe(' something happened');
		expect(roomy.at(-1)).toContain('? help');
		expect(roomy).toHaveLength(23);
		const full = drawFrame(appView({notice, overlay: {type: 'stop', title: 'not offered', words: 'why'}, context: 'stop'}));
		expect(full.at(-1)).toBe(' something happened  Esc close');
		expect(full.at(-2)).toContain('why');
	});

	test('says a notice once beside what is typed', () => {
		const lines = drawFrame(appView({notice: {text: 'No match', isProblem: false}, overlay: {type: 'input', purpose: 'rows', text: 'zz', problem: undefined}, context: 'input'}));
		expect(lines.filter(line => line.includes('No match'))).toEqual([' /zz   No match']);
	});

	test('keeps the height of empty lines', () => {
		const lines: ReadonlyArray<readonly Span[]> = [[span('first')], [], [span('third')]];
		expect(renderToString(<Box flexDirection='column'><Lines lines={lines} theme={theme}/></Box>, {columns: 20})).toBe('first\n\nthird');
	});

	test('never wraps a line that is too wide', () => {
		expect(renderToString(<Box flexDirection='column'><Lines lines={[[span('0123456789'), span('abc')], [span('next')]]} theme={theme}/></Box>, {columns: 10}).split('\n')).toHaveLength(2);
	});
});
