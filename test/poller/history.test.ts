import {expect, test} from 'vitest';
import {type HistoryFocus} from '../../source/store/history.js';
import {outcomeOfDag} from '../../source/protocol/outcome.js';
import {makeDag, makeInfo, makeNodes, makeStatus} from '../helpers/tasks.js';
import {createFleet, type Fleet} from './fleet.js';
import {countsSince, refusedPassword, type Script} from './scripted-agent.js';

const minute = 60_000;
const idOf = (localId: number): string => `2213070643302886${localId}`;
const done = (localId: number) => makeDag({id: idOf(localId), dagId: localId, state: 'SUCCEED', name: `task ${localId}`});
const tasks = (count: number) => Array.from({length: count}, (_, index) => done(index + 1));

const listed = (fleet: Fleet, change: Partial<HistoryFocus> = {}): HistoryFocus => ({
	agent: fleet.agent.key, owner: fleet.agent.key, scope: 'agent', isListed: true, last: undefined, wanted: 40, ...change,
});
const walked = (fleet: Fleet, change: Partial<HistoryFocus> = {}): HistoryFocus => listed(fleet, {isListed: false, last: idOf(30), wanted: 10, ...change});

const open = (fleet: Fleet, ...histories: readonly HistoryFocus[]): void => {
	fleet.poller.setFocus({visible: [], open: undefined, histories});
};

const follower: Partial<Script> = {info: makeInfo({identity: 'FOLLOWER'}), task: done(30), tasks: new Map(tasks(30).map(dag => [dag.id, dag]))};

const heard = ({events}: Fleet) => events.flatMap(event => event.type === 'history-received' ? [event] : []);
const failures = ({events}: Fleet) => events.flatMap(event => event.type === 'history-failed' ? [event.error] : []);
const earlier = ({agent}: Fleet): readonly string[] => agent.asked.map(({name}) => name).filter(name => name.startsWith('earlier '));

test('a history is queried once when it is opened and once on r, and never by the clock', async () => {
	const fleet = createFleet([{history: tasks(3)}]);
	await fleet.clock.advance(10_000);
	const from = fleet.clock.now();
	open(fleet, listed(fleet));
	await fleet.clock.advance(10 * minute);
	expect(countsSince(fleet.agent, from)['history agent']).toBe(1);
	expect(heard(fleet).map(event => [event.tasks.map(({dagId}) => dagId), event.remaining, event.isLoading])).toEqual([[[3, 2, 1], 0, false]]);
	fleet.agent.script.history = tasks(4);
	fleet.poller.refresh();
	await fleet.clock.advance(10 * minute);
	expect(countsSince(fleet.agent, from)['history agent']).toBe(2);
	expect(heard(fleet).at(-1)?.tasks).toHaveLength(4);
	fleet.poller.stop();
});

test('coming back to it queries nothing; once closed, it is queried again', async () => {
	const fleet = createFleet([{history: tasks(3)}]);
	open(fleet, listed(fleet));
	await fleet.clock.advance(minute);
	open(fleet, listed(fleet, {wanted: 80}));
	await fleet.clock.advance(minute);
	expect(fleet.agent.asked.filter(({name}) => name === 'history agent')).toHaveLength(1);
	open(fleet);
	open(fleet, listed(fleet));
	await fleet.clock.advance(minute);
	expect(fleet.agent.asked.filter(({name}) => name === 'history agent')).toHaveLength(2);
	fleet.poller.stop();
});

test('of a long one the newest thousand are kept, and how many are not', async () => {
	const fleet = createFleet([{history: tasks(1300)}]);
	open(fleet, listed(fleet));
	await fleet.clock.advance(minute);
	const [event] = heard(fleet);
	expect([event?.tasks.length, event?.tasks[0]?.dagId, event?.remaining]).toEqual([1000, 1300, 300]);
	fleet.poller.stop();
});

test('a list that its version of obshell does not offer is walked, too; where there is nothing to walk, it ends', async () => {
	const missing = {type: 'refused', status: 400, code: '', message: 'Bad request: 404 not found', traceId: ''} as const;
	const problem: Script['problem'] = name => name === 'history agent' ? missing : undefined;
	const fleet = createFleet([{...follower, problem}]);
	open(fleet, listed(fleet, {last: idOf(3)}));
	await fleet.clock.advance(minute);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: 0, isLoading: false, tasks: [{dagId: 2}, {dagId: 1}]});
	open(fleet);
	open(fleet, listed(fleet, {last: idOf(1)}));
	await fleet.clock.advance(minute);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: 0, isLoading: false, tasks: []});
	expect(failures(fleet)).toEqual([]);
	fleet.poller.stop();
});

test('for other runs of a task, a history without a list is read task by task, and its listeners are told again whether more is to come', async () => {
	const missing = {type: 'refused', status: 400, code: '', message: 'Bad request: 404 not found', traceId: ''} as const;
	const fleet = createFleet([{...follower, problem: name => name === 'history agent' ? missing : undefined}]);
	open(fleet, listed(fleet, {last: idOf(9), wanted: 0, runsOf: 'task 2'}));
	await fleet.clock.advance(minute);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: 0, isLoading: false});
	expect(heard(fleet).at(-1)?.tasks.map(({dagId}) => dagId)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
	open(fleet);
	open(fleet, listed(fleet, {last: idOf(30), wanted: 3}));
	await fleet.clock.advance(minute);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: undefined, isLoading: false});
	const before = heard(fleet).length;
	open(fleet, listed(fleet, {last: idOf(30), wanted: 3, runsOf: 'task 2'}));
	await fleet.clock.advance(2 * minute);
	expect(heard(fleet)[before]).toMatchObject({isLoading: true});
	expect(heard(fleet).at(-1)).toMatchObject({remaining: 0, isLoading: false});
	const read = heard(fleet).length;
	open(fleet, listed(fleet, {last: idOf(30), wanted: 3, runsOf: 'task 4'}));
	await fleet.clock.advance(1000);
	expect(heard(fleet).slice(read)).toMatchObject([{remaining: 0, isLoading: false}]);
	fleet.poller.stop();
});

test('a history with nothing to ask for ends at once', async () => {
	const fleet = createFleet([follower]);
	open(fleet, walked(fleet, {last: idOf(1)}));
	await fleet.clock.advance(1000);
	expect(heard(fleet)).toMatchObject([{remaining: 0, isLoading: false, tasks: []}]);
	fleet.poller.stop();
});

test('a follower\'s is queried id by id from its last task down, no more of it than is wanted, and never above', async () => {
	const fleet = createFleet([follower]);
	await fleet.clock.advance(10_000);
	open(fleet, walked(fleet));
	await fleet.clock.advance(minute);
	expect(earlier(fleet)).toEqual(Array.from({length: 10}, (_, index) => `earlier ${idOf(30 - index)} 1`));
	expect(heard(fleet).at(-1)).toMatchObject({remaining: undefined, isLoading: false});
	expect(heard(fleet).at(-1)?.tasks.map(({dagId}) => dagId)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
	expect(heard(fleet).slice(0, -1).every(({isLoading}) => isLoading)).toBe(true);
	// As one scrolls.
	open(fleet, walked(fleet, {wanted: 15}));
	await fleet.clock.advance(10 * minute);
	expect(earlier(fleet)).toHaveLength(15);
	open(fleet, walked(fleet, {wanted: 400}));
	await fleet.clock.advance(10 * minute);
	expect(earlier(fleet)).toHaveLength(29);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: 0, isLoading: false});
	expect(heard(fleet).at(-1)?.tasks.at(-1)?.dagId).toBe(1);
	expect(fleet.agent.asked.some(({name}) => name.startsWith('history'))).toBe(false);
	fleet.poller.stop();
});

test('between two questions of a walk the agent has its rest', async () => {
	const fleet = createFleet([{...follower, latency: 100}]);
	await fleet.clock.advance(20_000);
	open(fleet, walked(fleet));
	await fleet.clock.advance(5000);
	const times = fleet.agent.asked.filter(({name}) => name.startsWith('earlier ')).map(({at}) => at);
	expect(times.length).toBeGreaterThan(2);
	expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) >= 1100)).toBe(true);
	fleet.poller.stop();
});

test('a walk steps over a task that is gone, and ends where several are', async () => {
	const fleet = createFleet([{...follower, tasks: new Map([29, 27, 26].map(localId => [idOf(localId), done(localId)]))}]);
	await fleet.clock.advance(10_000);
	open(fleet, walked(fleet, {wanted: 100}));
	await fleet.clock.advance(10 * minute);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: 0, isLoading: false});
	expect(heard(fleet).at(-1)?.tasks.map(({dagId}) => dagId)).toEqual([29, 27, 26]);
	expect(earlier(fleet)).toEqual([`earlier ${idOf(30)} 1`, `earlier ${idOf(29)} 1`, `earlier ${idOf(29)} 2`, `earlier ${idOf(27)} 1`, `earlier ${idOf(26)} 1`, `earlier ${idOf(26)} 2`, `earlier ${idOf(26)} 3`]);
	fleet.poller.stop();
});

test('a walk is bounded', async () => {
	const fleet = createFleet([{...follower, task: done(900), tasks: new Map(tasks(900).map(dag => [dag.id, dag]))}]);
	await fleet.clock.advance(10_000);
	open(fleet, walked(fleet, {last: idOf(900), wanted: 5000}));
	await fleet.clock.advance(60 * minute);
	expect(earlier(fleet)).toHaveLength(200);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: undefined, isLoading: false});
	fleet.poller.stop();
});

test.each([
	['is another agent\'s', {type: 'protocol', problem: 'other-tasks'}],
	['is too large', {type: 'too-large', limit: 1}],
] as const)('a list that %s is replaced by a walk', async (_, error) => {
	const fleet = createFleet([{...follower, problem: name => name === 'history agent' ? error : undefined}]);
	await fleet.clock.advance(10_000);
	open(fleet, listed(fleet, {last: idOf(30), wanted: 5}));
	await fleet.clock.advance(minute);
	expect(earlier(fleet)).toHaveLength(5);
	expect(failures(fleet)).toEqual([]);
	fleet.poller.stop();
});

test('a failure is reported and not retried by itself, but on r, and once a password was entered', async () => {
	const fleet = createFleet([{history: tasks(3), problem: name => name === 'history agent' ? refusedPassword : undefined}]);
	open(fleet, listed(fleet));
	await fleet.clock.advance(30 * minute);
	expect(failures(fleet)).toEqual([refusedPassword]);
	fleet.poller.refresh();
	await fleet.clock.advance(minute);
	expect(failures(fleet)).toHaveLength(2);
	fleet.agent.script.problem = () => undefined;
	fleet.poller.wake();
	await fleet.clock.advance(minute);
	expect(heard(fleet)).toHaveLength(1);
	fleet.poller.stop();
});

test('a slow list holds up no other request, and a closed history is dropped', async () => {
	const fleet = createFleet([{history: tasks(3), info: makeInfo({identity: 'FOLLOWER'}), status: makeStatus({identity: 'FOLLOWER'}), task: done(1)}]);
	await fleet.clock.advance(10_000);
	fleet.agent.script.latency = 20_000;
	open(fleet, listed(fleet));
	await fleet.clock.advance(1000);
	expect(fleet.agent.open()).toBeGreaterThan(0);
	fleet.agent.script.latency = 1;
	open(fleet);
	await fleet.clock.advance(minute);
	expect(heard(fleet)).toEqual([]);
	expect(fleet.agent.open()).toBe(0);
	fleet.poller.stop();
});

test('the details of a failed or passed task, which say how it ended, are read once', async () => {
	const failed = makeDag({id: idOf(2), dagId: 2, state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
	const passed = makeDag({id: idOf(3), dagId: 3, state: 'SUCCEED', operator: 'PASS', nodes: makeNodes('SUCCEED/PASS')});
	const fleet = createFleet([{history: [done(1), failed, passed], tasks: new Map([[failed.id, failed]])}]);
	open(fleet, listed(fleet));
	await fleet.clock.advance(minute);
	const outcomes = () => heard(fleet).at(-1)?.tasks.map(dag => outcomeOfDag(dag).word);
	// The third one is gone from the agent.
	expect(outcomes()).toEqual(['unknown', 'failed', 'succeeded']);
	fleet.poller.refresh();
	await fleet.clock.advance(10 * minute);
	expect(outcomes()).toEqual(['unknown', 'failed', 'succeeded']);
	expect(countsSince(fleet.agent, 0)[`task ${failed.id}`]).toBe(1);
	fleet.poller.stop();
});

test('what comes in sight later is loading until its details are read, not unknown', async () => {
	const failed = [2, 3].map(localId => makeDag({id: idOf(localId), dagId: localId, state: 'FAILED', nodes: makeNodes('FAILED/RUN')}));
	const fleet = createFleet([{history: [done(1), ...failed], tasks: new Map(failed.map(dag => [dag.id, dag]))}]);
	open(fleet, listed(fleet, {wanted: 1}));
	await fleet.clock.advance(minute);
	expect(heard(fleet).at(-1)).toMatchObject({isLoading: false});
	const before = heard(fleet).length;
	open(fleet, listed(fleet, {wanted: 3}));
	await fleet.clock.advance(minute);
	expect(heard(fleet).slice(before).map(({isLoading, tasks: read}) => [isLoading, outcomeOfDag(read[1]!).word])).toEqual([[true, 'unknown'], [false, 'failed']]);
	fleet.poller.stop();
});

test('details that an agent refuses leave the head of the task, with the agent\'s words', async () => {
	const failed = makeDag({id: idOf(2), dagId: 2, state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
	const fleet = createFleet([{history: [done(1), failed], problem: name => name === `task ${failed.id}` ? {type: 'refused', status: 500, code: 'X', message: 'not now', traceId: ''} : undefined}]);
	open(fleet, listed(fleet));
	await fleet.clock.advance(minute);
	expect(heard(fleet).at(-1)?.tasks).toMatchObject([{id: failed.id, isBrief: true, refusal: {message: 'not now'}}, {id: idOf(1)}]);
	fleet.poller.stop();
});

test('of all histories together few are queried at once', async () => {
	const fleet = createFleet(Array.from({length: 40}, () => ({history: tasks(3)})));
	await fleet.clock.advance(10_000);
	for (const agent of fleet.agents) {
		agent.script.latency = 20_000;
	}

	fleet.poller.setFocus({visible: [], open: undefined, histories: fleet.agents.map(({key}) => listed(fleet, {agent: key, owner: key}))});
	await fleet.clock.advance(100);
	const lists = () => fleet.agents.filter(({asked}) => asked.some(({name}) => name === 'history agent')).length;
	expect(lists()).toBe(8);
	await fleet.clock.advance(21_000);
	expect(lists()).toBe(16);
	// Those that wait are let go.
	open(fleet);
	await fleet.clock.advance(minute);
	expect(lists()).toBe(16);
	fleet.poller.stop();
});

test('a walk goes back to a time, whatever is in sight, and a list is read again where it was cut too short', async () => {
	const timed = (localId: number) => makeDag({id: idOf(localId), dagId: localId, state: 'SUCCEED', startTime: localId * minute, endTime: (localId * minute) + 1});
	const fleet = createFleet([{...follower, tasks: new Map(Array.from({length: 30}, (_, index) => [idOf(index + 1), timed(index + 1)]))}, {history: tasks(100)}]);
	await fleet.clock.advance(10_000);
	open(fleet, walked(fleet, {wanted: 1, since: 20 * minute}));
	await fleet.clock.advance(10 * minute);
	expect(heard(fleet).at(-1)).toMatchObject({remaining: undefined, isLoading: false});
	expect(heard(fleet).at(-1)?.tasks.map(({dagId}) => dagId)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19]);
	const {key} = fleet.neighbour;
	const kept = () => [heard(fleet).at(-1)?.tasks.length, heard(fleet).at(-1)?.remaining];
	open(fleet, listed(fleet, {agent: key, owner: key, most: 50}));
	await fleet.clock.advance(minute);
	expect(kept()).toEqual([50, 50]);
	open(fleet, listed(fleet, {agent: key, owner: key}));
	await fleet.clock.advance(minute);
	expect(kept()).toEqual([100, 0]);
	fleet.poller.stop();
});
