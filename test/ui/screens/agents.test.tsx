import {describe, expect, test} from 'vitest';
import {AgentsScreen} from '../../../source/ui/screens/agents.js';
import {createTheme} from '../../../source/ui/theme.js';
import {draw, drawFrame} from '../helpers/draw.js';
import {ten} from '../../helpers/tasks.js';
import {agentsRow, agentsView, appView, props} from '../helpers/views.js';

const failed = agentsRow({
	key: '2', label: '10.0.0.2:2886', role: 'follower',
	task: {name: 'Start observer', outcome: {word: 'failed'}, progress: {stage: 1, done: 0, total: 1}, duration: 41_000},
});
const idle = agentsRow({key: '4', label: '10.0.0.4:2886', role: 'single', task: undefined, note: 'no task yet'});
const unreachable = agentsRow({key: '5', label: '10.0.0.5:2886', role: '', task: undefined, problem: 'unreachable since 10:39: connect ECONNREFUSED'});
const fleet = agentsView([agentsRow({isSelected: true}), failed, idle, unreachable]);

describe('the agents', () => {
	test('at 80 columns', () => {
		expect(draw(<AgentsScreen view={fleet} {...props(80, 10)}/>, 80)).toEqual([
			' obwatch  4 agents · 1 running · 1 failed',
			'   AGENT          ROLE      TASK                OUTCOME      STAGE         TIME',
			' ▸ 10.0.0.1:2886  master    Initialize cluster  ● running    ▰▱▱▱▱ 4/11   1m12s',
			'   10.0.0.2:2886  follower  Start observer      ✖ failed           1/1      41s',
			'   10.0.0.4:2886  single    no task yet         ·',
			'   10.0.0.5:2886  unreachable since 10:39: connect ECONNREFUSED',
			'',
			'',
			' Esc close  Space page down  PgUp page up',
		]);
	});

	test('that fill the screen leave a line for why the selected one failed', () => {
		const many = Array.from({length: 19}, (_, index) => ({...failed, key: String(index), isSelected: index === 18, why: {place: 'Start observer', text: `disk ${index} is full`}}));
		const lines = draw(<AgentsScreen view={agentsView(many)} {...props(80, 24)}/>, 80);
		expect(lines.slice(-3, -1)).toEqual([
			' ▸ 10.0.0.2:2886  follower  Start observer      ✖ failed           1/1      41s',
			' why  10.0.0.2:2886: Start observer: disk 18 is full',
		]);
	});

	test('say below the list what is not read now as a note, not as a reason', () => {
		const row = agentsRow({type: 'task', label: 'main task', problem: 'not checked now', asOf: ten, isSelected: true});
		const lines = draw(<AgentsScreen view={agentsView([row])} {...props(40, 10)}/>, 40);
		expect(lines.filter(line => /^ (?:why|note) /.test(line))).toEqual([expect.stringMatching(/^ note not checked now/)]);
	});

	test('name the row in each problem below the list, unless it is that of the selected one', () => {
		const lost = agentsRow({key: '2', label: '10.0.0.9:2886', task: undefined, asOf: undefined, problem: 'unreachable since 23 Nov 10:38 local: connection refused'});
		const reasons = (isSelected: boolean): string => draw(<AgentsScreen view={agentsView([agentsRow({isSelected: !isSelected}), agentsRow({key: '3'}), agentsRow({key: '4'}), {...lost, isSelected}])} {...props(40, 10)}/>, 40).slice(5).join(' ');
		expect(reasons(true)).toContain('why  unreachable since');
		expect(reasons(false)).not.toContain('why  unreachable since');
	});

	test('of which only some are shown say in short why, before they leave out how many failed', () => {
		const [first] = draw(<AgentsScreen view={{...fleet, arrangement: {filter: undefined, faultsOnly: true, sort: undefined, hidden: 12}}} {...props(40, 10)}/>, 40);
		expect(first).toMatch(/^ 4 agents · 1 running · 1 failed +!$|^ (obwatch {2})?4 agents · 1 (failed|running).*!$/);
		const [wide] = draw(<AgentsScreen view={{...fleet, arrangement: {filter: undefined, faultsOnly: true, sort: undefined, hidden: 12}}} {...props(80, 10)}/>, 80);
		expect(wide).toMatch(/ {2}faults only {2}12 hidden$/);
	});

	test('at 40 columns are left with what matters most', () => {
		expect(draw(<AgentsScreen view={fleet} {...props(40, 10)}/>, 40).slice(1, 6)).toEqual([
			'   AGENT          OUTCOME       TIME',
			' ▸ 10.0.0.1:2886  ● running    1m12s',
			'   10.0.0.2:2886  ✖ failed       41s',
			'   10.0.0.4:2886  ·',
			'   10.0.0.5:2886  unreachable since 10…',
		]);
	});

	test('have the columns that the user chose, in that order, and at narrow terminals the first of them', () => {
		const more = {zone: 'zone1', version: '4.3.0.0', isLocked: true, startTime: ten - 60_000, utcOffset: 480, usual: 40_000};
		const view = {...agentsView([agentsRow({isSelected: true, more}), {...failed, more: {...more, zone: 'zone2', isLocked: false, usual: undefined}}, unreachable]), columns: ['agent', 'outcome', 'zone', 'lock', 'usual', 'time', 'started', 'obshell'] as const};
		expect(draw(<AgentsScreen view={view} {...props(100, 8)}/>, 100).slice(1, 5)).toEqual([
			'   AGENT          OUTCOME      ZONE   LOCK     USUALLY   TIME  STARTED +08:00   OBSHELL',
			' ▸ 10.0.0.1:2886  ● running    zone1  locked       40s  1m12s  17:59:00         4.3.0.0',
			'   10.0.0.2:2886  ✖ failed     zone2  free                41s  17:59:00         4.3.0.0',
			'   10.0.0.5:2886  unreachable since 10:39: connect ECONNREFUSED',
		]);
		expect(draw(<AgentsScreen view={view} {...props(50, 8)}/>, 50)[1]).toBe('   AGENT          OUTCOME      ZONE   LOCK');
	});

	test.each([40, 46, 52, 58, 64, 70, 80, 100, 130])('at %i columns give up other columns before a word of what became of a task', width => {
		const row = agentsRow({...failed, task: {name: 'Start observer', outcome: {word: 'failed to roll back'}, progress: {stage: 1, done: 0, total: 1}, duration: 41_000}});
		expect(draw(<AgentsScreen view={agentsView([row])} {...props(width, 10)}/>, width)[2]).toMatch(/10\.0\.0\.2:2886 .*✖ failed to roll back(?: |$)/);
	});

	test('keep their ports at 40 columns, by which agents of one machine differ, and say what is folded away', () => {
		const rows = [agentsRow({key: 'c', type: 'cluster', label: 'obdemo', folded: 3, task: undefined}), agentsRow({key: 'd', depth: 1, label: '192.168.100.101:2886'}), agentsRow({key: 'e', depth: 1, label: '192.168.100.101:2887'})];
		expect(draw(<AgentsScreen view={agentsView(rows)} {...props(40, 10)}/>, 40).slice(2, 5)).toEqual([
			'   obdemo +3',
			'     192.168.100.101:2886',
			'     192.168.100.101:2887',
		].map(start => expect.stringContaining(start) as unknown));
	});

	test('show in the first line the counts that fit, the most important first', () => {
		const parts = ([['running', 1], ['failed', 3], ['unreachable', 3], ['waiting', 2], ['rolled back', 0]] as const).map(([word, weight]) => ({count: 1, word, tone: 'plain' as const, weight}));
		const first = (width: number): string | undefined => draw(<AgentsScreen view={{...fleet, summary: {agents: 1000, parts}}} {...props(width, 10)}/>, width)[0];
		expect(first(100)).toBe(' obwatch  1000 agents · 1 running · 1 failed · 1 unreachable · 1 waiting · 1 rolled back');
		expect(first(80)).toBe(' 1000 agents · 1 running · 1 failed · 1 unreachable · 1 waiting · 1 rolled back');
		expect(first(70)).toBe(' 1000 agents · 1 running · 1 failed · 1 unreachable · 1 waiting · +1');
		expect(first(44)).toBe(' 1000 agents · 1 failed · 1 unreachable · +3');
		expect(first(40)).toBe(' obwatch  1000 agents · 1 failed · +4');
		expect(first(37)).toBe(' obwatch  1000 agents · 1 failed · +4');
		expect(first(30)).toBe(' 1000 agents · 1 failed · +4');
	});

	test('say that not everything was read yet, after what was found, and before what matters less', () => {
		const parts = ([['failed', 3], ['database down', 0]] as const).map(([word, weight]) => ({count: 1, word, tone: 'plain' as const, weight}));
		const first = (width: number, found: typeof parts): string | undefined => draw(<AgentsScreen view={{...fleet, summary: {agents: 2, parts: found, isReading: true}}} {...props(width, 10)}/>, width)[0];
		expect(first(80, [])).toBe(' obwatch  2 agents · reading…');
		expect(first(80, parts)).toBe(' obwatch  2 agents · 1 failed · 1 database down · reading…');
		expect(first(40, parts)).toBe(' 2 agents · 1 failed · reading… · +1');
		expect(first(27, parts.slice(0, 1))).toBe(' 2 agents · 1 failed …');
	});

	test('that cannot reach their database say so instead of what they are', () => {
		const row = agentsRow({role: 'cluster', isDatabaseDown: true});
		expect(draw(<AgentsScreen view={agentsView([row])} {...props(80, 10)}/>, 80)[2]).toBe('   10.0.0.1:2886  db down   Initialize cluster  ● running    ▰▱▱▱▱ 4/11   1m12s');
		expect(draw(<AgentsScreen view={agentsView([row])} {...props(130, 10)}/>, 130)[2]).toMatch(/10\.0\.0\.1:2886 {2}database down {2}Initialize cluster/);
	});

	test('stay aligned under names of wide characters', () => {
		const rows = ['初始化集群', 'Start 😀', 'plain'].map((name, index) => agentsRow({
			key: String(index), task: {name, outcome: {word: 'succeeded'}, progress: {stage: 1, done: 1, total: 1}, duration: 1000},
		}));
		expect(draw(<AgentsScreen view={agentsView(rows)} {...props(80, 10)}/>, 80).slice(2, 5)).toEqual([
			'   10.0.0.1:2886  master    初始化集群          ✔ succeeded  ▰▰▰▰▰ 1/1       1s',
			'   10.0.0.1:2886  master    Start 😀            ✔ succeeded  ▰▰▰▰▰ 1/1       1s',
			'   10.0.0.1:2886  master    plain               ✔ succeeded  ▰▰▰▰▰ 1/1       1s',
		]);
	});

	test('of a cluster are below it, with its own tasks first', () => {
		const rows = [
			agentsRow({key: 'c', type: 'cluster', label: 'demo', role: '2/3', task: undefined}),
			agentsRow({key: 't', type: 'task', depth: 1, label: '', role: ''}),
			agentsRow({key: 'a', depth: 1}),
			agentsRow({key: 'u', type: 'task', depth: 2, label: '', role: ''}),
		];
		expect(draw(<AgentsScreen view={agentsView(rows)} {...props(80, 10)}/>, 80).slice(2, 6).map(line => line.slice(0, 44).trimEnd())).toEqual([
			'   demo             2/3',
			'   └                          Initialize clu',
			'     10.0.0.1:2886  master    Initialize clu',
			'     └                        Initialize clu',
		]);
	});

	test('of which a part failed are called failing, and the same reason of a main task and its parts is said once', () => {
		const why = {place: 'Start observer @ 10.0.0.2:2886', text: 'cannot allocate memory', further: '; @ 10.0.0.1:2886: killed', shortest: 'cannot allocate memory'};
		const lines = draw(<AgentsScreen view={agentsView([agentsRow({isFailing: true, why}), agentsRow({...failed, why, isSelected: true}), agentsRow({key: '3', label: '10.0.0.3:2886', why: {...why, text: 'disk full'}})])} {...props(80, 14)}/>, 80);
		expect(lines[2]).toBe('   10.0.0.1:2886  master    Initialize cluster  ● failing    ▰▱▱▱▱ 4/11   1m12s');
		const below = lines.slice(5).map(line => line.trim()).join(' ');
		expect(below.match(/cannot allocate memory; @ 10\.0\.0\.1:2886: killed/g)).toHaveLength(1);
		expect(below).toContain('disk full');
	});

	test('that cannot be queried say why, and what was known last', () => {
		const row = agentsRow({problem: 'root@sys password refused, not sent again (p)', asOf: Date.UTC(2026, 2, 1, 10), isSelected: true});
		expect(draw(<AgentsScreen view={agentsView([row])} {...props(100, 10)}/>, 100)[2])
			.toBe(' ▸ 10.0.0.1:2886  root@sys password refused, not sent again (p) · last seen: Initialize cluster, r…');
		expect(draw(<AgentsScreen view={agentsView([{...row, isFailing: true}])} {...props(120, 10)}/>, 120)[2]).toContain('last seen: Initialize cluster, failing at ');
		// Its task is read nevertheless.
		expect(draw(<AgentsScreen view={agentsView([{...row, asOf: undefined}])} {...props(100, 10)}/>, 100)[2])
			.toBe(' ▸ 10.0.0.1:2886  root@sys password refused, not sent again (p) · Initialize cluster, running');
	});

	test('can be drawn in ASCII', () => {
		expect(draw(<AgentsScreen view={fleet} {...props(80, 10, {theme: createTheme({isAscii: true})})}/>, 80).join('')).toMatch(/^[\u0020-\u007E]+$/);
	});

	test('that fill the screen make room for a notice in the last line', () => {
		const full = agentsView(Array.from({length: 6}, (_, index) => agentsRow({key: String(index)})));
		const footer = {context: 'help', conditions: [], notice: {text: 'asking all agents', isProblem: false}} as const;
		expect(draw(<AgentsScreen view={full} {...props(80, 10, {footer})}/>, 80).at(-1)).toBe(' asking all agents  Esc close  Space page down  PgUp page up');
		expect(draw(<AgentsScreen view={fleet} {...props(80, 10, {footer})}/>, 80).slice(-2)).toEqual([' asking all agents', ' Esc close  Space page down  PgUp page up']);
	});
});

test('a notice about agents leaves the keys and the reasons where they are, as long as a line is free', () => {
	const fleetOf = (count: number) => agentsView(Array.from({length: count}, (_, index) => agentsRow({key: String(index), why: {place: 'Unpack', text: 'no space left on device'}})));
	const frame = (count: number): readonly string[] => drawFrame(appView({
		screen: fleetOf(count), size: {columns: 80, rows: 24}, notice: {text: 'new keys pinned', isProblem: false},
	}));
	expect(frame(1).slice(-4)).toEqual(['', ' new keys pinned', expect.stringContaining(' why '), expect.stringContaining('help')]);
	expect(frame(40).at(-1)).toMatch(/^ new keys pinned {2}\S+ open .*help/);
});
