// Tasks that go out of sight before they have ended: how they ended must not be lost, nor made up.

import {describe, expect, it} from 'vitest';
import {exitCodeOf} from '../../../source/headless/exit-code.js';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {reasonText, whyText, whyTextIn} from '../../../source/store/selectors/reason.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {transitionsBetween} from '../../../source/store/transitions.js';
import {selectApp} from '../../../source/ui/frame.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {addressOf, after, makeDag, makeInfo, makeNodes, ten} from '../../helpers/tasks.js';

const one = '127.0.0.1:2886';
const at = (seconds: number) => ({agent: one, at: after(seconds)});
const play = (state: State, ...actions: readonly Action[]): State => {
	let next = state;
	for (const action of actions) {
		next = reduce(next, action, ten);
	}

	return next;
};

const dag = (id: number, state = 'RUNNING', change: Partial<Dag> = {}): Dag => makeDag({id: `2213070643302886${id}`, dagId: id, name: `task ${id}`, state, endTime: after(30), nodes: makeNodes(`${state}/RUN`), ...change});
const received = (seconds: number, task: Dag): Action => ({...at(seconds), type: 'task-received', task});
const listed = (seconds: number, ...tasks: readonly Dag[]): Action => ({...at(seconds), type: 'unfinished-received', tasks, ended: []});
const answered = (seconds: number, task: Dag): Action => ({...at(seconds), type: 'linked-task-received', id: task.id, task});
const notFound = (seconds: number, {id}: Dag): Action => ({...at(seconds), type: 'linked-task-received', id, task: undefined});
const failed = (seconds: number, {id}: Dag): Action => ({...at(seconds), type: 'linked-task-failed', id, error: {type: 'timeout', after: 10_000}});
const start = play(initialState([addressOf(one)], {columns: 80, rows: 24}), {...at(0), type: 'info-received', info: makeInfo()}, {...at(0), type: 'skew-measured', skew: 0}, listed(0), received(0, dag(1)));

const others = (state: State): readonly string[] => (state.agents.get(one)?.otherTasks ?? []).map(({name, state: word, unlisted}) => [name, word, ...(unlisted ? [unlisted.end] : [])].join(' '));
const asked = (state: State): readonly string[] => selectFocus(state).unended.map(({agent, id}) => `${agent} ${id}`);
const told = (before: State, now: State): readonly string[] => transitionsBetween(before, now).flatMap(change => 'outcome' in change
	? [`${change.name} ${change.type === 'task-begun' ? 'began' : change.outcome.word}${change.type === 'outcome-changed' && change.why !== undefined ? `: ${whyText(change.why) ?? ''}` : ''}`]
	: []);

describe('a task whose end was seen', () => {
	const began = {startTime: after(10)};
	const ended = play(start, received(40, dag(1, 'SUCCEED', began)), received(60, dag(2)));

	it.each([
		['as running', dag(1, 'RUNNING', began)],
		['as failed, which it was while it waited', dag(1, 'FAILED', began)],
		['as ready, without a start', dag(1, 'READY', {startTime: undefined})],
		['as of an earlier attempt', dag(1, 'RUNNING', {startTime: after(5)})],
	])('does not begin again because an older response still lists it %s', (_, task) => {
		const late = play(ended, listed(65, task));
		expect(told(ended, late)).toEqual([]);
		expect(others(late)).toEqual([]);
		expect(asked(late)).toEqual([]);
	});

	it('begins again if a later start says so', () => {
		const again = play(ended, listed(65, dag(1, 'RUNNING', {startTime: after(62)})));
		expect(told(ended, again)).toEqual(['task 1 began']);
	});

	it('begins again if it had failed and is retried', () => {
		const failedOne = play(start, received(40, dag(1, 'FAILED', began)), received(60, dag(2)));
		expect(others(play(failedOne, listed(65, dag(1, 'RUNNING', began))))).toEqual([]);
		const retried = play(failedOne, listed(65, dag(1, 'READY', {startTime: undefined})));
		expect(told(failedOne, retried)).toEqual(['task 1 began']);
	});

	it('is reported once, though its failure comes back to the screen', () => {
		const failedOne = play(start, received(40, dag(1, 'FAILED', began)), received(60, dag(2)));
		const back = play(failedOne, {...at(65), type: 'unfinished-received', tasks: [], ended: [dag(1, 'FAILED', began)]});
		expect(others(back)).toEqual(['task 1 FAILED']);
		expect(told(failedOne, back)).toEqual([]);
		const passed = play(failedOne, {...at(65), type: 'unfinished-received', tasks: [], ended: [dag(1, 'SUCCEED', {...began, operator: 'PASS'})]});
		expect(told(failedOne, passed)).toEqual(['task 1 passed']);
	});

	it('is reported before the task that replaced it, where one change holds both', () => {
		const both = play(start, listed(30, dag(3)), received(60, dag(2)));
		const now = play(both, {...at(61), type: 'unfinished-received', tasks: [dag(4)], ended: [dag(3, 'SUCCEED')]});
		expect(told(both, now)).toEqual(['task 3 succeeded', 'task 4 began']);
	});

	it('does not go back a stage because of an older response', () => {
		const stage = (number: number): Dag => dag(3, 'RUNNING', {...began, stage: number, maxStage: 4});
		const later = play(start, listed(30, stage(3)));
		expect(told(later, play(later, listed(31, stage(2))))).toEqual([]);
		expect(told(later, play(later, listed(31, {...stage(2), operator: 'ROLLBACK'})))).not.toEqual([]);
	});

	it('keeps its end while an older response says that it still runs', () => {
		const there = play(start, listed(30, dag(3, 'RUNNING', began)), {...at(40), type: 'unfinished-received', tasks: [], ended: [dag(3, 'SUCCEED', began)]});
		const late = play(there, listed(41, dag(3, 'RUNNING', began)));
		expect(told(there, late)).toEqual([]);
	});
});

describe('a task whose place another one takes before it has ended', () => {
	const replaced = play(start, received(60, dag(2)));

	it('stays, and its own end is queried', () => {
		expect(others(replaced)).toEqual(['task 1 RUNNING asked']);
		expect(asked(replaced)).toEqual([`${one} ${dag(1).id}`]);
		expect(told(start, replaced)).toEqual(['task 2 began']);
	});

	it('is reported when its end is known, and counts', () => {
		const ended = play(replaced, answered(61, dag(1, 'FAILED')));
		expect(told(replaced, ended)).toEqual(['task 1 failed: stage 1 @ 127.0.0.1:2886: failed without a log line']);
		expect(asked(ended)).toEqual([]);
		expect([exitCodeOf(start), exitCodeOf(replaced), exitCodeOf(ended)]).toEqual([0, 0, 1]);
		expect(others(play(ended, listed(70)))).toEqual(['task 1 FAILED']);
		expect(others(play(ended, listed(70), received(80, dag(2, 'SUCCEED'))))).toEqual([]);
	});

	it('is queried again while it still runs', () => {
		const still = play(replaced, answered(61, dag(1)));
		expect(others(still)).toEqual(['task 1 RUNNING asked']);
		expect(asked(still)).toHaveLength(1);
	});

	it('is no success while it cannot be read, and is queried again', () => {
		const unread = play(replaced, failed(62, dag(1)));
		expect(told(replaced, unread)).toEqual([]);
		expect(exitCodeOf(unread)).toBe(3);
		expect(asked(unread)).toHaveLength(1);
		expect(told(unread, play(unread, answered(70, dag(1, 'SUCCEED'))))).toEqual(['task 1 succeeded']);
	});

	it.each([
		['FAILED', 'RUN'],
		['SUCCEED', 'PASS'],
	])('is told as unknown once agents refuse its details and its head says %s / %s, and again if they can be read', (state, operator) => {
		const head = dag(1, state, {operator, nodes: undefined, isBrief: true});
		const refusal: Action = {...at(62), type: 'linked-task-failed', id: dag(1).id, error: {type: 'refused', status: 500, code: '', message: 'cannot read it now', traceId: ''}};
		const unread = play(replaced, refusal);
		const over = play(unread, answered(63, head));
		expect(told(unread, over)).toEqual(['task 1 unknown: its details cannot be read: cannot read it now']);
		expect(exitCodeOf(over)).toBe(3);
		expect(asked(over)).toHaveLength(1);
		expect(others(play(over, refusal))).toEqual([`task 1 ${state} refused`]);
		expect(told(over, play(over, refusal, answered(90, head)))).toEqual([]);
		const read = play(over, answered(100, dag(1, 'FAILED')));
		expect(told(over, read)).toEqual(['task 1 failed: stage 1 @ 127.0.0.1:2886: failed without a log line']);
		expect(asked(read)).toEqual([]);
	});

	it('is told as succeeded, though its details are refused, if its head says so', () => {
		const unread = play(replaced, {...at(62), type: 'linked-task-failed', id: dag(1).id, error: {type: 'too-large', limit: 1}});
		expect(told(unread, play(unread, answered(63, dag(1, 'SUCCEED', {nodes: undefined, isBrief: true}))))).toEqual(['task 1 succeeded']);
	});

	it('is gone where no agent knows it any more', () => {
		const gone = play(replaced, notFound(62, dag(1)));
		expect(told(replaced, gone)).toEqual(['task 1 unknown: no agent knows this task any more, its outcome is unknown']);
		expect(exitCodeOf(gone)).toBe(3);
		expect(asked(gone)).toEqual([]);
	});

	it('is one of the listed again once it is listed', () => {
		expect(others(play(replaced, notFound(62, dag(1)), listed(65, dag(1))))).toEqual(['task 1 RUNNING']);
		expect(others(play(replaced, received(65, dag(1))))).toEqual(['task 2 RUNNING asked']);
	});

	it('shows no time that goes on: it is as old as its last response', () => {
		const open = play(start, {type: 'entered'}, received(60, dag(2)), {type: 'went-back'});
		const view = (now: number) => {
			const screen = selectScreen(open, after(now));
			return screen.type === 'task' ? {problem: screen.staleness?.problem, asOf: screen.staleness?.asOf, duration: screen.list.rows[0]?.duration} : screen.type;
		};

		expect(view(600)).toEqual(view(60));
		expect(view(600)).toEqual({problem: 'no longer listed by its agent, reading its outcome', asOf: after(60), duration: 60_000});
	});
});

it('a task that had ended when another one took its place needs nothing', () => {
	const state = play(start, received(30, dag(1, 'SUCCEED')), received(60, dag(2)));
	expect([others(state), asked(state)]).toEqual([[], []]);
});

it('a task that is no longer known to its agent was there: "no task yet" is said of agents that never had one', () => {
	const gone = play(start, {...at(60), type: 'task-absent'});
	expect(gone.agents.get(one)?.task.type).toBe('gone');
	expect(others(gone)).toEqual(['task 1 RUNNING asked']);
	expect(play(gone, {...at(90), type: 'task-absent'}).agents.get(one)?.task.type).toBe('gone');
	const ended = play(start, received(30, dag(1, 'SUCCEED')), {...at(60), type: 'task-absent'});
	expect([ended.agents.get(one)?.task.type, others(ended)]).toEqual(['gone', []]);
});

it('an unfinished task that a list leaves out is queried by its id', () => {
	const before = play(start, listed(10, dag(3)));
	const left = play(before, listed(15));
	expect(others(left)).toEqual(['task 3 RUNNING asked']);
	expect(told(left, play(left, answered(16, dag(3, 'SUCCEED'))))).toEqual(['task 3 succeeded']);
	const seen: Action = {...at(15), type: 'unfinished-received', tasks: [], ended: [dag(3, 'SUCCEED')]};
	expect(others(play(before, seen))).toEqual(['task 3 SUCCEED']);
});

it('an open log of it leads back to its own task, however many newer ones have begun', () => {
	const state = play(start, {type: 'entered'}, {type: 'entered'}, received(60, dag(2)), received(70, dag(3)), {type: 'went-back'});
	expect(selectScreen(state, ten)).toMatchObject({type: 'task', header: {name: 'task 1', replacedBy: 'task 2 #2'}});
});

it('of many only the last few are kept', () => {
	const many = play(start, ...[2, 3, 4, 5, 6, 7, 8].map((id): Action => received(id * 10, dag(id))));
	expect(others(many)).toEqual([3, 4, 5, 6, 7].map(id => `task ${id} RUNNING asked`));
	expect(asked(many)).toHaveLength(5);
});

it('a task that only another password opens is no fault of anything', () => {
	const needs = {agent: one, isRefused: false};
	const state = play(start, received(5, dag(1, 'SUCCEED')), listed(10, dag(3, 'FAILED', {nodes: undefined, isBrief: true, needs})));
	expect(exitCodeOf(state)).toBe(0);
	expect(selectScreen(play(state, {type: 'went-back'}), ten)).toMatchObject({
		summary: {parts: []},
		list: {rows: [{}, {why: {text: `needs the agent password of ${one}`, key: 'p'}, needsPassword: true, task: {outcome: {word: 'unknown'}}, isFault: false}]},
	});
	const gone = play(state, listed(15), failed(16, dag(3)));
	expect(exitCodeOf(gone)).toBe(0);
	const prompted = play(state, {type: 'went-back'}, {type: 'selection-moved', by: 1}, {type: 'password-asked-for'});
	expect(prompted.view.overlay).toMatchObject({type: 'password', agent: one, kind: 'agent'});
});

it('a failed task whose details the agent refuses has an unknown outcome, with the agent\'s words', () => {
	const refusal = {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot read it now', traceId: ''} as const;
	const task = dag(2, 'FAILED', {nodes: undefined, isBrief: true, refusal});
	const state = play(start, received(30, dag(1, 'SUCCEED')), received(60, task));
	expect(exitCodeOf(state)).toBe(3);
	expect(whyTextIn(state, task, one)).toBe('its details cannot be read: cannot read it now');
	expect(selectScreen(state, ten)).toMatchObject({note: 'the stages cannot be read: cannot read it now'});
	const running = dag(1, 'RUNNING', {isBrief: true, refusal});
	expect([exitCodeOf(play(start, received(60, running))), whyTextIn(state, running, one)]).toEqual([0, undefined]);
});

describe('an OBProxy task that an agent lists which another one has', () => {
	const [other, owner] = ['127.0.0.2:2886', one];
	const proxy = dag(3, 'FAILED', {id: '421307064330288663', nodes: undefined, isBrief: true, needs: {agent: other, isRefused: true}});
	const members = [owner, other].map(agent => ({agent, zone: '', identity: '', version: ''}));
	const listedElsewhere: Action = {agent: other, at: after(10), type: 'unfinished-received', tasks: [proxy], ended: []};
	const state = play(
		initialState([owner, other].map(text => addressOf(text)), {columns: 80, rows: 24}),
		...[owner, other].map((agent): Action => ({agent, at: ten, type: 'info-received', info: makeInfo({agent})})),
		{...at(0), type: 'cluster-info-received', cluster: {name: 'obcl', id: 1, members}},
		received(5, dag(1, 'SUCCEED')),
		{agent: other, at: after(5), type: 'task-received', task: dag(2, 'SUCCEED', {id: '221307064340288662'})},
		listedElsewhere,
	);

	it('needs the password of the one that has it, and says with which key to enter it', () => {
		const view = selectScreen(state, ten);
		expect(view.type === 'agents' && view.list.rows.map(({label, why}) => [label, why && reasonText(why)])).toEqual([['obcl', undefined], [owner, undefined], ['', `the agent password of ${owner} was refused (p)`], [other, undefined]]);
	});

	it('has its prompt offered where it is selected, and only there', () => {
		expect(selectApp(state, ten).conditions).not.toContain('password-wanted');
		const chosen = play(state, {type: 'selection-moved', by: 2});
		expect(selectApp(chosen, ten).conditions).toContain('password-wanted');
		expect(play(chosen, {type: 'password-asked-for'}).view.overlay).toMatchObject({type: 'password', agent: owner, kind: 'agent'});
		expect(selectApp(play(chosen, {type: 'entered'}), ten).conditions).toContain('password-wanted');
	});

	it('says no key where there is none to press', () => {
		expect(whyTextIn(state, proxy, owner)).not.toContain(': p');
	});
});
