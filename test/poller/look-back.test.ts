// Failed tasks that only a history lists are found after the start.

import {expect, test} from 'vitest';
import {type Dag} from '../../source/protocol/task.js';
import {makeDag, makeNodes, ten} from '../helpers/tasks.js';
import {member, names} from './cluster-fleet.js';
import {createFleet, type Fleet} from './fleet.js';
import {type Script, unreachable} from './scripted-agent.js';

const day = 24 * 3_600_000;

const task = (number: number, state: string, daysAgo = 0): Dag => makeDag({
	id: `1${number}`, dagId: number, name: `check ${number}`, state, startTime: ten - (daysAgo * day) - 2000, endTime: ten - (daysAgo * day) - 1000, nodes: makeNodes(`${state}/RUN`),
});

const withHistory = (...history: readonly Dag[]): Partial<Script> => ({history, tasks: new Map(history.map(dag => [dag.id, dag]))});

const found = ({events}: Fleet): readonly string[] => events.flatMap(event => event.type === 'failures-received' ? [`${event.scope}: ${event.tasks.map(({name, isBrief}) => isBrief ? '' : name).join(', ')}`] : []);

const askedFor = ({agents}: Fleet, what: string): number => agents.flatMap(({asked}) => asked).filter(({name}) => name.startsWith(what)).length;

test('the history of a cluster is read once, by one agent and some seconds after its list, for the failures that nothing newer made out of date', async () => {
	const history = [task(5, 'FAILED', 2), task(4, 'FAILED'), task(3, 'SUCCEED'), task(2, 'FAILED')];
	const fleet = createFleet(names.map(name => member(name, withHistory(...history))), {looksBack: true});
	await fleet.clock.advance(4000);
	expect(askedFor(fleet, 'history')).toBe(0);
	await fleet.clock.advance(10_000);
	expect(found(fleet)).toEqual(['cluster: check 5, check 4']);
	await fleet.clock.advance(600_000);
	expect([askedFor(fleet, 'history'), askedFor(fleet, 'task 1')]).toEqual([1, 2]);
	fleet.poller.stop();
	expect(fleet.clock.pending()).toBe(0);
});

test.each([
	['the newest one succeeded', [task(9, 'SUCCEED'), task(8, 'FAILED')], []],
	['it failed more than a week ago', [task(9, 'FAILED', 8)], []],
	['there are more than five, the newest are', Array.from({length: 9}, (_, index) => task(9 - index, 'FAILED')), ['cluster: check 9, check 8, check 7, check 6, check 5']],
])('if %s, no other is looked at', async (_, history, expected) => {
	const fleet = createFleet([member(names[0]!, withHistory(...history))], {looksBack: true});
	await fleet.clock.advance(20_000);
	expect(found(fleet)).toEqual(expected);
	expect(askedFor(fleet, 'task 1')).toBe(expected.length * 5);
	fleet.poller.stop();
});

test('a history that cannot be read is tried three times, a minute apart', async () => {
	const fleet = createFleet([member(names[0]!, {...withHistory(task(9, 'FAILED')), problem: name => name.startsWith('history') ? unreachable : undefined})], {looksBack: true});
	await fleet.clock.advance(3_600_000);
	expect(askedFor(fleet, 'history')).toBe(3);
	expect(found(fleet)).toEqual([]);
	expect(fleet.events.filter(({type}) => type === 'failures-unread')).toMatchObject([{agent: names[0], scope: 'cluster'}]);
	fleet.poller.stop();
});

test('where a caller waits for the first round, it is read at once, and waited for, but not for long', async () => {
	let isDone = false;
	const options = {looksBack: true, isHurried: true, onFirstRound() {
		isDone = true;
	}};
	const quick = createFleet([member(names[0]!, withHistory(task(9, 'FAILED')))], options);
	await quick.clock.advance(500);
	expect(isDone).toBe(true);
	expect(found(quick)).toEqual(['cluster: check 9']);
	quick.poller.stop();

	isDone = false;
	const slow = createFleet([member(names[0]!, {...withHistory(task(9, 'FAILED')), latency: 1, historyLatency: 8000})], options);
	await slow.clock.advance(4000);
	expect(isDone).toBe(false);
	await slow.clock.advance(3000);
	expect(isDone).toBe(true);
	expect(found(slow)).toEqual([]);
	slow.poller.stop();
});

test('nothing is looked for unless it is wanted, and without a database', async () => {
	const unasked = createFleet([member(names[0]!, withHistory(task(9, 'FAILED')))]);
	const down = createFleet([member(names[0]!, {...withHistory(task(9, 'FAILED')), status: {...member(names[0]!).status!, obState: 1}})], {looksBack: true});
	await Promise.all([unasked, down].map(async ({clock}) => clock.advance(60_000)));
	expect([askedFor(unasked, 'history'), askedFor(down, 'history')]).toEqual([0, 0]);
	down.agent.script.status = member(names[0]!).status!;
	await down.clock.advance(60_000);
	expect(found(down)).toEqual(['cluster: check 9']);
	unasked.poller.stop();
	down.poller.stop();
});
