import {describe, expect, it} from 'vitest';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {mayOperate} from '../../../source/store/operations/plan.js';
import {selectActions, selectConfirmation} from '../../../source/store/selectors/overlays.js';
import {type Operable, type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {addressOf, after, makeDag, makeInfo, makeNodes, makeStatus, makeSubTask} from '../../helpers/tasks.js';

const key = '127.0.0.1:2886';
const failed = makeDag({state: 'FAILED', operator: 'RUN', stage: 2, nodes: makeNodes('SUCCEED/RUN', 'FAILED/RUN', 'PENDING/RUN')});
const at = {agent: key, at: after(60)};

const play = (state: State, ...actions: readonly Action[]): State => {
	let next = state;
	for (const [index, action] of actions.entries()) {
		next = reduce(next, action, after(100 + index));
	}

	return next;
};

const all: Operable = {byDefault: true, agents: new Map()};
const only = (...agents: readonly string[]): Operable => ({byDefault: false, agents: new Map(agents.map(agent => [agent, true]))});

const watching = (operable: Operable = all, dag = failed): State => play(
	initialState([addressOf('127.0.0.1')], {columns: 80, rows: 24}, {operable}),
	{...at, type: 'info-received', info: makeInfo()},
	{...at, type: 'status-received', status: makeStatus({underMaintenance: true})},
	{...at, type: 'task-received', task: dag},
);

const asking = (state = watching()): State => play(state, {type: 'actions-opened'}, {type: 'action-chosen', action: 'rollback'});

const phase = ({view: {overlay}}: State): unknown => overlay?.type === 'confirmation' ? overlay.phase : overlay?.type;

describe('a confirmation', () => {
	it('is withdrawn when the task changes, whatever is typed afterwards', () => {
		for (const change of [{stage: 1}, {operator: 'ROLLBACK'}, {state: 'RUNNING'}, {startTime: after(30)}, {id: '22130706433028868'}]) {
			const changed = play(asking(), {...at, type: 'task-received', task: {...failed, ...change}}, {type: 'confirmation-typed', text: failed.name});
			expect(phase(changed)).toMatchObject({type: 'changed'});
			const sent = play(changed, {type: 'operation-confirmed'});
			expect(sent.operations.size).toBe(0);
			expect(phase(sent)).toMatchObject({type: 'changed'});
		}
	});

	it('is withdrawn when its agent can no longer be queried', () => {
		const lost = play(asking(), {
			...at, type: 'agent-failed', since: after(60), lastSeenAt: undefined, isAlive: false, error: {type: 'unreachable', code: 'ECONNREFUSED'},
		});
		expect(phase(lost)).toMatchObject({type: 'changed', why: expect.stringContaining('unreachable') as string});
	});

	it('stays while only its log, its lock or the start of its scheduler changes', () => {
		const ready = makeDag({...failed, state: 'READY', startTime: undefined});
		const cancel = play(watching(all, ready), {type: 'actions-opened'}, {type: 'action-chosen', action: 'cancel'});
		expect(phase(play(cancel, {...at, type: 'task-received', task: {...ready, state: 'RUNNING', startTime: after(61)}}))).toEqual({type: 'asking'});
		expect(phase(play(asking(), {...at, type: 'status-received', status: makeStatus({underMaintenance: false})}))).toEqual({type: 'asking'});
	});

	it('shows the lock as it is now', () => {
		const state = play(asking(), {...at, type: 'status-received', status: makeStatus({underMaintenance: false})});
		const {overlay} = state.view;
		expect(overlay?.type === 'confirmation' && selectConfirmation(state, overlay).plan.lock).toBe('The agent is not locked now: the task has released it.');
	});

	it('confirms once', () => {
		const sent = play(asking(), {type: 'operation-confirmed'});
		expect(phase(sent)).toEqual({type: 'sent'});
		expect(play(sent, {type: 'operation-confirmed'})).toBe(sent);
	});

	it('cannot be confirmed where operations were not allowed', () => {
		const looking = asking(watching(only('127.0.0.2:2886')));
		expect(phase(looking)).toEqual({type: 'read-only'});
		expect(play(looking, {type: 'operation-confirmed'})).toBe(looking);
		expect(phase(asking(watching(only(key))))).toEqual({type: 'asking'});
	});

	it('leads back to the choice, and after the sending to the task', () => {
		const [root] = watching().view.stack;
		const fromRoot = asking({...watching(), view: {...watching().view, stack: [root]}});
		expect(phase(play(fromRoot, {type: 'overlay-closed'}))).toBe('actions');
		const left = play(fromRoot, {type: 'operation-confirmed'}, {type: 'overlay-closed'});
		expect(phase(left)).toBeUndefined();
		expect(left.view.stack.at(-1)).toMatchObject({type: 'task', task: {owner: key, id: failed.id}});
	});
});

describe('the choice of an action', () => {
	it('begins with undoing where undoing has failed', () => {
		const opened = play(watching(all, {...failed, operator: 'ROLLBACK'}), {type: 'actions-opened'});
		expect(opened.view.overlay).toMatchObject({type: 'actions', selected: 'rollback'});
	});

	it('opens no confirmation of what is not offered, and says why', () => {
		const chosen = play(watching(), {type: 'actions-opened'}, {type: 'action-chosen', action: 'cancel'});
		expect(chosen.view.overlay).toMatchObject({type: 'stop', title: 'not available', words: 'cancel: not running. Nothing was sent.'});
		expect(play(chosen, {type: 'overlay-closed'}).view.overlay).toMatchObject({type: 'actions', selected: 'cancel'});
	});

	it('moves within its rows, and says whether anything may be sent', () => {
		const opened = play(watching(only()), {type: 'actions-opened'}, {type: 'selection-moved', by: 'end'}, {type: 'selection-moved', by: 1});
		const {overlay} = opened.view;
		expect(overlay?.type === 'actions' && selectActions(opened, overlay)).toMatchObject({isReadOnly: true, rows: [{}, {}, {why: 'not running'}, {}, {action: 'pass', isSelected: true}]});
	});

	it.each([
		['17', {subDags: {}, mainDagId: '17'}],
		[undefined, undefined],
	])('says of a task that waits that it has not failed: it waits for its main task %s', (mainTask, links) => {
		const nodes = makeNodes('FAILED/RUN').map(node => ({...node, subTasks: [makeSubTask({state: 'FAILED', logs: ['wait operator to advance']})]}));
		const opened = play(watching(all, makeDag({state: 'FAILED', operator: 'RUN', stage: 1, nodes, ...(links && {links})})), {type: 'actions-opened'});
		const {overlay} = opened.view;
		expect(overlay?.type === 'actions' && selectActions(opened, overlay).waitsFor).toEqual({mainTask});
		const plain = play(watching(), {type: 'actions-opened'});
		expect(plain.view.overlay?.type === 'actions' && selectActions(plain, plain.view.overlay).waitsFor).toBeUndefined();
	});

	it('needs a task', () => {
		const none = play(initialState([addressOf('127.0.0.1')], {columns: 80, rows: 24}), {type: 'actions-opened'});
		expect(none.view.overlay).toMatchObject({type: 'stop', words: 'No task to act on: no task of 127.0.0.1:2886 is known yet. Nothing was sent.'});
		expect(play(none, {type: 'overlay-closed'}).view.overlay).toBeUndefined();
	});
});

describe('an operation that was sent', () => {
	const sent = play(asking(), {type: 'operation-confirmed'});
	const moved: Action = {...at, type: 'task-received', task: {...failed, state: 'RUNNING', operator: 'ROLLBACK'}};
	const answered = (answer: Extract<Action, {type: 'operation-response-received'}>['response']): Action => ({type: 'operation-response-received', task: failed.id, at: after(70), response: answer});
	const track = (state: State) => state.operations.get(failed.id);

	it('is followed once it is accepted or its result is unknown', () => {
		for (const answer of [{type: 'accepted'}, {type: 'unknown', fault: {type: 'error', error: {type: 'timeout', after: 20_000}}}] as const) {
			const accepted = play(sent, answered(answer));
			expect(track(accepted)).toMatchObject({response: {at: after(70), response: answer}, movedAt: undefined});
			expect(track(play(accepted, moved))?.movedAt).toBeDefined();
		}
	});

	it('is not followed where it was refused or never left: what moves then moves for another reason', () => {
		for (const type of ['refused', 'not-sent'] as const) {
			expect(track(play(sent, answered({type, fault: {type: 'not-watched'}}), moved))?.movedAt).toBeUndefined();
		}
	});

	it('keeps its first answer', () => {
		const accepted = play(sent, answered({type: 'accepted'}));
		expect(play(accepted, answered({type: 'refused', fault: {type: 'not-watched'}}))).toBe(accepted);
	});
});

describe('where operations are allowed', () => {
	const state = (operable: Operable): State => {
		const watched = initialState(['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(text => addressOf(text)), {columns: 80, rows: 24}, {operable});
		const found = watched.agents.get('10.0.0.2:2886')!;
		return {...watched, agents: watched.agents.with('10.0.0.2:2886', {...found, foundBy: '10.0.0.1:2886'})};
	};

	it('a named agent has its own setting, a found one that of its finder, all others the default', () => {
		const first = state({byDefault: false, agents: new Map([['10.0.0.1:2886', true]])});
		expect(['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'].map(agent => mayOperate(first, agent))).toEqual([true, true, false]);
		const allButFirst = state({byDefault: true, agents: new Map([['10.0.0.1:2886', false]])});
		expect(['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'].map(agent => mayOperate(allButFirst, agent))).toEqual([false, false, true]);
	});
});
