import {describe, expect, test} from 'vitest';
import {type Dag} from '../../source/protocol/task.js';
import {type Action} from '../../source/store/actions.js';
import {initialState} from '../../source/store/initial-state.js';
import {topScreen} from '../../source/store/lookup.js';
import {selectFocus} from '../../source/store/selectors/poll-focus.js';
import {reduce} from '../../source/store/store.js';
import {addressOf, after, makeDag, makeInfo, makeNode, makeStatus, makeSubTask, ten} from '../helpers/tasks.js';
import {fleetOf, frameOf, play} from './helpers/stage.js';

const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;

const failed = makeDag({
	id: '1', name: 'Upgrade OceanBase', state: 'FAILED', stage: 2, maxStage: 3, startTime: ten, endTime: after(12), nodes: [
		makeNode({key: 'a', name: 'Check versions', state: 'SUCCEED', startTime: ten, endTime: after(3), subTasks: [makeSubTask({key: 'a1', agent: one, logs: ['versions agree']})]}),
		makeNode({key: 'b', name: 'Unpack packages', state: 'FAILED', startTime: after(3), endTime: after(12), subTasks: [
			makeSubTask({key: 'b1', agent: one, state: 'SUCCEED', logs: ['unpacking', 'done']}),
			makeSubTask({key: 'b2', agent: two, state: 'FAILED', logs: ['unpacking', 'ERROR: no space left on device']}),
		]}),
		makeNode({key: 'c', name: 'Start observer', state: 'PENDING', subTasks: []}),
	],
});

const received = (agent: string, task = failed, at = ten): Action => ({agent, at, type: 'task-received', task});

const fleet = (columns: number, rows: number) => play(fleetOf(2, columns, rows), {agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one})}, received(one));

const reason = 'observer: cannot allocate memory: [ERRO] ob_alloc failed(ret=-4013): exit status 1';
const names = ['Inform all agents', 'Make sure all are ready', 'Advance agents', 'Wait for all agents', 'Start Zone', 'End the task'];
/** A main task that goes on although its part at the second agent failed. */
const main = makeDag({id: '221307064430488614', name: 'Start OB', stage: 5, maxStage: 6, startTime: ten, links: {subDags: {[one]: '15', [two]: '16'}, mainDagId: undefined}, nodes: names.map((name, index) =>
	makeNode({key: name, name, state: index < 4 ? 'SUCCEED' : (index === 4 ? 'RUNNING' : 'PENDING'), subTasks: (index === 3 ? [one, two] : [one]).map(agent => makeSubTask({
		key: name + agent, agent, state: index < 4 ? 'SUCCEED' : 'RUNNING', logs: agent === two ? [`Start observer: ERROR: ${reason}`] : ['at work'],
	}))}))});
const part = makeDag({id: '16', name: 'Start observer', state: 'FAILED', links: {subDags: {}, mainDagId: main.id}, endTime: after(9), nodes: [
	makeNode({key: 'p', name: 'Start observer', state: 'FAILED', subTasks: [makeSubTask({key: 'p', agent: two, state: 'FAILED', logs: [`ERROR: ${reason}`]})]}),
]});

/** What is right of the rule. */
const beside = (frame: readonly string[]): readonly string[] => frame.map(line => line.split('│', 2)[1]?.trimEnd() ?? '');

describe('beside a list', () => {
	test('is what Enter would open, from 100 columns on where both have room', () => {
		const state = fleet(132, 30);
		const preview = beside(frameOf(state));
		expect(preview[0]).toBe('');
		expect(preview.slice(1, 9)).toEqual([
			` ${one} › Upgrade OceanBase`,
			' ✖ failed in stage 2 of 3 after 12s',
			` why  Unpack packages @ ${two}: no space`,
			'      left on device',
			'    # STAGE                      TIME   0s     12s',
			'    1 Check versions         ✔     3s   ███',
			'    2 Unpack packages   1/2  ✖     9s     ████████',
			'    3 Start observer         ·',
		]);
		// The sub-tasks of the stage at work follow, and the log of the failed one.
		expect(preview.join('\n')).toContain('── Unpack packages ──');
		expect(preview.join('\n')).toContain('ERROR: no space left on device');
	});

	test('is named by its last words where there is no room for all', () => {
		const long = 'Wait for all agents to execute tasks successfully';
		const task = {...failed, nodes: [makeNode({key: 'w', name: long, state: 'RUNNING', subTasks: [makeSubTask({key: 'w1', agent: two, state: 'RUNNING', logs: ['waiting']})]})]};
		const titles = (columns: number): readonly string[] => beside(frameOf(play(fleetOf(2, columns, 43), {agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one})}, received(one, task)))).filter(line => line.includes(` › ${two}`));
		expect(titles(132)).toEqual([expect.stringMatching(/^── Wait for all agen… › 10\.0\.0\.2:2886 ─+ ● running$/)]);
		expect(titles(220)).toEqual([expect.stringContaining(`── ${long} › ${two} ──`)]);
	});

	test('leaves the usual times of the stages their columns', () => {
		const agent = '127.0.0.1:2886';
		const run = (number: number, change: Partial<Dag> = {}): Dag => makeDag({id: `2213070643302886${number}`, dagId: number, state: 'SUCCEED', startTime: after(1000 * number), endTime: after((1000 * number) + 20), stage: 2, nodes: ['Prepare the data directories', 'Integrate configuration'].map((name, index) => {
			const times = {startTime: after((1000 * number) + (10 * index)), endTime: after((1000 * number) + 10 + (10 * index))};
			return makeNode({key: `${number} ${index}`, name, ...times, subTasks: [makeSubTask({key: `${number} ${index}`, ...times})]});
		}), ...change});
		const headOf = (...runs: readonly Dag[]): string => frameOf(play(
			initialState([addressOf(agent)], {columns: 120, rows: 30}, {keepsRuns: true}), {agent, at: ten, type: 'info-received', info: makeInfo({agent})}, ...runs.map((task): Action => ({agent, at: ten, type: 'past-task-received', task})), received(agent, run(9, {state: 'FAILED'})), {type: 'agent-opened', key: agent},
		)).find(line => line.includes('STAGE'))?.split('│', 1)[0]?.trimEnd() ?? '';
		expect(headOf()).toMatch(/^ {4}# STAGE .*OUTCOME +TIME +0s/);
		expect(headOf(run(1), run(2), run(3))).toMatch(/^ {4}# STAGE .*OUTCOME +TIME {2}USUALLY +0s/);
	});

	test('follows the cursor at once', () => {
		const state = play(fleet(132, 30), {type: 'selection-moved', by: 1});
		expect(beside(frameOf(state))[1]).toBe(` ${two}`);
	});

	test('begins below the counts of the agents, which have the whole first line', () => {
		const ended = ten + 60_000;
		const tasks = (['RUNNING', 'FAILED'] as const).flatMap(state => (['RUN', 'ROLLBACK'] as const).map(operator => ({state, operator, endTime: state === 'RUNNING' ? undefined : ended})));
		const state = play(fleetOf(5, 132, 30), ...[...tasks, {state: 'SUCCEED', operator: 'ROLLBACK', endTime: ended} as const].map((task, index) =>
			received(`10.0.0.${index + 1}:2886`, makeDag({id: String(index), name: 'Upgrade OceanBase', stage: 1, maxStage: 1, startTime: ten, nodes: [], ...task}))));
		const [first, second] = frameOf(state, ended);
		expect(first).toBe(' obwatch  5 agents · 1 running · 1 rolling back · 1 failed · 1 failed to roll back · 1 rolled back');
		expect(second).toContain('│ 10.0.0');
	});

	test('says what the list then does not say again', () => {
		const count = (columns: number, rows: number): number => frameOf(fleet(columns, rows)).filter(line => line.includes(' why ')).length;
		expect(count(80, 24)).toBe(1);
		expect(count(132, 30)).toBe(1);
		expect(frameOf(fleet(132, 30)).findIndex(line => line.includes(' why '))).toBe(3);
	});

	test.each([[100, 24], [100, 30], [80, 40], [132, 24], [132, 43]])('and the preview of a main task say a long reason whole, and all stages, in %i columns and %i rows', (columns, rows) => {
		const state = play(fleetOf(2, columns, rows), received(one, main), received(two, part), {type: 'selection-moved', by: 'start'});
		const frame = frameOf(state);
		const text = frame.map(line => line.split('│').at(-1)?.trim()).join(' ').replaceAll(/\s+/g, ' ');
		expect(text).toContain(reason);
		expect(names.filter(name => !text.includes(`${names.indexOf(name) + 1} ${name.slice(0, 8)}`))).toEqual([]);
	});

	test('marks the stage at work when the part failed, not the one that only created it', () => {
		const nodes = names.map((name, index) => makeNode({key: name, name, state: index === 0 ? 'SUCCEED' : (index === 3 ? 'RUNNING' : 'PENDING'), subTasks: [makeSubTask({
			key: name, agent: two, state: index === 0 ? 'SUCCEED' : (index === 3 ? 'RUNNING' : 'PENDING'), startTime: index === 0 ? ten : (index === 3 ? after(3) : undefined), endTime: index === 0 ? after(1) : undefined, logs: index === 0 ? ['create task 16 successfully'] : ['wait'],
		})]}));
		const state = play(fleetOf(2), received(one, {...main, stage: 4, nodes}), received(two, part), {type: 'selection-moved', by: 'start'}, {type: 'entered'});
		const marked = frameOf(state).filter(line => line.includes('part failed'));
		expect(marked).toEqual([expect.stringMatching(/▸ {2}4 Wait for all agents .*● running, part failed/) as unknown]);
	});

	test('marks the stage and the sub-task whose part at another agent failed, and leads to that log', () => {
		const state = play(fleetOf(2, 132, 43), received(one, main), received(two, part), {type: 'selection-moved', by: 'start'});
		const preview = beside(frameOf(state));
		expect(preview.find(line => line.includes('4 Wait for'))).toMatch(/ ✔! /);
		expect(preview.join('\n')).toContain('── Wait for all agents');
		expect(preview).toContain(' ✔ succeeded, part failed   2 sub-tasks');
		expect(preview.find(line => line.startsWith(`── ${two} ─`))).toMatch(/─ ✔ succeeded, part failed$/);
		expect(preview.join('\n')).toContain(`Start observer: ERROR: ${reason.slice(0, 16)}`);
		const opened = play(fleetOf(2), received(one, main), received(two, part), {type: 'selection-moved', by: 'start'}, {type: 'entered'});
		expect(frameOf(opened).find(line => line.includes('▸'))).toMatch(/4 Wait for all agents .*✔ succeeded, part failed/);
		const stage = frameOf(play(opened, {type: 'entered'}));
		expect(stage.find(line => line.includes('▸'))).toMatch(/10\.0\.0\.2:2886 {2}✔ succeeded, part failed/);
		expect(stage).toContain(' ✔ succeeded, part failed   2 sub-tasks');
		// Where the words have no room, the mark stays.
		const narrow = play(fleetOf(2, 40, 10), received(one, main), received(two, part), {type: 'selection-moved', by: 'start'}, {type: 'entered'});
		expect(frameOf(narrow).find(line => line.includes('▸'))).toMatch(/4 Wait for all .*✔!/);
		expect(frameOf(play(narrow, {type: 'entered'})).find(line => line.includes('▸'))).toMatch(/10\.0\.0\.2:2886 {2}✔!/);
	});

	test('is the log of the selected sub-task, and below it the ends of the others, of which the list then does not say the last lines', () => {
		const state = play(fleet(132, 30), {type: 'entered'}, {type: 'entered'});
		const frame = frameOf(state);
		expect(frame.slice(2, 5).map(line => line.split('│', 1)[0]?.trimEnd())).toEqual([
			'   AGENT          OUTCOME        TIME',
			'   10.0.0.1:2886  ✔ succeeded      1s',
			' ▸ 10.0.0.2:2886  ✖ failed         1s',
		]);
		expect(beside(frame).slice(0, 7)).toEqual([
			` ${two}`.padEnd(43) + '✖ failed',
			' unpacking',
			' ERROR: no space left on device',
			`── ${one} `.padEnd(39, '─') + ' ✔ succeeded',
			' unpacking',
			' done',
			'',
		]);
	});

	test('of several sub-tasks shows how far a remote task is, without its id, cut once and at a word', () => {
		const line = 'remote task 221307064334146715 Start observer running [3/4]';
		const remote = {...failed, nodes: [makeNode({key: 'b', name: 'Start observer', state: 'RUNNING', subTasks: [one, two].map(agent => makeSubTask({key: agent, agent, state: 'RUNNING', logs: [line]}))})]};
		const shown = (columns: number, rows: number): readonly string[] =>
			frameOf(play(fleetOf(2, columns, rows), {agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one})}, {agent: one, at: ten, type: 'skew-measured', skew: 0}, received(one, remote), {type: 'entered'}, {type: 'entered'}));
		expect(beside(shown(132, 30)).slice(-25).find(text => text.includes('[3/4]'))).toBe(' …Start observer running [3/4]');
		expect(shown(80, 24)[4]).toMatch(/ …Start observer running \[3\/4\] +0s$/);
		expect(shown(64, 24)[4]).toMatch(/ …observer running \[3\/4\] +0s$/);
	});

	test('and the ends of logs leave out the beginning of a line that does not fit, if the one above it has that, too', () => {
		const copied = ['Check ob process and config: check if first start', 'Check ob process and config: check observer process config again', 'Start observer: observer started after a long time that has no room'];
		const upgrade = {...failed, nodes: [
			makeNode({key: 'a', name: 'Check', subTasks: [makeSubTask({key: 'a', agent: one, logs: copied})]}),
			makeNode({key: 'b', name: 'Unpack', state: 'RUNNING', subTasks: [one, two].map(agent => makeSubTask({key: agent, agent, state: 'RUNNING', logs: [`unpacking /home/admin/oceanbase/upgrade ${agent} at work`]}))}),
		]};
		const opened = (columns: number, rows: number) => play(fleetOf(2, columns, rows), {agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one})}, received(one, upgrade), {type: 'entered'});
		const ends = frameOf(opened(100, 30)).map(line => line.split('│', 1)[0]?.trimEnd() ?? '');
		const title = ends.findIndex(line => line.startsWith('── 1 Check'));
		expect(ends.slice(title + 1, title + 4)).toEqual([
			' Check ob process and config: check if first start',
			expect.stringMatching(/^ …(?:\w+ )*config: check observer process config again$/),
			' Start observer: observer started after a long time that h…',
		]);
		// Of a stage, the beginning that all have is said in its first row.
		expect(frameOf(play(opened(80, 24), {type: 'entered'})).slice(3, 5)).toEqual([expect.stringMatching(/ unpacking \/home\/admin\/oceanbase\/upgrade…/), expect.stringContaining(` …${two} at work`)]);
	});

	test('says once that the agent of a task cannot be reached', () => {
		const lost: Action = {agent: one, at: after(20), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: after(20), lastSeenAt: after(15), isAlive: false};
		const state = play(fleet(132, 30), {type: 'agent-opened', key: one}, lost);
		const frame = frameOf(state, after(20));
		expect(frame.filter(line => line.includes('unreachable since'))).toHaveLength(1);
		expect(beside(frame).slice(0, 3).join('')).toContain('Unpack packages');
		expect(frame.join('\n').split('log folder:')).toHaveLength(2);
	});

	test('is nothing on small terminals', () => {
		expect(frameOf(fleet(99, 35)).join('')).not.toContain('│');
		expect(frameOf(fleet(99, 35)).join('')).not.toContain('Check versions');
	});
});

describe('lines that are free', () => {
	const lost = (seconds: number): Action => ({agent: two, at: after(seconds), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: after(seconds), lastSeenAt: after(5), isAlive: false});
	const left = (frame: readonly string[]): readonly string[] => frame.map(line => (line.split('│', 1)[0] ?? '').trimEnd());

	test('below the agents say their reasons, and at the end what changed last', () => {
		const begun = play(fleetOf(3, 132, 43), received(one, {...failed, state: 'RUNNING', endTime: undefined}), received('10.0.0.3:2886', main), {agent: two, at: ten, type: 'task-absent'}, {type: 'selection-moved', by: 'end'});
		expect(left(frameOf(begun)).slice(-4, -1)).toEqual([
			`── journal, local time ${'─'.repeat(57)}`,
			'   No changes yet. When a task begins, waits, fails or ends, and when an agent',
			'   comes, goes or does not respond, it will be listed here, newest first.',
		]);

		const frame = left(frameOf(play(begun, received(one), lost(20)), after(20)));
		expect(frame.slice(4, 8)).toEqual([expect.stringMatching(/^ ▸ 10\.0\.0\.3:2886/), '', ` why  ${one}: Unpack packages @ ${two}: no space left on device`, '']);
		expect(frame.slice(-4, -1)).toEqual([
			`── journal, local time ${'─'.repeat(57)}`,
			expect.stringMatching(/^ {3}\d\d:\d\d:20 {2}10\.0\.0\.2:2886 {2}unreachable$/),
			// The reason is above.
			expect.stringMatching(/^ {3}\d\d:\d\d:00 {2}10\.0\.0\.1:2886 {2}✖ failed {5}Upgrade OceanBase #1$/),
		]);
	});

	test('say why a task failed that another one replaced, and mark what came while the user was away', () => {
		const begun = play(fleetOf(2, 132, 43), received(two, {...failed, id: '7', state: 'RUNNING', endTime: undefined}), {type: 'key-pressed'});
		const ended = reduce(begun, received(two, {...failed, id: '7'}, after(100)), after(100));
		const state = play(ended, received(two, makeDag({id: '8', name: 'Upgrade OceanBase', state: 'RUNNING', stage: 1, maxStage: 1, startTime: ten, nodes: []})));
		expect(left(frameOf(state)).find(line => line.includes('✖ failed') && line.includes('#7'))).toMatch(/^ \+ .*Upgrade OceanBase #7 {2}no spa…on device$/);
	});

	test('keep the place of the newest changes, whichever row is selected', () => {
		const state = play(fleet(132, 43), received(one, {...failed, state: 'RUNNING'}), received(one), lost(20));
		const placeOf = (frame: readonly string[]): number => frame.findIndex(line => line.includes('── journal'));
		const places = ['start', 'end'] as const;
		expect(new Set(places.map(by => placeOf(frameOf(play(state, {type: 'selection-moved', by}), after(20))))).size).toBe(1);
	});

	test('below a preview say what is known of the selected agent, but not what its row says', () => {
		const state = play(fleet(132, 43), {agent: one, at: ten, type: 'status-received', status: makeStatus({underMaintenance: true})});
		const preview = beside(frameOf(state));
		const title = preview.findIndex(line => line.includes(`── ${one} › card`));
		expect(preview.slice(title + 1).map(line => line.slice(1, 15).trim()).filter(name => name !== '')).toEqual(expect.arrayContaining(['obshell', 'OceanBase', 'lock', 'machine']));
		expect(preview.slice(title + 1).join('')).not.toMatch(/role|address/);
		expect(beside(frameOf(fleet(132, 24))).join('')).not.toContain('card');
	});

	test('below what a task or a stage leads to say what is known of its agent, of a sub-task of its own', () => {
		const cardIn = (frame: readonly string[]): readonly string[] => beside(frame).filter(line => line.includes('› card'));
		const task = play(fleet(132, 43), {agent: two, at: ten, type: 'info-received', info: makeInfo({agent: two})}, {type: 'agent-opened', key: one});
		expect(cardIn(frameOf(task))).toEqual([expect.stringContaining(`── ${one} › card ──`)]);
		const stage = play(task, {type: 'entered'});
		expect(cardIn(frameOf(stage))).toEqual([expect.stringContaining(`── ${two} › card ──`)]);
		expect(cardIn(frameOf(play(stage, {type: 'selection-moved', by: -1})))).toEqual([expect.stringContaining(`── ${one} › card ──`)]);
	});

	test('beside the journal say the selected change in full, unless its task or agent still says it', () => {
		const state = play(fleet(132, 43), {agent: two, at: ten, type: 'task-absent'}, lost(20), {type: 'journal-opened'});
		expect(beside(frameOf(state, after(20))).slice(0, 4).join('\n')).toContain('unreachable since');
		expect(frameOf(state, after(20)).join('\n').split('connection refused')).toHaveLength(4);

		const back = play(state, {agent: two, at: after(30), type: 'agent-recovered'}, {type: 'selection-moved', by: 1});
		const frame = frameOf(back, after(30));
		expect(beside(frame).slice(0, 3)).toEqual([expect.stringMatching(/^ unreachable at \d\d:\d\d:20$/), ' why  connection refused', expect.stringContaining(`── ${two} › card ──`)]);
		expect(left(frame)[4]).toMatch(/^ ▸ .*unreachable$/);
		// The next row.
		expect(beside(frameOf(play(back, {type: 'selection-moved', by: -1}), after(30)))[0]).toBe(` ${two} › card`);
	});

	test('below a card say what changed last at its agents', () => {
		const begun = play(fleetOf(2, 132, 43), {agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one})}, received(one, {...failed, state: 'RUNNING', endTime: undefined}), {agent: two, at: ten, type: 'task-absent'});
		const state = play(begun, lost(20), received(one), {type: 'selection-moved', by: 'start'}, {type: 'card-opened'});
		expect(frameOf(state, after(20)).slice(-3, -1)).toEqual([expect.stringContaining('── journal, local time ──'), expect.stringMatching(/^ {3}\d\d:\d\d:00 {2}✖ failed {2,}Upgrade OceanBase #1 {2}Unpack packages @ 10\.0\.0\.2:2886: no space left on device$/)]);
		expect(frameOf({...state, view: {...state.view, size: {columns: 80, rows: 24}}}).join('')).not.toContain('journal');
	});

	test('of an agent that cannot be queried say so once', () => {
		const frame = frameOf(play(fleet(132, 43), lost(20), {type: 'selection-moved', by: 'end'}), after(20));
		expect(frame.filter(line => line.includes('unreachable since'))).toHaveLength(1);
		expect(frame.join('').split('connection refused')).toHaveLength(2);
	});
});

test('below a list is what Enter would open, from 36 rows on', () => {
	const frame = frameOf(fleet(80, 36));
	expect(frame).toHaveLength(35);
	expect(frame).toContain(`── ${one} › Upgrade OceanBase `.padEnd(80, '─'));
	expect(frame.join('\n')).toContain('Check versions');
});

describe('lines that a list or a log does not need', () => {
	const stage = (number: number, state: string, ...logs: ReadonlyArray<readonly string[]>) => makeNode({key: `n${number}`, name: `Stage ${number}`, state, startTime: after(number), endTime: after(number + 1), subTasks: logs.map((lines, index) =>
		makeSubTask({key: `n${number} ${index}`, agent: [one, two][index] ?? one, state, logs: lines, executeTimes: 1}))});
	const task = makeDag({id: '1', name: 'Initialize cluster', state: 'RUNNING', stage: 3, maxStage: 4, startTime: ten, nodes: [
		stage(1, 'SUCCEED', ['versions agree'], ['task Stage 1: versions agree, too']),
		stage(2, 'SUCCEED', ['remote task 221307064334146715 Stage 2 running [1/1]', 'started']),
		stage(3, 'RUNNING', ['at work', 'at work', 'half of it']),
		stage(4, 'PENDING', []),
	]});
	const opened = (columns: number, rows: number) => play(fleet(columns, rows), received(one, task), {type: 'agent-opened', key: one});

	test('show the ends of the logs of the other stages below the list, in order, each line once', () => {
		const frame = frameOf(opened(132, 43)).map(line => line.split('│', 1)[0]?.trimEnd());
		expect(frame.slice(8, 16)).toEqual([
			'── 1 Stage 1 '.padEnd(79, '─'),
			' .1 versions agree',
			' .2 versions agree, too',
			`── 2 Stage 2 @ ${one} `.padEnd(79, '─'),
			' started',
			'',
			'',
			'',
		]);
		expect(beside(frameOf(opened(132, 43))).slice(0, 4)).toEqual([` Stage 3 › ${one}`.padEnd(42) + '● running', ' at work  ×2', ' half of it', '']);
	});

	test('follow the cursor, so that what has not begun has the log of the stage before it', () => {
		const frame = frameOf(play(opened(132, 43), {type: 'selection-moved', by: 1}));
		expect(frame.join('\n')).toContain('no lines yet');
		expect(frame.map(line => line.split('│', 1)[0]?.trimEnd())).toEqual(expect.arrayContaining([`── 3 Stage 3 @ ${one} `.padEnd(79, '─'), ' at work  ×2', ' half of it']));
	});

	test('show those of the other stages below the preview where there is no room below the list', () => {
		const frame = frameOf(opened(80, 44));
		expect(frame.filter(line => line.includes('half of it'))).toHaveLength(1);
		expect(frame).toEqual(expect.arrayContaining([' .2 versions agree, too', ' started']));
	});

	test('stay with a long log up to half of them, and the logs of the other agents share the rest, the failed one first', () => {
		const many = (word: string): readonly string[] => Array.from({length: 90}, (_, index) => `${word} ${index + 1}`);
		const three = '10.0.0.3:2886';
		const long = makeDag({id: '1', name: 'Initialize cluster', state: 'RUNNING', stage: 1, maxStage: 1, startTime: ten, nodes: [makeNode({key: 'a', name: 'Start observer', state: 'RUNNING', subTasks: [
			makeSubTask({key: '1', agent: one, state: 'SUCCEED', logs: many('one')}),
			makeSubTask({key: '2', agent: two, state: 'RUNNING', logs: many('two')}),
			makeSubTask({key: '3', agent: three, state: 'FAILED', logs: [...many('three'), 'ERROR: broken']}),
		]})]});
		const state = play(fleet(132, 43), received(one, long), {type: 'agent-opened', key: one}, {type: 'entered'}, {type: 'selection-moved', by: 'start'});
		const preview = beside(frameOf(state));
		const titles = preview.flatMap((line, index) => line.includes(':2886') ? [[line.slice(0, 16).trim(), index]] : []);
		expect(titles).toEqual([[one, 0], [`── ${three}`.slice(0, 16), 21], [`── ${two}`.slice(0, 16), 31]]);
		expect(preview[20]).toBe(' one 90');
		expect(preview[30]).toBe(' ERROR: broken');
		expect(preview[40]).toBe(' two 90');
	});

	test('are none on a small terminal, and ask no agent for anything', () => {
		const state = opened(80, 24);
		expect(frameOf(state).join('\n')).not.toContain('versions agree');
		expect(selectFocus(opened(132, 43)).logs).toEqual([]);
	});
});

describe('Tab', () => {
	test('goes to the preview, whose keys then act there, and back', () => {
		const there = play(fleet(132, 30), {type: 'laid-out', page: 20, hasPreview: true}, {type: 'pane-switched'});
		expect(topScreen(there)).toMatchObject({type: 'task'});
		const moved = play(there, {type: 'selection-moved', by: -1});
		const frame = frameOf(moved);
		expect(beside(frame)[6]).toBe(' ▸  1 Check versions         ✔     3s   ███');
		expect(frame[2]).toContain(one);
		expect(topScreen(play(moved, {type: 'pane-switched'}))).toMatchObject({type: 'agents'});
		expect(topScreen(play(moved, {type: 'escaped'}))).toMatchObject({type: 'agents'});
		expect(frameOf(play(moved, {type: 'entered'})).join('\n')).not.toContain('ROLE');
	});

	test('says so where there is no other pane', () => {
		expect(play(fleet(80, 24), {type: 'pane-switched'}).view.notice?.text).toContain('No other pane');
	});
});

describe('where there is something to say, no more than a third of the rows is empty', () => {
	const lines = Array.from({length: 80}, (_, index) => `starting part ${index + 1} of the observer`);
	const work = makeDag({
		id: '1', name: 'Initialize cluster', state: 'RUNNING', stage: 3, maxStage: 11, startTime: ten, nodes: Array.from({length: 11}, (_, index) => makeNode({
			key: `stage ${index}`, name: `Stage ${index + 1}`, state: index < 2 ? 'SUCCEED' : (index === 2 ? 'RUNNING' : 'PENDING'), startTime: after(index), endTime: after(index + 1),
			subTasks: [one, two].map(agent => makeSubTask({key: `${index} ${agent}`, agent, state: index < 2 ? 'SUCCEED' : (index === 2 ? 'RUNNING' : 'PENDING'), logs: index < 3 ? lines : undefined})),
		})),
	});
	const begun = Array.from({length: 30}, (_, index): Action => received(two, makeDag({id: String(100 + index), name: `Change parameters ${index}`, state: 'RUNNING', stage: 1, maxStage: 1, startTime: after(index), nodes: []})));

	test.each([[100, 30], [132, 43], [160, 45], [220, 60], [300, 80]])('at %ix%i', (columns, rows) => {
		const agents = play(fleetOf(9, columns, rows), {agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one})}, received(one, work), ...begun);
		const task = play(agents, {type: 'agent-opened', key: one});
		const stage = play(task, {type: 'entered'});
		for (const state of [agents, task, stage]) {
			const frame = frameOf(state, after(20));
			const empty = frame.filter(line => line.replaceAll(/[│\s]/g, '') === '').length;
			expect(frame).toHaveLength(rows - 1);
			expect(empty, frame.join('\n')).toBeLessThanOrEqual(rows / 3);
		}
	});

	test.each([[100, 30], [132, 43], [160, 45], [220, 60], [300, 80]])('even if each log is only some lines long, at %ix%i', (columns, rows) => {
		const three = '10.0.0.3:2886';
		const short = makeDag({...work, stage: 8, nodes: work.nodes!.map((node, index) => {
			const state = index < 7 ? 'SUCCEED' : (index === 7 ? 'RUNNING' : 'PENDING');
			return {...node, state, subTasks: [one, two, three].map(agent => makeSubTask({key: `${index} ${agent}`, agent, state, executeTimes: 1, logs: index < 8 ? lines.slice(0, 5) : undefined}))};
		})});
		const task = play(fleetOf(3, columns, rows), {agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one})}, received(one, short), {type: 'agent-opened', key: one});
		for (const state of [task, play(task, {type: 'entered'}), play(task, {type: 'selection-moved', by: 2})]) {
			const frame = frameOf(state, after(20));
			expect(frame.filter(line => line.replaceAll(/[│\s]/g, '') === '').length, frame.join('\n')).toBeLessThanOrEqual(rows / 3);
		}
	});

	test('names of stages are whole in a narrow preview, and the timeline gets what they leave, or nothing', () => {
		const named = makeDag({...work, nodes: work.nodes!.map((node, index) => ({...node, name: index === 4 ? 'Integrate configuration' : 'Set root password'}))});
		const frame = beside(frameOf(play(fleet(132, 43), received(one, named)), after(20)));
		expect(frame.find(line => line.includes(' 5 Integrate'))).toMatch(/ 5 Integrate configuration {2}· *$/);
		expect(frame.find(line => line.includes('# STAGE'))).toMatch(/# STAGE +TIME {3}0s +\d+s$/);
		// How many sub-tasks are done is said where they are at work, if there is room.
		const counted = beside(frameOf(play(fleet(132, 43), received(one, work)), after(20))).filter(line => / \d\/2 /.test(line));
		expect(counted.map(line => line.trim().slice(0, 9))).toEqual(['3 Stage 3']);
		const longer = beside(frameOf(play(fleet(132, 43), received(one, makeDag({...named, nodes: named.nodes!.map(node => ({...node, name: 'Advance agents to execute the task'}))}))), after(20)));
		expect(longer.find(line => line.includes(' 1 Advance'))).toContain(' 1 Advance agents to execute the task  ✔');
	});
});
