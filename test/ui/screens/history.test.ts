import {describe, expect, test} from 'vitest';
import {speak} from '../../../source/lib/messages/messages.js';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {topScreen} from '../../../source/store/lookup.js';
import {selectMissingTask} from '../../../source/store/selectors/links.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {after, makeDag, makeInfo, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../../helpers/tasks.js';
import {fleetOf, frameOf, play} from '../helpers/stage.js';

const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
const at = (agent: string) => ({agent, at: ten});
const idOf = (localId: number): string => `2016777216102886${localId}`;
const dag = (localId: number, change: Partial<Dag> = {}): Dag => makeDag({
	id: idOf(localId), dagId: localId, name: `task ${localId}`, state: 'SUCCEED', stage: 2, maxStage: 2, startTime: after(localId), endTime: after(localId + 60), utcOffset: 0, nodes: undefined, isBrief: false, ...change,
});
const info: Action = {...at(one), type: 'info-received', info: makeInfo({agent: one, identity: 'SINGLE'})};
const history = (tasks: readonly Dag[], change: {readonly remaining?: number | undefined; readonly isLoading?: boolean} = {}): Action => ({...at(one), type: 'history-received', owner: one, tasks, remaining: 0, isLoading: false, ...change});
const running = dag(3, {id: idOf(3), state: 'RUNNING', stage: 1, nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')});
const opened = () => play(fleetOf(2), info, {...at(one), type: 'skew-measured', skew: 0}, {...at(one), type: 'task-received', task: running}, {type: 'history-opened'});

describe('a history', () => {
	test('lists what was, newest first, and what is', () => {
		const state = play(opened(), history([dag(2, {state: 'FAILED', stage: 1}), dag(1)]));
		expect(frameOf(state, after(10)).slice(0, 6)).toEqual([
			' obwatch › 10.0.0.1:2886 › history',
			' 3 tasks · 1 failed or cancelled · complete',
			'   STARTED +00:00  TASK            OUTCOME      STAGE  ID                  TIME',
			` ▸ 10:00:03        task 3          ● running    1/2    ${idOf(3)}     7s`,
			`   10:00:02        task 2          ✖ failed     1/2    ${idOf(2)}  1m00s`,
			`   10:00:01        task 1          ✔ succeeded  2/2    ${idOf(1)}  1m00s`,
		]);
	});

	test('says of a running task that it is failing, as the agents\' list does, and is filtered by that word', () => {
		const failing = {...running, nodes: [makeNode({state: 'RUNNING', subTasks: [makeSubTask({state: 'FAILED'}), makeSubTask({id: '12', key: '12', state: 'RUNNING'})]})]};
		const state = play(fleetOf(2), info, {...at(one), type: 'task-received', task: failing}, {type: 'history-opened'}, history([dag(2), dag(1)]));
		expect(frameOf(state, after(10))[3]).toContain('task 3          ● failing ');
		expect(frameOf(play(state, {type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text: 'failing'})).join('\n')).toContain('2 hidden');
	});

	test('counts a task and the part with which it failed as one failure', () => {
		const main = dag(2, {state: 'FAILED'});
		const partOf = (id: number, of: Dag): Dag => dag(id, {state: 'FAILED', links: {subDags: {}, mainDagId: of.id}});
		const countIn = (...tasks: readonly Dag[]): string | undefined => frameOf(play(opened(), history(tasks)), after(10))[1];
		expect(countIn(partOf(1, main), main)).toBe(' 3 tasks · 1 failed or cancelled, and 1 sub-task of it · complete');
		expect(countIn(partOf(1, main), dag(2))).toBe(' 3 tasks · 1 failed or cancelled · complete');
	});

	test('names tasks whole before it shows bars and ids, and says at 40 columns how they ended', () => {
		const tasks = history([dag(2, {name: 'Initialize cluster', state: 'FAILED', stage: 1}), dag(1)]);
		expect(frameOf(play(opened(), tasks), after(10)).slice(2, 5)).toEqual([
			'   STARTED +00:00  TASK                OUTCOME      STAGE   TIME',
			' ▸ 10:00:03        task 3              ● running    1/2       7s',
			'   10:00:02        Initialize cluster  ✖ failed     1/2    1m00s',
		]);
		expect(frameOf(play(opened(), tasks, {type: 'resized', columns: 40, rows: 10}), after(10)).slice(2, 6)).toEqual([
			'   STARTED +00:00  TASK',
			' ▸ 10:00:03        task 3             ●',
			'   10:00:02        Initialize clust…  ✖',
			'   10:00:01        task 1             ✔',
		]);
		const all = frameOf(play(opened(), tasks, {type: 'whole-history-opened'}, {type: 'resized', columns: 40, rows: 10}), after(10));
		expect(all.find(line => line.includes('task 3'))).toMatch(/10\.0\.0\.1:2886 +task 3 +●$/);
	});

	test('says the outcome in words at 40 columns if there is no room for the start', async () => {
		await speak('zh');
		const old = history([dag(2, {state: 'FAILED', stage: 1, startTime: after(-86_400), endTime: after(-86_340)}), dag(1)]);
		const frame = frameOf(play(opened(), old, {type: 'resized', columns: 40, rows: 10}), after(10));
		await speak('en');
		expect(frame.slice(2, 5)).toEqual([
			'   任务              结果          耗时',
			' ▸ task 3            ● 运行中        7s',
			'   task 2            ✖ 失败       1m00s',
		]);
	});

	test('says of outcomes that are still being read that they are loading', () => {
		const brief = dag(2, {state: 'FAILED', stage: 1, isBrief: true});
		const loading: Action = {...at(one), type: 'history-received', owner: one, tasks: [brief], remaining: 0, isLoading: true};
		expect(frameOf(play(opened(), loading), after(10)).join('\n')).toMatch(/task 2 +· loading /);
		expect(frameOf(play(opened(), history([brief])), after(10)).join('\n')).toMatch(/task 2 +\? unknown /);
		// What a list brings into sight is asked for a moment later.
		const ofAll = play(opened(), {type: 'whole-history-opened'}, history([brief]));
		expect(frameOf(ofAll, after(10)).join('\n')).toMatch(/task 2 +· loading /);
	});

	test('says why outcomes are unknown: below the list, or where that is full, above it', () => {
		const refusal = {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot read it now', traceId: ''} as const;
		const state = play(opened(), history([dag(2, {state: 'FAILED', stage: 1, isBrief: true, refusal}), dag(1)]));
		const words = '1 outcome is unknown, because the details cannot be read: cannot read it now';
		const frame = frameOf(state, after(10));
		expect(frame[1]).toBe(' 3 tasks · complete');
		expect(frame.slice(-3, -1).join(' ').replaceAll(/\s+/g, ' ')).toBe(` why ${words}`);
		const full = frameOf(play(state, {type: 'resized', columns: 99, rows: 10}, history(Array.from({length: 9}, (_, index) => dag(20 - index, {state: 'FAILED', isBrief: true, refusal})))), after(10));
		expect(full[1]).toContain(' · 9 outcomes are unknown, because the details cannot be read: cannot read it now');
	});

	test('is filtered as one types, by name, outcome and id, each for itself, and Enter opens what is shown', () => {
		const typed = (text: string): readonly Action[] => [{type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text}];
		const state = play(opened(), history([dag(2, {state: 'FAILED', stage: 1}), dag(1)]), ...typed('failed'));
		expect(frameOf(state, after(10))[1]).toBe(' 1 task  /failed  2 hidden · 1 failed or cancelled · complete');
		expect(frameOf(state, after(10))[3]).toContain('task 2');
		expect(topScreen(play(state, {type: 'input-submitted'}, {type: 'entered'}))).toMatchObject({type: 'task', task: {id: idOf(2)}});
		expect(frameOf(play(state, {type: 'overlay-closed'}))[1]).toMatch(/^ 3 tasks ·/);
		expect(frameOf(play(state, {type: 'input-submitted'}, {type: 'went-back'}))[0]).not.toContain('history');
		// Esc shows all of them again, and only then goes back.
		expect(frameOf(play(state, {type: 'input-submitted'}, {type: 'escaped'}))[1]).toMatch(/^ 3 tasks ·/);
		expect(frameOf(play(state, {type: 'input-submitted'}, {type: 'escaped'}, {type: 'escaped'}))[0]).not.toContain('history');
		expect(frameOf(play(opened(), history([dag(1)]), ...typed('nowhere')))[1]).toMatch(/^ 0 tasks {2}\/nowhere {2}2 hidden/);
	});

	test('is being loaded at first, and says when there is nothing', () => {
		const asked = play(fleetOf(2), info, {type: 'history-opened'});
		expect(frameOf(asked)[2]).toContain('loading history');
		expect(frameOf(play(asked, history([])))[2]).toContain('no tasks');
	});

	test.each([
		[{remaining: undefined, isLoading: true}, 'loading older tasks'],
		[{remaining: undefined, isLoading: false}, 'older tasks not loaded'],
		[{remaining: 300, isLoading: false}, '300 older tasks not loaded'],
	])('says of %j: %s', (change, words) => {
		expect(frameOf(play(opened(), history([dag(1)], change)))[1]).toContain(words);
	});

	test('says why it cannot be had, and keeps what is known', () => {
		const state = play(opened(), history([dag(1)]), {...at(one), type: 'history-failed', owner: one, error: {type: 'unreachable', code: 'ECONNREFUSED'}});
		expect(frameOf(state)[1]).toBe(' 2 tasks · connection refused');
	});

	test('opens any of its tasks, also one that is not known yet, and is there when one comes back', () => {
		const state = play(opened(), history([dag(2), dag(1)]), {type: 'selection-moved', by: 'end'}, {type: 'entered'});
		expect(topScreen(state)).toMatchObject({type: 'task', task: {owner: one, id: idOf(1)}});
		expect(selectMissingTask(state)).toEqual({agent: one, id: idOf(1)});
		const shown = play(state, {...at(one), type: 'linked-task-received', id: idOf(1), task: dag(1, {nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN')})});
		expect(frameOf(shown)[1]).toContain('✔ succeeded, 2 stages in 1m00s');
		expect(selectFocus(shown).histories).toHaveLength(1);
		const back = play(shown, {type: 'went-back'});
		expect(frameOf(back).at(5)).toContain('▸ 10:00:01');
		expect(back.histories.size).toBe(1);
		expect(play(back, {type: 'went-back'}).histories.size).toBe(0);
	});

	test('is not opened twice: from one of its tasks H leads back to it', () => {
		const state = play(opened(), history([dag(2), dag(1)]), {type: 'selection-moved', by: 1}, {type: 'entered'}, {type: 'history-opened'});
		expect(state.view.stack.map(({type}) => type)).toEqual(['agents', 'history']);
		expect(topScreen(state)).toMatchObject({selected: idOf(2)});
	});

	test('keeps few of the tasks that were opened from it', () => {
		const many = Array.from({length: 100}, (_, index) => dag(index + 1));
		let state = play(opened(), history(many));
		for (const task of many) {
			state = play(state, {...at(one), type: 'linked-task-received', id: task.id, task});
		}

		expect(state.kept.size).toBeLessThan(40);
		expect(state.kept.has(idOf(100))).toBe(true);
	});
});

describe('the history of all', () => {
	const three = '10.0.0.3:2886';
	const named = (agent: string, identity: string): Action => ({...at(agent), type: 'info-received', info: makeInfo({agent, identity})});
	const status = (agent: string): Action => ({...at(agent), type: 'status-received', status: makeStatus({agent, obState: 3, identity: 'CLUSTER AGENT'})});
	const clusterInfo: Action = {...at(one), type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}))}};
	const ofOther = (localId: number, change: Partial<Dag> = {}): Dag => dag(localId, {id: `2016777216202886${localId}`, name: `other ${localId}`, ...change});
	const ofCluster = (localId: number, change: Partial<Dag> = {}): Dag => dag(localId, {id: `1${localId}`, name: `cluster ${localId}`, ...change});
	const received = (owner: string, tasks: readonly Dag[], change: {readonly remaining?: number | undefined; readonly isLoading?: boolean} = {}): Action => ({...at(one), type: 'history-received', owner, tasks, remaining: 0, isLoading: false, ...change});
	const fleet = play(fleetOf(3), named(one, 'CLUSTER AGENT'), named(two, 'CLUSTER AGENT'), clusterInfo, status(one), status(two), {...at(three), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false});
	const key = [...fleet.clusters.keys()][0] ?? '';
	const all = play(fleet, {type: 'history-opened'}, {type: 'history-opened'});
	const read = play(all, received(key, [ofCluster(4)]), received(one, [dag(3), dag(1, {state: 'FAILED', stage: 1})]), received(two, [ofOther(2)]));
	const typed = (text: string): readonly Action[] => [{type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text}, {type: 'input-submitted'}];

	test('opens with H in a history: the tasks of all by time, whose they are, and last the histories that cannot be read', () => {
		expect(frameOf(read, after(100)).slice(0, 8)).toEqual([
			' obwatch › history of all agents',
			' 4 tasks · 1 failed or cancelled · 1 of 4 histories unreadable',
			'   STARTED +00:00  AGENT          TASK                OUTCOME      STAGE   TIME',
			' ▸ 10:00:04        demo           cluster 4           ✔ succeeded  2/2    1m00s',
			'   10:00:03        10.0.0.1:2886  task 3              ✔ succeeded  2/2    1m00s',
			'   10:00:02        10.0.0.2:2886  other 2             ✔ succeeded  2/2    1m00s',
			'   10:00:01        10.0.0.1:2886  task 1              ✖ failed     1/2    1m00s',
			expect.stringMatching(/^ {19}10\.0\.0\.3:2886 {2}unreachable since /),
		]);
	});

	test('says how many histories are still being read, and is complete only when all are', () => {
		expect(frameOf(all)[1]).toBe(' 0 tasks · 1 of 4 histories unreadable · loading 3 of 4');
		expect(frameOf(play(all, received(key, [ofCluster(4)])))[1]).toBe(' 1 task · 1 of 4 histories unreadable · loading 2 of 4');
		const found = play(fleetOf(1), named(one, 'SINGLE'), {type: 'whole-history-opened'}, received(one, [dag(3)]));
		expect(frameOf(found)[1]).toBe(' 1 task · complete');
		expect(frameOf(play(found, received(one, [dag(3)], {remaining: undefined})))[1]).toBe(' 1 task · older tasks not loaded');
	});

	test('leaves out of its second line what matters least, and cuts no word', () => {
		const line = (columns: number): string | undefined => frameOf(play(read, {type: 'resized', columns, rows: 24}))[1];
		expect(line(64)).toBe(' 4 tasks · 1 failed or cancelled · 1 of 4 histories unreadable');
		expect([line(62), line(40)]).toEqual([' 4 tasks · 1 failed or cancelled …', ' 4 tasks · 1 failed or cancelled …']);
		expect(frameOf(play(all, {type: 'resized', columns: 50, rows: 24}))[1]).toBe(' 0 tasks · 1 of 4 histories unreadable …');
	});

	test('is filtered by whose tasks they are, and ! leaves what failed, what may have failed, and what cannot be read', () => {
		expect(frameOf(play(read, ...typed('10.0.0.1')))[1]).toBe(' 2 tasks  /10.0.0.1 · 1 failed or cancelled · 1 of 4 histories unreadable …');
		expect(frameOf(play(read, ...typed('unreachable')))[3]).toContain('10.0.0.3:2886  unreachable since');
		const faults = play(read, received(two, [ofOther(2, {state: 'FAILED', isBrief: true})]), {type: 'faults-toggled'});
		expect(frameOf(faults).slice(3, 7).map(line => line.slice(19, 45).trim())).toEqual(['10.0.0.2:2886  other 2', '10.0.0.1:2886  task 1', '10.0.0.3:2886  unreachable', '']);
		expect(frameOf(faults)[1]).toBe(' 2 tasks  faults only · 1 failed or cancelled · 1 of 4 histories unreadable …');
		expect(frameOf(play(faults, {type: 'resized', columns: 95, rows: 24}))[1]).toBe(' 2 tasks  faults only  2 hidden · 1 failed or cancelled · 1 of 4 histories unreadable');
		expect(frameOf(play(faults, {type: 'escaped'}))[1]).not.toContain('faults only');
	});

	test('opens any task, or the card of an agent whose history cannot be read; H leads to the history of the row, and back', () => {
		expect(topScreen(play(read, {type: 'selection-moved', by: 2}, {type: 'entered'}))).toMatchObject({type: 'task', task: {owner: two, id: ofOther(2).id}});
		expect(topScreen(play(read, {type: 'selection-moved', by: 'end'}, {type: 'entered'}))).toMatchObject({type: 'card', owner: three});
		const back = play(read, {type: 'selection-moved', by: 2}, {type: 'history-opened'});
		expect(frameOf(read).at(-1)).toContain('H history');
		expect(frameOf(back).at(-1)).toContain('H all agents');
		expect(topScreen(back)).toMatchObject({type: 'history', owner: two});
		expect(topScreen(play(back, {type: 'history-opened'}))).toMatchObject({type: 'history', owner: undefined});
	});

	test('leads from that of a cluster, which says that it holds no tasks of its agents', () => {
		const own = play(fleet, {type: 'history-opened', owner: key}, received(key, [ofCluster(4)]));
		expect(frameOf(own)[1]).toBe(' 1 task of the cluster itself · complete');
		expect(topScreen(play(own, {type: 'history-opened'}))).toMatchObject({type: 'history', owner: undefined});
		expect(frameOf(play(fleet, {type: 'history-opened', owner: one}, received(one, [dag(3)])))[1]).toBe(' 1 task · complete');
	});

	test('reads a cluster\'s tasks from one agent, and of each history as much as is in sight', () => {
		const {histories} = selectFocus(read);
		expect(histories.map(({owner, agent, scope}) => [owner, agent, scope])).toEqual([[key, one, 'cluster'], [one, one, 'agent'], [two, two, 'agent']]);
		const many = play(all, received(one, Array.from({length: 500}, (_, index) => dag(1000 + index))), received(two, Array.from({length: 500}, (_, index) => ofOther(index + 1))), received(key, []));
		expect(Object.fromEntries(selectFocus(many).histories.map(({owner, wanted}) => [owner, wanted]))).toEqual({[key]: 1, [one]: 48, [two]: 1});
		const down = play(many, {type: 'selection-moved', by: 'end'});
		expect(selectFocus(down).histories.find(({owner}) => owner === two)?.wanted).toBe(500);
	});

	test('has a task once, even if its agent is watched under two addresses', () => {
		const twice = play(fleetOf(2), named(one, 'SINGLE'), {...at(two), type: 'info-received', info: makeInfo({agent: one, identity: 'SINGLE'})}, {type: 'whole-history-opened'}, received(one, [dag(2), dag(1)]), received(two, [dag(2), dag(1)]));
		expect(frameOf(twice)[1]).toBe(' 2 tasks · complete');
	});

	test('knows tasks of two clusters apart that have the same id', () => {
		const of = (agent: string, name: string, id: number): readonly Action[] => [named(agent, 'CLUSTER AGENT'), {...at(agent), type: 'cluster-info-received', cluster: {name, id, members: [{agent, zone: '', identity: '', version: ''}]}}, status(agent)];
		const pair = play(fleetOf(2), ...of(one, 'first', 1), ...of(two, 'second', 2), {type: 'whole-history-opened'});
		const [first = '', second = ''] = pair.clusters.keys();
		const both = play(pair, received(first, [ofCluster(2, {name: 'Of the first'})]), received(second, [ofCluster(2, {name: 'Of the second'})]), {...at(one), type: 'linked-task-received', id: '12', task: ofCluster(2, {name: 'Of the first'})});
		expect(frameOf(both).slice(3, 5).map(line => /Of the \w+/.exec(line)?.[0])).toEqual(expect.arrayContaining(['Of the first', 'Of the second']));
		const other = play(both, ...typed('Of the second'), {type: 'entered'});
		expect(selectMissingTask(other)).toEqual({agent: two, id: '12'});
	});
});

describe('how a history is queried', () => {
	const clusterInfo: Action = {...at(one), type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}))}};
	const named = (agent: string, identity: string): Action => ({...at(agent), type: 'info-received', info: makeInfo({agent, identity})});
	const status = (agent: string, obState: number, identity = 'CLUSTER AGENT'): Action => ({...at(agent), type: 'status-received', status: makeStatus({agent, obState, identity})});

	test('an agent\'s as a list', () => {
		expect(selectFocus(opened()).histories).toMatchObject([{agent: one, owner: one, scope: 'agent', isListed: true, last: idOf(3)}]);
	});

	test('a follower\'s from its own last task down, and more of it as one scrolls', () => {
		const state = play(fleetOf(1), named(one, 'FOLLOWER'), {...at(one), type: 'task-received', task: running}, {type: 'history-opened'});
		const [focus] = selectFocus(state).histories;
		expect(focus).toMatchObject({isListed: false, last: idOf(3)});
		const down = play(state, history(Array.from({length: 60}, (_, index) => dag(index + 10)), {remaining: undefined}), {type: 'selection-moved', by: 'end'});
		expect(selectFocus(down).histories[0]?.wanted).toBeGreaterThan(60);
	});

	test('a cluster\'s from an agent whose database is connected, and not at all while none is', () => {
		const state = play(fleetOf(2), named(one, 'CLUSTER AGENT'), named(two, 'CLUSTER AGENT'), clusterInfo, status(one, 2), status(two, 0), {type: 'history-opened'});
		expect(selectFocus(state).histories).toEqual([]);
		expect(frameOf(state)[2]).toContain('history not loaded: OceanBase is not connected');
		const unread = play(state, status(two, 3), {...at(two), type: 'agent-failed', error: {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot read it now', traceId: ''}, since: ten, lastSeenAt: ten, isAlive: true});
		expect(selectFocus(unread).histories).toEqual([]);
		expect(frameOf(unread)[2]).toContain(`${two}: alive, but its task cannot be read since`);
		const connected = play(state, status(two, 3));
		expect(selectFocus(connected).histories).toMatchObject([{agent: two, scope: 'cluster', isListed: true}]);
	});
});
