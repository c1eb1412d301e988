import {describe, expect, test} from 'vitest';
import {columnsOf} from '../../../source/lib/columns.js';
import {type LogStatus} from '../../../source/store/selectors/log.js';
import {composeFrame} from '../../../source/ui/app.js';
import {resolveKey} from '../../../source/ui/keys/resolve.js';
import {nothingScreen} from '../../../source/ui/screens/empty.js';
import {lastHelpTop} from '../../../source/ui/screens/help.js';
import {logScreen} from '../../../source/ui/screens/log.js';
import {nodeScreen} from '../../../source/ui/screens/node.js';
import {createTheme} from '../../../source/ui/theme.js';
import {agentsRow, agentsView, appView, logView, nodeView, props, read, subTaskRow} from '../helpers/views.js';

test('a last line that says why keeps its end, or what says the most', () => {
	const why = {outcome: {word: 'failed'} as const, lastSeverity: 'error' as const, lastLine: 'execute script \'checker.py\' error, execute logs: … CheckFailed: tenant a is busy', lastShortest: 'CheckFailed: tenant a is busy'};
	const at = (columns: number) => read(nodeScreen(nodeView([subTaskRow(why)]), props(columns, 10)))[3];
	expect(at(80)).toContain('CheckFailed: tenant a is busy');
	expect(at(60)).toMatch(/…is busy +8s$/);
});

test('a stage lists its sub-tasks with their last lines', () => {
	const rows = [
		subTaskRow({outcome: {word: 'failed'}, executions: 3, lastLine: 'cannot allocate memory', lastShortest: 'cannot allocate memory', lastSeverity: 'error', isSelected: true}),
		subTaskRow({key: '2', agent: '', outcome: {word: 'pending'}, duration: undefined, executions: 0, lastLine: ''}),
	];
	expect(read(nodeScreen(nodeView(rows), props(80, 10)))).toEqual([
		' obwatch › 10.0.0.1:2886 › Initialize cluster › Start observer',
		' ✖ failed   2 sub-tasks',
		'   AGENT          OUTCOME      RUNS  LAST LINE                             TIME',
		' ▸ 10.0.0.1:2886  ✖ failed        3  cannot allocate memory                  8s',
		'   cluster        · pending',
		'',
		'',
		'',
		' Esc close  Space page down  PgUp page up',
	]);
});

test('twenty sub-tasks of one agent are told apart', () => {
	const rows = Array.from({length: 3}, (_, index) => subTaskRow({key: String(index), mark: `#${index + 61}`, outcome: {word: 'running'}, isSelected: index === 0}));
	expect(read(nodeScreen(nodeView(rows), props(80, 10))).slice(2, 5)).toEqual([
		'   AGENT          SUB-TASK  OUTCOME      RUNS  LAST LINE                   TIME',
		' ▸ 10.0.0.1:2886  #61       ● running       1  check if first start          8s',
		'   10.0.0.1:2886  #62       ● running       1  check if first start          8s',
	]);
	// The rest gives way before what tells them apart.
	expect(read(nodeScreen(nodeView(rows), props(40, 10)))[3]).toContain('10.0.0.1:2886  #61');
});

test.each([40, 60, 80])('at %i columns a sub-task\'s outcome is never cut', width => {
	const row = subTaskRow({mark: '#61', outcome: {word: 'failed to roll back'}, lastLine: 'cannot allocate memory', lastShortest: 'cannot allocate memory', lastSeverity: 'error'});
	expect(read(nodeScreen(nodeView([row]), props(width, 10)))[3]).toMatch(/✖ failed to roll back(?: |$)/);
});

describe('a log', () => {
	test('says whose it is, and that the end is followed', () => {
		expect(read(logScreen(logView(['start observer', '检查 first start']), props(100, 7)))).toEqual([
			' obwatch › 10.0.0.1:2886 › Initialize cluster › Start observer › 10.0.0.3:2886  ● running  follow ▾',
			' start observer',
			' 检查 first start',
			'',
			'',
			' Esc close  Space page down  PgUp page up',
		]);
	});

	test('shortens long names, never what stands at the right', () => {
		expect(read(logScreen(logView([]), props(60, 10)))[0]).toBe(' obwatch › … › Start observer › 10.0.0.3:2886      follow ▾');
	});

	const found = {source: 'no space left on device', matches: 120, rank: 17, isCounting: false};
	const hidden = {source: 'copy part .*7', hidden: 90_020, isCounting: false};
	const headAt = (columns: number, status: Partial<LogStatus>): string => read(logScreen(logView([], {status: {
		isFollowing: false, newEntries: 0, filter: undefined, search: undefined, severity: 'all', dropped: 0, problem: undefined, ...status,
	}}), props(columns, 10)))[0] ?? '';

	test('says at any width where one is, what is searched, and above all what is hidden', () => {
		expect(headAt(80, {filter: hidden, search: found})).toBe(' obwatch › … › 10.0.0.3:28…  &copy par… (90020 hidden)  /no space… 17/120 lines');
		expect(headAt(120, {filter: hidden, search: found, isFollowing: true})).toMatch(/^ obwatch › … › 10\.0\.0\.3:2886 +&copy part \.\*7 \(90020 hidden\) {2}\/no space left on device 17\/120 lines {2}follow ▾$/);
		expect(headAt(60, {filter: hidden, search: found, newEntries: 12})).toBe(' obwatch › … › 10.0.0.3:2…  &copy… (90020 hidden)  12 new ▾');
		expect(headAt(40, {filter: hidden, search: found})).toBe(' obwatch › … › …  &copy… (90020 hidden)');
	});

	test.each(Array.from({length: 30}, (_, index) => 40 + (index * 6)))('at %i columns never loses what is hidden', columns => {
		const head = headAt(columns, {filter: hidden, search: found, isFollowing: true, severity: 'warnings'});
		expect(head).toContain('(90020 hidden)');
		expect(columnsOf(head)).toBeLessThanOrEqual(columns);
	});

	test('without lines says why', () => {
		expect(read(logScreen(logView([], {note: 'no lines between attempts'}), props(80, 10)))[2]).toBe('   no lines between attempts');
	});
});

test('a task that is not there says why', () => {
	const lines = read(nothingScreen({type: 'nothing', breadcrumb: ['10.0.0.1:2886'], text: 'connecting', isWaiting: false, staleness: undefined}, props(80, 10)));
	expect(lines.slice(0, 3)).toEqual([' obwatch › 10.0.0.1:2886', '', '   connecting']);
});

test('a terminal that is too small says so in one line', () => {
	expect(read(composeFrame(appView({size: {columns: 39, rows: 24}}), createTheme(), false))).toEqual(['too small: 39x24, needs 40x10']);
	expect(read(composeFrame(appView({size: {columns: 80, rows: 9}}), createTheme(), false))).toEqual(['too small: 80x9, needs 40x10']);
	expect(read(composeFrame(appView({size: {columns: 12, rows: 2}}), createTheme(), false))).toEqual(['too small:…']);
});

test('a notice about agents leaves the keys and the reasons where they are, as long as a line is free', () => {
	const failed = (count: number) => agentsView(Array.from({length: count}, (_, index) => agentsRow({key: String(index), why: {place: 'Unpack', text: 'no space left on device'}})));
	const frame = (count: number): readonly string[] => read(composeFrame(appView({
		screen: failed(count), size: {columns: 80, rows: 24}, notice: {text: 'new keys pinned', isProblem: false},
	}), createTheme(), false));
	expect(frame(1).slice(-4)).toEqual(['', ' new keys pinned', expect.stringContaining(' why '), expect.stringContaining('help')]);
	expect(frame(40).at(-1)).toBe(' new keys pinned');
});

describe('the help', () => {
	test('stands in columns where there is room', () => {
		const lines = read(composeFrame(appView({overlay: {type: 'help', top: 0}, context: 'help'}), createTheme(), false));
		expect(lines[0]).toMatch(/^ obwatch › keys +1-21\/\d\d ▾$/);
		expect(lines[2]).toMatch(/^ {2}j ↓ +down {9,}\S/);
	});

	test('pages with Space, and says so', () => {
		expect(resolveKey('agents', {type: 'help', top: 0}, ' ')).toEqual({type: 'action', action: {type: 'selection-moved', by: 'page'}});
		expect(read(composeFrame(appView({overlay: {type: 'help', top: 0}, context: 'help'}), createTheme(), false)).at(-1)).toBe(' Esc close  Space page down  PgUp page up');
	});

	test('scrolls on a small terminal, to its end and no further', () => {
		const size = {columns: 40, rows: 10};
		const last = lastHelpTop(size, createTheme());
		const at = (top: number): readonly string[] => read(composeFrame(appView({size, overlay: {type: 'help', top}, context: 'help'}), createTheme(), false));
		expect(last).toBeGreaterThan(10);
		expect(at(last)).toEqual(at(last + 100));
		expect(at(last - 1)).not.toEqual(at(last));
	});
});

describe('the prompt for a password', () => {
	const overlay = {type: 'password', agent: '10.0.0.1:2886', kind: 'root', isSeekdb: false, scope: 'all'} as const;
	const panel = (hasTyped: boolean): readonly string[] => read(composeFrame(appView({overlay, context: 'password'}), createTheme(), hasTyped)).slice(-4);

	test('says which one and for whom', () => {
		expect(panel(false)).toEqual([
			`── password of root@sys ${'─'.repeat(56)}`,
			' for   10.0.0.1:2886 ▸ all agents',
			' type or paste it; it is not shown',
			' ↵ send  Esc cancel  Tab one or all',
		]);
	});

	test('of a seekdb does not speak of root@sys', () => {
		expect(read(composeFrame(appView({overlay: {...overlay, isSeekdb: true}, context: 'password'}), createTheme(), false)).at(-4)).toMatch(/^── password of root ─/);
	});

	test('shows that something was typed, and no more', () => {
		expect(panel(true)[2]).toBe(' typed, not shown');
	});
});

describe('the question of a changed key', () => {
	const change = {known: `SHA256:${'a'.repeat(43)}`, knownBits: 1024, offered: `SHA256:${'b'.repeat(43)}`, offeredBits: 1024};
	const panel = (columns: number, rows: number, shown: typeof change | 'replaced' | undefined): string =>
		read(composeFrame(appView({size: {columns, rows}, overlay: {type: 'key', agent: '10.0.0.1:2886', change: shown}, context: 'key'}), createTheme(), false)).join('\n');

	test('shows both fingerprints and what it means', () => {
		const text = panel(80, 24, change);
		expect(text).toContain(` before  ${change.known}  1024 bit\n now     ${change.offered}  1024 bit\n`);
		expect(text).toContain('installed anew');
		expect(text).toContain(' Esc leave it  y accept');
	});

	test('names the honest case of a longer key after an upgrade', () => {
		expect(panel(80, 24, {...change, knownBits: 512})).toContain('An upgrade of the agent');
	});

	test('shows both fingerprints whole on the smallest terminal', () => {
		const text = panel(40, 10, change).replaceAll(/\s/g, '');
		expect(text).toContain(change.known);
		expect(text).toContain(change.offered);
	});

	test('shows no third key under the same question', () => {
		const text = panel(80, 24, 'replaced');
		expect(text).toContain('changed once more');
		expect(text).not.toContain('SHA256');
	});

	test('is over once the key is accepted', () => {
		expect(panel(80, 24, undefined)).toContain('nothing to decide');
	});
});
