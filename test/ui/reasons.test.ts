// What went wrong is in sight as a whole, whatever the size: state, selectors and screens together.

import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {type Action} from '../../source/store/actions.js';
import {initialState} from '../../source/store/initial-state.js';
import {type State} from '../../source/store/state.js';
import {reduce} from '../../source/store/store.js';
import {selectApp} from '../../source/ui/frame.js';
import {laidOut} from '../helpers/laid-out.js';
import {addressOf, after, makeDag, makeInfo, makeNodes, ten} from '../helpers/tasks.js';
import {drawFrame} from './helpers/draw.js';

const agent = '10.0.0.1:2886';
const now = after(60);

const play = (state: State, ...actions: readonly Action[]): State => {
	let next = state;
	for (const action of actions) {
		next = reduce(laidOut(next), action, now);
	}

	return next;
};

const failedTask = (stages: number, line: string, failedStage = 2) => {
	const nodes = makeNodes(...Array.from({length: stages}, (_, index) => index + 1 < failedStage ? 'SUCCEED/RUN' : (index + 1 === failedStage ? 'FAILED/RUN' : 'PENDING/RUN')));
	return makeDag({
		state: 'FAILED', stage: failedStage, maxStage: stages,
		nodes: nodes.map((node, index) => index + 1 === failedStage ? {...node, subTasks: node.subTasks.map(subTask => ({...subTask, agent, logs: [line]}))} : node),
	});
};

const watching = (size: {readonly columns: number; readonly rows: number}, task = failedTask(7, 'ERROR: x')): State => play(
	initialState([addressOf(agent)], size),
	{agent, at: ten, type: 'info-received', info: makeInfo({agent, homePath: '/home/admin/oceanbase'})},
	{agent, at: ten, type: 'task-received', task},
);

const frame = (state: State): readonly string[] => drawFrame(selectApp(laidOut(state), now));

const long = 'ERROR: [Package.Unpack.Failed]: write /home/admin/oceanbase/upgrade/4.3.5.1/lib/libobcdc.so: no space left on device';

describe('the reason of a failure, on its task', () => {
	test('is whole over as many lines as it takes, with the agent\'s log folder below it', () => {
		expect(frame(watching({columns: 80, rows: 24}, failedTask(7, long))).slice(2, 7)).toEqual([
			' why  stage 2 @ 10.0.0.1:2886: write',
			'      /home/admin/oceanbase/upgrade/4.3.5.1/lib/libobcdc.so: no space left on',
			'      device',
			' log  10.0.0.1:2886: /home/admin/oceanbase/log_obshell',
			expect.stringContaining('# STAGE'),
		]);
	});

	test('leaves three stages in sight on the smallest terminal, and shows its end', () => {
		const lines = frame(watching({columns: 40, rows: 10}, failedTask(11, long)));
		expect(lines.slice(2)).toEqual([
			' why  write /home/admin/ocea…obcdc.so:',
			'      no space left on device',
			'   STAGE             OUTCOME       TIME',
			'   stage 1           ✔ succeeded     2s',
			' ▸ stage 2           ✖ failed        2s',
			'   stage 3           · pending',
			expect.stringContaining('open'),
		]);
	});

	test('takes one line while the task runs, so that nothing moves', () => {
		const running = makeDag({stage: 2, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN', 'PENDING/RUN')});
		expect(frame(watching({columns: 80, rows: 24}, running))[3]).toContain('STAGE');
	});
});

const sizes = fc.record({columns: fc.integer({min: 40, max: 160}), rows: fc.integer({min: 10, max: 40})});
const words = fc.lorem({maxCount: 40}).map(text => `ERROR: ${text} END`);
const failing: Action = {
	agent, at: ten, type: 'agent-failed', since: ten, lastSeenAt: ten, isAlive: true,
	error: {type: 'refused', status: 500, code: 'Agent.NoMaster', message: `${'no master '.repeat(12)}at all`, traceId: '0123456789abcdef'},
};

test('whatever the size and the reason, its end and the selected stage are in sight, and the frame keeps its size', () => {
	const cases = fc.record({size: sizes, line: words, stages: fc.integer({min: 1, max: 30}), failedAt: fc.nat(29), isAway: fc.boolean()});
	fc.assert(fc.property(cases, ({size, line, stages, failedAt, isAway}) => {
		const task = failedTask(stages, line, (failedAt % stages) + 1);
		const state = play(watching(size, task), ...(isAway ? [failing] : []));
		const lines = frame(state);
		expect(lines).toHaveLength(size.rows - 1);
		expect(lines.filter(text => stringWidth(text) > size.columns)).toEqual([]);
		expect(lines.join('\n').replaceAll(/\s/g, '')).toContain('END');
		expect(lines.filter(text => text.includes('▸'))).toHaveLength(1);
		// The list has as many rows as the head leaves: the last one must not fall off.
		const end = play(state, {type: 'selection-moved', by: 'end'});
		expect(frame(end).find(text => text.includes('▸'))).toContain(size.columns < 44 ? 'stage' : `stage ${stages}`);
	}), {numRuns: 150});
});

describe('an agent that cannot be queried', () => {
	const stale = (columns: number, rows = 24): readonly string[] => frame(play(watching({columns, rows}), failing)).slice(1, 5);

	test('says all of it: since when and why with the trace, of when the data are, and where it logs', () => {
		const said = stale(80).join(' ').replaceAll(/\s+/g, ' ');
		expect(said).toMatch(/since \d\d:\d\d local: (?:no master )+at all \(trace 0123456789abcdef\)/);
		expect(said).toMatch(/below: as of \d\d:\d\d:\d\d local · log folder: \/home\/admin\/oceanbase\/log_obshell/);
	});

	test('keeps to two lines on a low terminal, the trace in sight', () => {
		const [problem, detail, outcome] = stale(40, 10);
		expect(problem).toMatch(/[0-9a-f]\)$/);
		expect(detail).toMatch(/^ below: as of \d\d:\d\d:\d\d local/);
		expect(outcome).toContain('✖ failed');
	});
});

describe('the agents', () => {
	const fleet = (size: {readonly columns: number; readonly rows: number}, count = 2): State => {
		const names = Array.from({length: count}, (_, index) => `10.0.0.${index + 1}:2886`);
		return play(
			initialState(names.map(name => addressOf(name)), size),
			{agent, at: ten, type: 'task-received', task: failedTask(7, long)},
			...names.slice(1).map((name): Action => ({agent: name, at: ten, type: 'task-absent'})),
		);
	};

	test('have the reason of a failure below them without a key, also while another row is selected', () => {
		const state = play(fleet({columns: 80, rows: 12}), {type: 'selection-moved', by: 'end'});
		expect(frame(state).slice(4)).toEqual([
			'',
			'',
			'',
			' why  stage 2 @ 10.0.0.1:2886: write',
			'      /home/admin/oceanbase/upgrade/4.3.5.1/lib/libobcdc.so: no space left on',
			'      device',
			expect.stringContaining('open'),
		]);
	});

	test('keep every row where the list fills the screen, and say which rows are in sight', () => {
		const lines = frame(play(fleet({columns: 80, rows: 12}, 20), {type: 'selection-moved', by: 'page'}));
		expect(lines.join('\n')).not.toMatch(/^ why {2}/m);
		expect(lines[0]).toMatch(/ {2}2-9\/20 ▴▾$/);
		expect(lines.at(-2)).toContain('▸ 10.0.0.9:2886');
	});

	test('that do not move any more say stalled instead of running, at every width', () => {
		for (const columns of [40, 80, 120, 200]) {
			const state = play(initialState([addressOf(agent), addressOf('10.0.0.2:2886')], {columns, rows: 12}), {agent, at: ten, type: 'task-received', task: makeDag({stage: 2, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN')})}, {agent, at: ten, type: 'skew-measured', skew: 0});
			const lines = drawFrame(selectApp(laidOut(state), after(1000)));
			expect(lines.find(text => text.startsWith(' ▸'))).toContain('● stalled');
			expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toMatch(columns < 100 ? /no new stage for over 5 minutes, and no new line seen/ : /│ stalled: no (?:output|new line or stage) for 16m/);
		}
	});
});
