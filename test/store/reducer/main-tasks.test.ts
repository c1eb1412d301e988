import {describe, expect, it} from 'vitest';
import {causeLines} from '../../../source/headless/cause.js';
import {exitCodeOf, ownedTasks, tasksOwnedBy} from '../../../source/headless/exit-code.js';
import {checkWait, seenTasks} from '../../../source/headless/wait-condition.js';
import {fleetLines} from '../../../source/headless/text.js';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {rowsOf} from '../../../source/store/selectors/agent-rows.js';
import {selectAgents} from '../../../source/store/selectors/agents.js';
import {causesIn} from '../../../source/store/selectors/cause.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {conditionsOf} from '../../../source/ui/keys/hints.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {type State} from '../../../source/store/state.js';
import {transitionsBetween} from '../../../source/store/transitions.js';
import {after, makeDag, makeInfo, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../../helpers/tasks.js';
import {fleetOf, play} from '../../ui/helpers/stage.js';

const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
const at = (agent: string) => ({agent, at: ten});
const idOf = (agent: 1 | 2, task: number): string => `2016777216${agent}02886${task}`;

const stageOf = (logs: readonly string[]) => makeNode({
	state: 'SUCCEED', operator: 'PASS', hasMainTask: true, subTasks: [makeSubTask({state: 'SUCCEED', operator: 'PASS', hasMainTask: true, logs})],
});
const partOf = (agent: 1 | 2, task: number, main: number, last: string): Dag => makeDag({
	id: idOf(agent, task), name: 'Start observer', state: 'SUCCEED', operator: 'PASS', links: {subDags: {}, mainDagId: idOf(1, main)}, nodes: [stageOf([last])],
});
const wait = 'wait operator to advance';
const failedMain = makeDag({id: idOf(1, 14), name: 'Start OB', state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
const mainOf = (task: number, state: string): Dag => makeDag({id: idOf(1, task), name: 'Start OB', state, nodes: makeNodes(`${state}/RUN`)});

const cluster = {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: 'zone1', identity: 'CLUSTER AGENT' as const, version: '4.5.0.0-0'}))};
const hello: readonly Action[] = [one, two].flatMap((agent): readonly Action[] => [
	{...at(agent), type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})}, {...at(agent), type: 'cluster-info-received', cluster},
]);
const list = (tasks: readonly Dag[], ended: readonly Dag[] = []): Action => ({...at(one), type: 'unfinished-received', tasks, ended});
const task = (agent: string, dag: Dag): Action => ({...at(agent), type: 'task-received', task: dag});
const main = (dag: Dag | undefined, id = idOf(1, 14)): Action => ({...at(one), type: 'main-task-received', id, task: dag});

/** A start that failed at the second agent, found by a program that was started after it. */
const found = play(fleetOf(2), ...hello, list([]), task(one, partOf(1, 15, 14, wait)), task(two, partOf(2, 15, 14, 'ERROR: observer: cannot allocate memory')));

const rows = (state: State): readonly string[] => selectAgents(state, after(60), 20).list.rows.map(({label, task: cells}) => `${label}: ${cells ? `${cells.name} ${cells.outcome.word}` : '-'}`);

describe('a failed start of a running cluster', () => {
	const state = play(found, main(failedMain));

	it('is above its sub-tasks, whichever agent owns it, and counts once', () => {
		expect(rows(state)).toEqual(['demo: -', 'main task: Start OB failed', `${one}: Start observer ended`, `${two}: Start observer failed`]);
		expect(selectAgents(state, after(60), 20).summary.parts).toMatchObject([{count: 1, word: 'failed'}]);
		expect(exitCodeOf(state)).toBe(1);
	});

	it('is explained beside the main task and the part that failed, not beside the one that ended well', () => {
		expect(selectAgents(state, after(60), 20).list.rows.map(({label, why}) => [label, why?.text])).toEqual([
			['demo', undefined], ['main task', 'failed without a log line'], [one, undefined], [two, 'observer: cannot allocate memory'],
		]);
	});

	it('offers actions in the footer only where its agent allows one: a sub-task that failed has ended there', () => {
		const states = [1, 2, 3].map(by => play(state, {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by}));
		expect(states.map(each => conditionsOf(each, selectAgents(each, after(60), 20).list.rows.find(({isSelected}) => isSelected)).includes('action-offered'))).toEqual([true, false, false]);
	});

	it('is no news to a program that found it so', () => {
		expect(transitionsBetween(found, state)).toEqual([]);
	});

	it('runs on while its own agent cannot be reached, as long as another one reads it', () => {
		const running = play(found, {...at(one), type: 'skew-measured', skew: 0}, main({...mainOf(14, 'RUNNING'), startTime: ten}), {...at(one), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: after(30), isAlive: false});
		const mainRow = (now: State) => selectAgents(now, after(60), 20).list.rows.find(({label}) => label === 'main task');
		expect(mainRow(running)).toMatchObject({problem: undefined, asOf: undefined, task: {duration: 60_000}});
		expect(selectAgents(running, after(60), 20).summary.parts).toContainEqual(expect.objectContaining({word: 'running'}));
		const unread = play(running, {...at(two), type: 'main-task-failed', id: idOf(1, 14), error: {type: 'timeout', after: 1000}, readBefore: after(40)});
		expect(mainRow(unread)).toMatchObject({problem: 'not checked now', asOf: after(40), task: {duration: 40_000}});
		const read = play(unread, {...at(two), type: 'unfinished-received', tasks: [{...mainOf(14, 'RUNNING'), startTime: ten}], ended: []});
		expect(mainRow(read)).toMatchObject({problem: undefined, asOf: undefined, task: {outcome: {word: 'running'}, duration: 60_000}});
	});

	it('is not said to run while the agent that owns it cannot be reached', () => {
		const unread: Action = {...at(two), type: 'tasks-unread', clusterTask: undefined, tasks: [{id: idOf(1, 14), readAt: after(25)}]};
		const failed = [one, two].map((agent): Action => ({...at(agent), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: after(30), isAlive: false}));
		const lost = [unread, ...failed];
		const running = play(found, main(mainOf(14, 'RUNNING')));
		expect(selectAgents(running, after(60), 20).summary.parts).toContainEqual(expect.objectContaining({word: 'running'}));
		const view = selectAgents(play(running, ...lost), after(60), 20);
		expect(view.list.rows.find(({label}) => label === 'main task')).toMatchObject({problem: 'not checked now', asOf: after(25), task: {name: 'Start OB'}});
		expect(view.summary.parts.map(({word}) => word)).toEqual(['unreachable']);
		// What is over stays so, whichever agents are unreachable.
		expect(rows(play(state, ...lost))).toContain('main task: Start OB failed');
		expect(selectAgents(play(state, ...lost), after(60), 20).list.rows.find(({label}) => label === 'main task')).toMatchObject({problem: undefined});
	});

	it('is unknown, not fine, while its main task is not read', () => {
		const fine = play(fleetOf(1), ...hello.slice(0, 1), list([]), task(one, partOf(1, 15, 14, wait)));
		expect(exitCodeOf(fine)).toBe(3);
		expect(exitCodeOf(play(fine, {...at(one), type: 'main-task-failed', id: idOf(1, 14), error: {type: 'timeout', after: 1000}}))).toBe(3);
		expect(exitCodeOf(play(fine, main(mainOf(14, 'SUCCEED'))))).toBe(0);
		// An old one that no agent knows any more tells nothing.
		expect(exitCodeOf(play(fine, main(undefined)))).toBe(0);
	});

	it('stays in sight when its agents go on to another task, until something newer succeeds', () => {
		const next = play(state, task(one, partOf(1, 17, 16, wait)), task(two, {...partOf(2, 16, 16, wait), state: 'RUNNING', operator: 'RUN'}), list([mainOf(16, 'RUNNING')]));
		expect(rows(next)).toContain(': Start OB #14 failed');
		expect(exitCodeOf(next)).toBe(1);
		const done = play(next, list([], [mainOf(16, 'SUCCEED')]));
		expect(rows(done).filter(row => row.endsWith('failed'))).toEqual([]);
		// Nor does it come back with the next list.
		expect(rows(play(done, list([], [failedMain, mainOf(16, 'SUCCEED')]))).filter(row => row.endsWith('Start OB failed'))).toEqual([]);
	});

	it('goes when it is dismissed, and only then', () => {
		const selected = play(state, {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: 1});
		const dismissed = play(selected, {type: 'task-dismissed'});
		expect(rows(dismissed)).toEqual(['demo: -', `${one}: Start observer ended`, `${two}: Start observer failed`]);
		expect(dismissed.view.notice?.text).toBe('Dismissed: Start OB. H lists past tasks');
		expect(rows(play(dismissed, list([], [failedMain])))).toEqual(rows(dismissed));
	});
});

describe('what cannot be dismissed', () => {
	it.each<[string, State, string]>([
		['a task that is still unfinished', play(fleetOf(2), ...hello.slice(0, 1), list([mainOf(14, 'FAILED')])), 'Still unfinished: it locks its agent until you act (x)'],
		['an agent\'s last task', play(fleetOf(1), ...hello.slice(0, 1), list([]), task(one, makeDag({state: 'FAILED', nodes: makeNodes('FAILED/RUN')}))), 'The last task of an agent or cluster always stays'],
		['an agent without a task', play(fleetOf(1), ...hello.slice(0, 1)), 'Only a failed task can be dismissed'],
	])('%s', (_, state, words) => {
		const next = play(state, {type: 'task-dismissed'});
		expect(next.view.notice).toMatchObject({text: words, isProblem: true});
		expect(rowsOf(next)).toEqual(rowsOf(state));
	});
});

describe('a failed check of a cluster', () => {
	const check = makeDag({id: '111', name: 'Upgrade check', state: 'FAILED', nodes: makeNodes('FAILED/RUN')});

	it('stays in sight after it has left the list of unfinished tasks', () => {
		const state = play(fleetOf(2), ...hello, list([{...check, state: 'RUNNING', nodes: makeNodes('RUNNING/RUN')}]), list([], [check]), list([], []));
		expect(rows(state)).toContain(': Upgrade check failed');
	});
});

describe('a main task that no agent knows any more', () => {
	const running = play(found, main(mainOf(14, 'RUNNING')));

	it('does not go on running: how it ended is not known', () => {
		const gone = play(running, main(undefined));
		expect(rows(running)).toContain('main task: Start OB running');
		expect(rows(gone)).toContain('main task: Start OB unknown');
		expect(transitionsBetween(running, gone)).toMatchObject([{type: 'outcome-changed', id: idOf(1, 14), outcome: {word: 'unknown', reason: 'gone'}}]);
	});

	it('is not queried forever if it was also the cluster\'s last one', () => {
		const last = (dag: Dag): Action => ({...at(one), type: 'cluster-task-received', task: dag});
		const replaced = play(running, last(mainOf(14, 'RUNNING')), last(mainOf(16, 'RUNNING')));
		expect(selectFocus(replaced).unended).toHaveLength(1);
		expect(selectFocus(play(replaced, {...at(one), type: 'linked-task-received', id: idOf(1, 14), task: undefined})).unended).toEqual([]);
	});
});

/** What the list shows of a start that only the first agent knows: the whole, its own part, and the part of the second one. */
const atWork = (dag: Dag): Dag => ({...dag, state: 'RUNNING', operator: 'RUN', nodes: makeNodes('RUNNING/RUN')});
const whole: Dag = {...mainOf(14, 'RUNNING'), links: {subDags: {[one]: idOf(1, 15), [two]: idOf(2, 15)}, mainDagId: undefined}};
const brokenPart: Dag = {
	...partOf(2, 15, 14, ''), state: 'FAILED', operator: 'RUN', endTime: after(5),
	nodes: [makeNode({state: 'FAILED', hasMainTask: true, subTasks: [makeSubTask({state: 'FAILED', hasMainTask: true, agent: two, logs: ['ERROR: observer: cannot allocate memory']})]})],
};
const ownRunning = atWork(partOf(1, 15, 14, wait));
const otherRunning = atWork(partOf(2, 15, 14, wait));

describe('a cluster of which one agent is not watched, or never answered', () => {
	const ofOne = hello.slice(0, 2);

	it.each<[string, State]>([['not watched', fleetOf(1)], ['never reached', fleetOf(2)]])('has no task of it: %s', (_, fleet) => {
		const state = play(fleet, ...ofOne, list([whole, otherRunning]), task(one, ownRunning));
		expect(rows(state).slice(0, 3)).toEqual(['demo: -', 'main task: Start OB running', `${one}: Start observer running`]);
		expect(ownedTasks(state).map(({dag}) => dag.id)).toEqual([whole.id, ownRunning.id]);
		// Nothing waits for it, and its end is not queried.
		const over = play(state, list([whole]), main({...whole, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')}), task(one, partOf(1, 15, 14, wait)));
		expect(selectFocus(over).unended).toEqual([]);
		expect(ownedTasks(over).map(({dag}) => dag.id)).toEqual([whole.id, ownRunning.id]);
	});

	it('is not waited for, if its first response lacked the details that say what it is', () => {
		const brief = {...otherRunning, nodes: undefined, isBrief: true, links: {subDags: {}, mainDagId: undefined}};
		const early = play(fleetOf(1), ...ofOne, list([whole, brief]), task(one, ownRunning));
		const seen = seenTasks(new Map(), early);
		expect(seen.values().map(({id}) => id).toArray()).toContain(otherRunning.id);
		const done = play(early, list([whole, otherRunning]), main({...whole, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')}), task(one, partOf(1, 15, 14, wait)));
		expect(checkWait(done, {watched: {type: 'all'}, target: undefined, now: after(60), isFirst: false, seen: seenTasks(seen, done)})).toMatchObject({isOver: true, code: 0});
	});

	it('has its other tasks below the main tasks, as if it were watched', () => {
		const state = play(fleetOf(1), ...ofOne, list([makeDag({id: idOf(2, 16), name: 'Next'}), whole]), task(one, ownRunning));
		expect(rows(state)).toEqual(['demo: -', 'main task: Start OB running', `${two}: Next running`, `${one}: Start observer running`]);
	});

	it('is told at once that its main task fails, and why, by the sub-task there', () => {
		const state = play(fleetOf(1), ...ofOne, list([whole, otherRunning]), task(one, ownRunning));
		const failing = play(state, list([whole, brokenPart]));
		const [, view] = selectAgents(failing, after(60), 20).list.rows;
		expect(view).toMatchObject({label: 'main task', isFailing: true, why: {text: 'observer: cannot allocate memory'}});
		expect(transitionsBetween(state, failing)).toMatchObject([{type: 'task-failing', id: whole.id, why: {causes: [{text: 'observer: cannot allocate memory', first: {agent: two}}]}}]);
		expect(causesIn(failing, whole, one)[0]?.places).toMatchObject([{task: {id: brokenPart.id}, agent: two}]);
		// Nothing of it is left when the whole is tried again.
		const again = play(failing, list([{...whole, startTime: after(10)}, brokenPart]));
		expect(selectAgents(again, after(60), 20).list.rows[1]).toMatchObject({label: 'main task', isFailing: false});
	});

	it('has main tasks there timed by a clock of the cluster, before any agent has listed its tasks', () => {
		const late: Action = {...at(two), type: 'skew-measured', skew: -3_600_000};
		const told: Action = {...at(two), type: 'main-task-received', id: whole.id, task: {...whole, startTime: after(-3600)}};
		const state = play(fleetOf(2), ...hello.slice(2), late, task(two, otherRunning), told);
		expect(selectAgents(state, after(60), 20).list.rows.find(({label}) => label === 'main task')?.task?.duration).toBe(60_000);
	});

	it('shows other tasks there, with the agent that has them', () => {
		const state = play(fleetOf(1), ...ofOne, list([{...otherRunning, name: 'Synchronize agent', links: {subDags: {}, mainDagId: undefined}}]));
		expect(rows(state)).toContain(`${two}: Synchronize agent running`);
		expect(causeLines(state, after(60), text => text)).toEqual([`${two}: Synchronize agent, running, stage 1 of 1`]);
	});
});

describe('a failed sub-task of a running main task', () => {
	const state = play(fleetOf(2), ...hello, list([whole]), task(one, ownRunning), task(two, otherRunning));
	const failing = play(state, task(two, brokenPart));

	it('makes it a failing one, before it says so itself', () => {
		expect(selectAgents(state, after(60), 20).summary.parts.map(({word}) => word)).toEqual(['running']);
		expect(selectAgents(failing, after(60), 20).list.rows.map(({label, isFailing}) => [label, isFailing])).toEqual([['demo', false], ['main task', true], [one, false], [two, false]]);
		// The failure counts once.
		expect(selectAgents(failing, after(60), 20).summary.parts).toMatchObject([{word: 'running', count: 1}, {word: 'failing', count: 1}]);
	});

	it('leaves it failing as what was seen last, once no agent can be asked any more', () => {
		const lost = [one, two].map((agent): Action => ({...at(agent), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: ten, isAlive: false}));
		const stale = play(failing, ...lost, {...at(one), type: 'tasks-unread', clusterTask: undefined, tasks: [{id: whole.id, readAt: ten}]});
		const {list: {rows: shown}, summary} = selectAgents(stale, after(60), 20);
		expect(shown[1]).toMatchObject({label: 'main task', isFailing: true, problem: 'not checked now'});
		// It counts as trouble of its agents only.
		expect(summary.parts.map(({word}) => word)).toEqual(['unreachable']);
		expect(fleetLines(stale, after(60), text => text)[2]).toMatch(/main task +Start OB +not checked now .* last seen running, failing/);
	});

	it('is nothing of the sort while it only waits', () => {
		const waiting = {...brokenPart, nodes: [makeNode({state: 'FAILED', hasMainTask: true, subTasks: [makeSubTask({state: 'FAILED', hasMainTask: true, agent: two, logs: [wait]})]})]};
		expect(selectAgents(play(state, task(two, waiting)), after(60), 20).list.rows.some(({isFailing}) => isFailing)).toBe(false);
	});

	it('is what e on the main task leads to, also while the sub-task still runs', () => {
		const stage = makeNode({state: 'RUNNING', hasMainTask: true, subTasks: [makeSubTask({state: 'FAILED', hasMainTask: true, agent: two, logs: ['ERROR: observer: cannot allocate memory']}), makeSubTask({id: '2', key: '2', state: 'RUNNING'})]});
		const part = {...otherRunning, nodes: [stage]};
		const onMain = play(state, task(two, part), {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: 1});
		for (const asked of [onMain, play(onMain, {type: 'entered'})]) {
			expect(play(asked, {type: 'error-jumped-to'}).view.stack.at(-1)).toMatchObject({type: 'log', task: {owner: two, id: part.id}});
		}

		// Esc leads back to where the reason was asked for.
		const open = play(onMain, {type: 'entered'});
		expect(play(open, {type: 'error-jumped-to'}, {type: 'error-jumped-to'}, {type: 'went-back'}).view.stack).toEqual(open.view.stack);

		// Its other sub-task is well.
		expect(play(onMain, {type: 'selection-moved', by: 1}, {type: 'error-jumped-to'}).view.notice?.text).toBe('Nothing has failed here');
		expect(play(onMain, {type: 'selection-moved', by: 1}, {type: 'entered'}, {type: 'error-jumped-to'}).view.notice?.text).toBe('Nothing has failed in this task');
	});

	it('is judged by the clocks of both agents', () => {
		const early = {...brokenPart, endTime: after(-55)};
		const skewed = play(state, {...at(one), type: 'skew-measured', skew: 0}, {...at(two), type: 'skew-measured', skew: -60_000}, task(two, early));
		expect(selectAgents(skewed, after(60), 20).list.rows[1]).toMatchObject({isFailing: true});
		expect(selectAgents(play(state, task(two, early)), after(60), 20).list.rows[1]).toMatchObject({isFailing: false});
		// One measured clock alone says nothing of the other, which may differ from ours by as much.
		expect(selectAgents(play(state, {...at(one), type: 'skew-measured', skew: -60_000}, task(two, brokenPart)), after(60), 20).list.rows[1]).toMatchObject({isFailing: true});
		expect(selectAgents(play(state, {...at(one), type: 'skew-measured', skew: 60_000}, task(two, early)), after(60), 20).list.rows[1]).toMatchObject({isFailing: false});
	});
});

describe('whose tasks are', () => {
	/** All orders in which these can come. */
	const orders = (actions: ReadonlyArray<readonly Action[]>): ReadonlyArray<readonly Action[]> => actions.length < 2
		? [actions.flat()]
		: actions.flatMap((first, index) => orders(actions.toSpliced(index, 1)).map(rest => [...first, ...rest]));
	const seen = (state: State) => ({
		tasks: ownedTasks(state).map(({owner, dag}) => `${owner} ${dag.id}`).toSorted(),
		causes: causeLines(state, after(60), text => text),
		rows: rows(state),
		json: tasksOwnedBy(state, one).map(({id}) => id),
	});
	const answers = [[hello[0]!], [hello[1]!], [...hello.slice(2), task(two, brokenPart)], [task(one, ownRunning)]];

	it.each<[string, Action]>([
		['by the first agent', {...at(one), type: 'main-task-received', id: whole.id, task: whole}],
		['by the second agent', {...at(two), type: 'main-task-received', id: whole.id, task: whole}],
		['in the list of the second agent', {...at(two), type: 'unfinished-received', tasks: [whole], ended: []}],
	])('does not depend on who answered first, where the main task is told of %s', (_, told) => {
		const states = orders([...answers, [told]]).map(actions => seen(play(fleetOf(2), ...actions)));
		expect(states).toHaveLength(120);
		expect(states[0]).toMatchObject({json: [whole.id, ownRunning.id]});
		expect(new Set(states.map(state => JSON.stringify(state)))).toEqual(new Set([JSON.stringify(states[0])]));
	});

	it('is no news when it becomes known later, and an open screen stays with the task', () => {
		const early = play(fleetOf(2), hello[2]!, task(two, otherRunning), {...at(two), type: 'unfinished-received', tasks: [whole], ended: []});
		expect(rows(early)).toContain('main task: Start OB running');
		const opened = play(early, {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: 1}, {type: 'entered'});
		expect(selectScreen(opened, after(60))).toMatchObject({type: 'task', header: {id: whole.id}});
		const joined = play(opened, ...hello);
		expect(ownedTasks(joined).find(({dag}) => dag.id === whole.id)?.owner).toBe(one);
		expect(transitionsBetween(opened, joined)).toEqual([]);
		expect(selectScreen(joined, after(60))).toMatchObject({type: 'task', header: {id: whole.id}});
	});
});

it('of very many failed tasks that nothing newer made up for, the last ones stay', () => {
	let state = play(fleetOf(2), ...hello, list([]));
	for (let index = 1; index <= 100; index += 1) {
		state = play(state, list([], [makeDag({id: `1${index}`, dagId: index, name: `Backup ${index}`, state: 'FAILED', nodes: makeNodes('FAILED/RUN')})]), list([]));
	}

	const names = ownedTasks(state).map(({dag}) => dag.name);
	expect(names.length).toBeLessThan(30);
	expect(names).toContain('Backup 100');
	expect(names).toContain('Backup 85');
	expect(names).not.toContain('Backup 50');
});

it('a task whose end is unknown can be dismissed', () => {
	const running = mainOf(20, 'RUNNING');
	const gone = play(fleetOf(1), ...hello.slice(0, 1), {type: 'went-back'}, list([running]), list([]), {...at(one), type: 'linked-task-received', id: running.id, task: undefined});
	expect(rows(gone)).toContain(': Start OB unknown');
	const dismissed = play(gone, {type: 'selection-moved', by: 1}, {type: 'task-dismissed'});
	expect(rows(dismissed).filter(row => row.includes('Start OB'))).toEqual([]);
	expect(exitCodeOf(gone)).toBe(3);
});

describe('a failed check that only the history of its cluster lists', () => {
	const check = (id: string, state = 'FAILED'): Dag => makeDag({id, dagId: Number(id), name: 'Upgrade check obshell', state, nodes: makeNodes(`${state}/RUN`)});
	const start = play(fleetOf(2), ...hello, list([]));
	const key = [...start.clusters.keys()][0] ?? '';
	const opened = play(start, {type: 'history-opened', owner: key});
	const history = (...tasks: readonly Dag[]): Action => ({...at(one), type: 'history-received', owner: key, tasks, remaining: 0, isLoading: false});

	it('stays in sight and counts, without being news', () => {
		const state = play(opened, history(check('11')));
		expect(rows(state)).toContain(': Upgrade check obshell failed');
		expect(selectAgents(state, after(60), 20).summary.parts).toMatchObject([{count: 1, word: 'failed'}]);
		expect(transitionsBetween(opened, state)).toEqual([]);
		expect(rows(play(state, {type: 'went-back'}, list([])))).toContain(': Upgrade check obshell failed');
	});

	it('does not come back once something newer has succeeded, or a person dismissed it', () => {
		expect(rows(play(opened, history(check('12', 'SUCCEED'), check('11'))))).not.toContain(': Upgrade check obshell failed');
		const seen = play(opened, history(check('11')), {type: 'went-back'});
		const dismissed = play(seen, {type: 'selection-moved', by: 1}, {type: 'task-dismissed'}, {type: 'history-opened', owner: key}, history(check('11')));
		expect(rows(dismissed)).not.toContain(': Upgrade check obshell failed');
	});

	it('is in sight after a start as well, without being news, and whichever agent read it', () => {
		const state = play(start, {...at(two), type: 'failures-received', scope: 'cluster', tasks: [check('11')]});
		expect(rows(state)).toContain(': Upgrade check obshell failed');
		expect(transitionsBetween(start, state)).toEqual([]);
		expect(exitCodeOf(state)).toBe(1);
		expect(rows(play(state, {...at(one), type: 'failures-received', scope: 'cluster', tasks: [check('11')]})).filter(row => row.endsWith('failed'))).toHaveLength(1);
	});

	it('is one of the newest five at most, however often the history is read', () => {
		const many = history(...Array.from({length: 9}, (_, index) => check(String(11 + index))));
		const failed = rows(play(opened, many, many, many)).filter(row => row.endsWith('failed'));
		expect(failed).toHaveLength(5);
	});

	it('is not shown once it is a week old, whoever looks', () => {
		const old = {...check('11'), endTime: ten - (8 * 24 * 3_600_000)};
		expect(rows(play(opened, history(old)))).not.toContain(': Upgrade check obshell failed');
		expect(rows(play(start, {...at(two), type: 'failures-received', scope: 'cluster', tasks: [old]}))).not.toContain(': Upgrade check obshell failed');
	});

	it('is not said to have failed before its details are read', () => {
		expect(rows(play(opened, history({...check('11'), nodes: undefined, isBrief: true})))).not.toContain(': Upgrade check obshell failed');
	});
});

it.each([['CLUSTER AGENT', 1], ['SINGLE', 0]])('an earlier failure in the history of an agent that is %s counts as after a start, looked at or not', (identity, count) => {
	const state = play(fleetOf(2), ...hello, list([]), task(one, otherRunning), {...at(one), type: 'status-received', status: makeStatus({agent: one, identity})}, {type: 'history-opened', owner: one});
	const failed = makeDag({id: idOf(1, 13), dagId: 13, name: 'Start OB', state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
	const looked = play(state, {...at(one), type: 'history-received', owner: one, tasks: [failed], remaining: 0, isLoading: false});
	const sought = play(state, {...at(one), type: 'failures-received', scope: 'agent', tasks: [failed]});
	expect([looked, sought].map(each => rows(each).filter(row => row.endsWith('Start OB failed')).length)).toEqual([count, count]);
	expect([looked, sought].map(each => exitCodeOf(each) === 1)).toEqual([count === 1, count === 1]);
});

it('what a sub-task waited for before its agent was lost comes after the trouble, as the last that was seen', () => {
	const state = play(fleetOf(2), ...hello, list([whole]), task(one, partOf(1, 15, 14, wait)), task(two, {...partOf(2, 15, 14, wait), state: 'FAILED', operator: 'RUN', nodes: [makeNode({state: 'FAILED', hasMainTask: true, subTasks: [makeSubTask({state: 'FAILED', hasMainTask: true, agent: two, logs: [wait]})]})]}));
	const asked: readonly Action[] = [{type: 'selection-moved', by: 'end'}, {type: 'error-jumped-to'}];
	expect(play(state, ...asked).view.notice?.text).toBe('waiting for Start OB #14 to continue');
	// On its cluster's heading it is not clear whose task that is.
	expect(play(state, {type: 'selection-moved', by: 'start'}, {type: 'error-jumped-to'}).view.notice?.text).toBe(`${two}: waiting for Start OB #14 to continue`);
	const lost = play(state, {...at(two), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: ten, isAlive: false});
	expect(play(lost, ...asked).view.notice?.text).toMatch(/^unreachable since .*: connection refused; last seen: waiting for Start OB #14 to continue/);
	const open = play(lost, {type: 'selection-moved', by: 'end'}, {type: 'entered'}, {type: 'error-jumped-to'});
	expect(open.view.notice?.text).toMatch(/^unreachable since .*; last seen: /);
	const running = play(state, task(two, otherRunning), {...at(two), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: ten, isAlive: false});
	expect(play(running, ...asked).view.notice?.text).toMatch(/^unreachable since .*: connection refused$/);
});

it('on the heading of a cluster, e names an agent that cannot be reached before what another one waits for', () => {
	const waiting: Dag = {...partOf(1, 15, 14, wait), state: 'FAILED', operator: 'RUN', nodes: [makeNode({state: 'FAILED', hasMainTask: true, subTasks: [makeSubTask({state: 'FAILED', hasMainTask: true, agent: one, logs: [wait]})]})]};
	const state = play(fleetOf(2), ...hello, list([]), task(one, waiting), {...at(two), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: ten, isAlive: false});
	const said = play(state, {type: 'selection-moved', by: 'start'}, {type: 'error-jumped-to'}).view.notice?.text;
	expect(said).toMatch(/^10\.0\.0\.2:2886: unreachable since .*: connection refused; 10\.0\.0\.1:2886: waiting for main task /);
});
