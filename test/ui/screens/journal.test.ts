import {describe, expect, test} from 'vitest';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {awayAfter, journalLimit, newsOf} from '../../../source/store/journal.js';
import {topScreen} from '../../../source/store/lookup.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {addressOf, after, makeDag, makeInfo, makeNodes, makeStatus} from '../../helpers/tasks.js';
import {fleetOf, frameOf} from '../helpers/stage.js';

const one = '10.0.0.1:2886';
const at = (seconds: number) => ({agent: one, at: after(seconds)});
const task = (seconds: number, state: string, change: Partial<Dag> = {}): Action => {
	const [word = '', operator = ''] = state.split('/', 2);
	return {...at(seconds), type: 'task-received', task: makeDag({state: word, operator, nodes: makeNodes(state), ...change})};
};

const pressed: Action = {type: 'key-pressed'};

/** Actions, each so many seconds after ten. */
const run = (state: State, ...steps: ReadonlyArray<readonly [seconds: number, action: Action]>): State => {
	let next = state;
	for (const [seconds, action] of steps) {
		next = reduce(next, action, after(seconds));
	}

	return next;
};

const begin = (): State => run(fleetOf(2), [0, {...at(0), type: 'info-received', info: makeInfo({agent: one})}], [0, {...at(0), type: 'task-absent'}], [1, task(1, 'RUNNING/RUN')], [2, pressed]);
const open: Action = {type: 'journal-opened'};

describe('the journal', () => {
	test('lists what changed, newest first, and Enter opens the task', () => {
		const state = run(begin(), [10, task(10, 'FAILED/RUN')], [20, open]);
		const frame = frameOf(state);
		expect(frame[0]).toBe(' obwatch › journal');
		expect(frame[1]).toBe(' 2 changes');
		expect(frame[3]).toMatch(/^ ▸ {3}\d\d:\d\d:10 {2}10\.0\.0\.1:2886 {2}✖ failed {5}Initialize cluster #9 {2}/);
		expect(frame[4]).toMatch(/\d\d:\d\d:01 {2}10\.0\.0\.1:2886 {2}began {8}Initialize cluster #9$/);
		expect(topScreen(run(state, [21, {type: 'entered'}]))).toMatchObject({type: 'task', task: {owner: one, id: makeDag().id}});
	});

	test('says the whole reason of the selected change below the list, if its row has no room for it', () => {
		const reason = 'write /home/admin/oceanbase/upgrade/4.3.5.1/lib/libobcdc.so: no space left on device';
		const nodes = makeNodes('FAILED/RUN').map(node => ({...node, subTasks: node.subTasks.map(subTask => ({...subTask, logs: [`ERROR: ${reason}`]}))}));
		const state = run(begin(), [10, task(10, 'FAILED/RUN', {nodes})], [20, open]);
		const below = (then: State): string => frameOf(then).slice(5).map(line => line.trim()).join(' ');
		expect(below(state)).toContain(reason);
		expect(below(run(state, [21, {type: 'selection-moved', by: 1}]))).not.toContain('libobcdc');
	});

	test('says which of its rows are in sight', () => {
		const steps = Array.from({length: 30}, (_, index) => [10 + index, task(10 + index, index % 2 === 0 ? 'FAILED/RUN' : 'RUNNING/RUN')] as const);
		const state = run(begin(), ...steps, [60, open]);
		expect(frameOf(state)[0]).toMatch(/ 1-\d+\/31 ▾$/);
		expect(frameOf(run(state, [61, {type: 'selection-moved', by: 'end'}]))[0]).toMatch(/-31\/31 ▴$/);
	});

	test('lists agents that joined a cluster, not those that were found where they had been before', () => {
		const comes = (name: string, hasJoined: boolean): Action => ({type: 'agents-found', at: after(10), found: [{address: addressOf(name), name, foundBy: one, hasJoined}]});
		const state = run(begin(), [10, comes('10.0.0.8:2886', false)], [11, comes('10.0.0.9:2886', true)]);
		expect(state.journal.entries.flatMap(({label, transition}) => transition.type === 'agent-joined' ? [label] : [])).toEqual(['10.0.0.9:2886']);
	});

	test('leads from an agent\'s change to its card', () => {
		const lost: Action = {...at(10), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: after(10), lastSeenAt: after(5), isAlive: false};
		const state = run(begin(), [10, lost], [20, open]);
		expect(frameOf(state)[3]).toMatch(/10\.0\.0\.1:2886 {2}unreachable +connection refused$/);
		expect(topScreen(run(state, [21, {type: 'entered'}]))).toMatchObject({type: 'card', owner: one});
	});

	test('says in full what happened to an agent, beside tasks with short events too', () => {
		const status = (seconds: number, obState: number): Action => ({...at(seconds), type: 'status-received', status: makeStatus({agent: one, identity: 'CLUSTER AGENT', obState})});
		const state = run(begin(), [3, status(3, 3)], [10, status(10, 0)], [20, status(20, 3)], [30, open]);
		expect(frameOf(state).slice(3, 5).map(line => line.slice(30).trimEnd())).toEqual(['database up again', 'database down']);
	});

	test('marks what came after a minute without a key, until it was seen', () => {
		const away = run(begin(), [30, task(30, 'FAILED/RUN')], [100, task(100, 'RUNNING/ROLLBACK')]);
		expect(newsOf(away.journal)).toBe(2);
		expect(frameOf(away).at(-1)).toMatch(/ 2 new in J$/);
		const opened = run(away, [200, pressed], [200, open]);
		expect(frameOf(opened)[1]).toMatch(/^ 3 changes · \+ 2 while you were away, since \d\d:\d\d:02 local$/);
		expect(frameOf(opened).slice(3, 6).map(line => line.slice(3, 4))).toEqual(['+', '+', ' ']);
		const left = run(opened, [210, pressed], [210, {type: 'went-back'}]);
		expect(newsOf(left.journal)).toBe(0);
		expect(frameOf(left).at(-1)).not.toContain('new in J');
	});

	test('stays new while a task is opened from it, and comes back to it', () => {
		const opened = run(begin(), [100, task(100, 'FAILED/RUN')], [200, pressed], [200, open], [201, pressed], [201, {type: 'entered'}]);
		expect(newsOf(opened.journal)).toBe(1);
		expect(topScreen(run(opened, [202, open]))).toMatchObject({type: 'journal'});
	});

	test.each([[awayAfter - 1, 0], [awayAfter, 1]])('a pause of %i ms makes %i new', (pause, expected) => {
		const quiet = run(begin(), [3, task(3, 'FAILED/RUN')]);
		expect(newsOf(reduce(quiet, pressed, after(2) + pause).journal)).toBe(expected);
	});

	test('that a task goes on to its next stage is there, but no news', () => {
		const state = run(begin(), [100, task(100, 'RUNNING/RUN', {stage: 2, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN')})]);
		expect(newsOf(state.journal)).toBe(0);
		expect(frameOf(run(state, [101, open]))[3]).toMatch(/stage 2\/2 {4}Initialize cluster #9 {2}stage 2$/);
	});

	test('is a ring, and says what it dropped', () => {
		let state = begin();
		for (let index = 0; index < journalLimit + 50; index++) {
			state = run(state, [index, task(index, index % 2 === 0 ? 'FAILED/RUN' : 'RUNNING/RUN')]);
		}

		expect(state.journal.entries).toHaveLength(journalLimit);
		expect(state.journal.dropped).toBe(51);
		expect(frameOf(run(state, [2000, open]))[1]).toContain(`${journalLimit} changes · 51 older changes dropped`);
	});

	test('is empty at first', () => {
		expect(frameOf(run(fleetOf(1), [0, open]))[4]).toContain('No changes yet');
	});
});
