import {describe, expect, test} from 'vitest';
import {type Outcome} from '../../../source/protocol/outcome.js';
import {type TaskHeader} from '../../../source/store/selectors/view-types.js';
import {taskHeaderLine, TaskScreen} from '../../../source/ui/screens/task.js';
import {makeDag, makeInfo, makeNodes, ten} from '../../helpers/tasks.js';
import {draw} from '../helpers/draw.js';
import {fleetOf, frameOf, play} from '../helpers/stage.js';
import {header, props, read, stageRow, taskView} from '../helpers/views.js';

describe('a task', () => {
	test('at 80 columns', () => {
		expect(draw(<TaskScreen view={taskView()} {...props(80, 12)}/>, 80)).toEqual([
			' obwatch › 10.0.0.1:2886 › Initialize cluster',
			' ✖ failed in stage 3 of 11 after 12s   18:00:00 → 18:00:12 +08:00',
			' why  Start observer @ 10.0.0.3:2886: cannot allocate memory',
			'    # STAGE                         OUTCOME       TIME   0s         6s      12s',
			'    1 Integrate config              ✔ succeeded     1s   ██',
			'    2 Create observer workdir       ✔ succeeded     3s     ██████',
			' ▸  3 Start observer           2/3  ✖ failed        8s          ███████████████',
			'    4 Cluster bootstrap             · pending',
			'',
			'',
			' Esc close  Space page down  PgUp page up',
		]);
	});

	test.each([
		[80, true, ' stalled: no new line or stage for 58m24s · usual limit (1h) in 1m35s'],
		[80, false, ' stalled: no new stage for 58m24s, no new line seen · usual limit (1h) in 1m35s'],
		[100, false, ' stalled: no new stage for 58m24s, no new line seen · usual limit (1h) in 1m35s'],
		[40, false, ' stalled 58m24s · limit 1m35s'],
	])('says at %i columns that it stalls, and how near the limit is', (columns, areLinesKnown, words) => {
		const stall = {idleFor: 3_504_000, areLinesKnown, isStalled: true, slowest: undefined, limitIn: 95_000};
		const lines = draw(<TaskScreen view={taskView({header: header({outcome: {word: 'running'}, why: undefined, stall})})} {...props(columns, 12)}/>, columns);
		expect(lines).toContain(words);
	});

	test('says beside why a part of it failed how the rest goes on', () => {
		const stall = {idleFor: 3000, areLinesKnown: true, isStalled: false, slowest: {agent: '10.0.0.1:2886', duration: 9000}, limitIn: 3_500_000};
		const lines = draw(<TaskScreen view={taskView({header: header({outcome: {word: 'running'}, isFailing: true, stall})})} {...props(80, 12)}/>, 80);
		expect(lines.slice(2, 4)).toEqual([' why  Start observer @ 10.0.0.3:2886: cannot allocate memory', ' slowest: 10.0.0.1:2886 (9s)']);
		expect(lines).toHaveLength(11);
	});

	test('shows from 100 columns on how long its stages usually take, and in each width which takes longer', () => {
		const view = taskView({list: {top: 0, total: 3, rows: [
			stageRow(1, {usual: 1000}),
			stageRow(2, {name: 'Start observer', outcome: {word: 'running'}, duration: 355_000, usual: 100_000, isSlow: true, place: {start: 0.1, end: 1}}),
			stageRow(3, {name: 'Cluster bootstrap', outcome: {word: 'pending'}, duration: undefined, usual: 40_000, place: undefined}),
		]}});
		expect(draw(<TaskScreen view={view} {...props(100, 12)}/>, 100).slice(3, 7)).toEqual([
			'    # STAGE              OUTCOME       TIME  USUALLY     0s                   6s                12s',
			'    1 Integrate config   ✔ succeeded     1s       1s     ████',
			'    2 Start observer     ● running    5m55s    1m40s ↑       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓',
			'    3 Cluster bootstrap  · pending               40s',
		]);
		expect(draw(<TaskScreen view={view} {...props(80, 12)}/>, 80).slice(3, 7)).toEqual([
			'    # STAGE              OUTCOME       TIME     0s             6s           12s',
			'    1 Integrate config   ✔ succeeded     1s     ███',
			'    2 Start observer     ● running    5m55s ↑      ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓',
			'    3 Cluster bootstrap  · pending',
		]);
	});

	test('shows a long reason whole in every width', () => {
		const why = {place: 'Execute script @ 10.0.0.3:2886', text: `execute script '${'a'.repeat(90)}' … CheckFailed: tenant a has a pending restore`, shortest: 'CheckFailed: tenant a has a pending restore', further: '; 3 others: context canceled'};
		for (const columns of [40, 60, 80, 120]) {
			const lines = draw(<TaskScreen view={taskView({header: header({why})})} {...props(columns, 12)}/>, columns);
			const from = lines.findIndex(text => text.startsWith(' why'));
			expect(lines.slice(from, from + 4).map(text => text.trim()).join(' ')).toContain('CheckFailed: tenant a has a pending restore');
		}
	});

	test('at 40 columns', () => {
		expect(draw(<TaskScreen view={taskView()} {...props(40, 11)}/>, 40)).toEqual([
			' 10.0.0.1:2886 › Initialize cluster',
			' ✖ failed in stage 3 of 11 after 12s',
			' why  Start observer @ 10.0.0.3:2886:',
			'      cannot allocate memory',
			'   STAGE             OUTCOME       TIME',
			'   Integrate config  ✔ succeeded     1s',
			'   Create observer…  ✔ succeeded     3s',
			' ▸ Start observer    ✖ failed        8s',
			'   Cluster bootstr…  · pending',
			' Esc close  Space page down',
		]);
	});

	test('whose agent cannot be queried says so above the last data', () => {
		const lines = draw(<TaskScreen view={taskView({staleness: {problem: 'unreachable since 10:39: connection refused', asOf: undefined, logFolder: undefined}})} {...props(80, 12)}/>, 80);
		expect(lines[1]).toBe(' unreachable since 10:39: connection refused');
		expect(lines).toHaveLength(11);
	});

	test('without stages says why', () => {
		const lines = draw(<TaskScreen view={taskView({note: 'loading stages', list: {rows: [], top: 0, total: 0}})} {...props(80, 12)}/>, 80);
		expect(lines[4]).toBe('   loading stages');
	});

	test('that runs has its bars at the right', () => {
		const rows = [stageRow(1, {outcome: {word: 'running'}, place: {start: 0.5, end: 1}})];
		expect(draw(<TaskScreen view={taskView({list: {rows, top: 0, total: 1}})} {...props(80, 12)}/>, 80)[4]!.endsWith('▓▓')).toBe(true);
	});
});

describe('the line that says how a task is', () => {
	const line = (change: Partial<TaskHeader>, columns = 200): string => read([taskHeaderLine(header(change), props(columns, 24))])[0]!;

	test.each<[Outcome, Partial<TaskHeader>, string]>([
		[{word: 'running'}, {endTime: undefined}, ' ● running stage 3 of 11   id 22130706433028869   since 18:00:00 +08:00   12s'],
		[{word: 'failed'}, {}, ' ✖ failed in stage 3 of 11 after 12s   id 22130706433028869   18:00:00 → 18:00:12 +08:00'],
		[{word: 'succeeded'}, {}, ' ✔ succeeded, 11 stages in 12s   id 22130706433028869   18:00:00 → 18:00:12 +08:00'],
		[{word: 'succeeded'}, {operator: 'RETRY'}, ' ✔ succeeded, 11 stages in 12s   retried   id 22130706433028869   18:00:00 → 18:00:12 +08:00'],
		[{word: 'rolled back'}, {operator: 'ROLLBACK'}, ' ⟲ rolled back after 12s   id 22130706433028869   18:00:00 → 18:00:12 +08:00'],
		[{word: 'rolling back'}, {operator: 'ROLLBACK', endTime: undefined}, ' ↺ rolling back stage 3 of 11   id 22130706433028869   since 18:00:00 +08:00   12s'],
		[{word: 'passed'}, {operator: 'PASS'}, ' » passed in stage 3 of 11 after 12s   id 22130706433028869   18:00:00 → 18:00:12 +08:00'],
		[{word: 'waiting'}, {duration: undefined, startTime: undefined}, ' ◌ waiting in stage 3 of 11   id 22130706433028869'],
		[{word: 'pending'}, {duration: undefined, startTime: undefined}, ' · pending   id 22130706433028869'],
		[{word: 'unknown', reason: 'pair', text: 'BROKEN / RUN'}, {duration: undefined, startTime: undefined}, ' ? BROKEN / RUN in stage 3 of 11   id 22130706433028869'],
	])('%j', (outcome, change, expected) => {
		expect(line({outcome, ...change})).toBe(expected);
	});

	test.each<[number, string]>([
		[1000, 'about 5s left'],
		[41_000, 'about 50s left'],
		[91_000, 'about 2 min left'],
		[3_600_000, 'about 60 min left'],
		[7_900_000, 'about 2 h 20 min left'],
		[10_800_000, 'about 3 h left'],
	])('says that %i ms are left in steps that say no more than can be known', (time, expected) => {
		expect(line({outcome: {word: 'running'}, estimate: {type: 'left', time, runs: 3}})).toContain(`   ${expected} (3 runs before)   `);
	});

	test('says when a running task will end rather than when it began, and of how many runs that is made from 100 columns on', () => {
		const change: Partial<TaskHeader> = {outcome: {word: 'running'}, endTime: undefined, usual: 600_000, estimate: {type: 'left', time: 240_000, runs: 12}};
		expect(line(change, 120)).toBe(' ● running stage 3 of 11   since 18:00:00 +08:00   usually 10m00s   about 4 min left (12 runs before)   12s');
		expect(line(change, 80)).toBe(' ● running stage 3 of 11   since 18:00:00 +08:00   about 4 min left   12s');
		expect(line(change, 60)).toBe(' ● running stage 3 of 11   about 4 min left   12s');
	});

	test('says only that it is longer than usual once it is', () => {
		expect(line({outcome: {word: 'running'}, endTime: undefined, usual: 100_000, estimate: {type: 'over', usual: 100_000, runs: 12}}, 100)).toMatch(/since 18:00:00 \+08:00 {3}longer than usual \(1m40s\) {3}12s$/);
		expect(line({usual: 40_000}, 100)).toContain('   usually 40s');
	});

	test('says when the start is that of this attempt', () => {
		expect(line({isLaterAttempt: true})).toMatch(/ {3}this attempt 18:00:00 → 18:00:12 \+08:00$/);
		// Where the times have no room, the duration still is that of the attempt, and the timeline that of all.
		expect(line({isLaterAttempt: true}, 60)).toBe(' ✖ failed in stage 3 of 11 after 12s   this attempt only');
		expect(line({isLaterAttempt: true, startTime: Date.UTC(2025, 11, 24)}, 80)).toBe(' ✖ failed in stage 3 of 11 after 12s   this attempt only   id 22130706433028869');
		expect(line({isLaterAttempt: true, outcome: {word: 'running'}, endTime: undefined}, 60)).toBe(' ● running stage 3 of 11   this attempt only   12s');
		expect(line({isLaterAttempt: true}, 50)).toBe(' ✖ failed in stage 3 of 11 after 12s');
	});

	test('says between which stages it is, for the second in which none is at work', () => {
		const between = {outcome: {word: 'running'}, isBetween: true, endTime: undefined} as const;
		expect(line(between)).toMatch(/^ ● running between stages 2 and 3 of 11 {3}/);
		expect(line({...between, progress: {stage: 1, done: 0, total: 11}})).toMatch(/^ ● running before stage 1 of 11 {3}/);
	});

	test('follows the number that the task itself says, if its stages were read before', () => {
		const agent = '10.0.0.1:2886';
		const headerOf = (isBrief: boolean) => {
			const dag = makeDag({stage: 3, maxStage: 3, isBrief, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'PENDING/RUN')});
			return frameOf(play(fleetOf(1), {type: 'info-received', agent, at: ten, info: makeInfo({agent})}, {type: 'task-received', agent, at: ten, task: dag})).join('\n');
		};

		expect(headerOf(false)).toContain('running between stages 2 and 3 of 3');
		expect(headerOf(true)).toContain('running stage 3 of 3');
	});

	test('names the task that replaced this one while it was open', () => {
		expect(line({outcome: {word: 'failed'}, replacedBy: 'Stop observer'}, 80)).toMatch(/^ ✖ failed in stage 3 of 11 after 12s {3}replaced by Stop observer( |$)/);
	});

	test('has dates where the task is old', () => {
		expect(line({startTime: Date.UTC(2025, 11, 24, 18), endTime: Date.UTC(2025, 11, 24, 19)})).toContain('25 Dec 2025 02:00:00 → 03:00:00 +08:00');
	});

	test('shows what the agent does not say in local time, and says so', () => {
		expect(line({utcOffset: undefined})).toMatch(/ local$/);
	});

	test('leaves out that it was retried, then the id, then the times', () => {
		const retried = {operator: 'RETRY'};
		const whole = line(retried).length;
		expect(line(retried, whole + 1)).toBe(line(retried));
		expect(line(retried, whole)).not.toContain('retried');
		expect(line(retried, whole)).toContain('id 22130706433028869');
		expect(line({}, 70)).not.toContain('id 22130706433028869');
		expect(line({}, 70)).toContain('18:00:00');
		expect(line({}, 60)).toBe(' ✖ failed in stage 3 of 11 after 12s');
	});
});
