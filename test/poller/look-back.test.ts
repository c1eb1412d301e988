// Failed tasks that only a history lists are found after the start.

import {describe, expect, test} from 'vitest';
import {type Dag} from '../../source/protocol/task.js';
import {makeDag, makeInfo, makeNodes, makeStatus, ten} from '../helpers/tasks.js';
import {member, names} from './cluster-fleet.js';
import {createFleet, type Fleet} from './fleet.js';
import {type Script, unreachable} from './scripted-agent.js';

const day = 24 * 3_600_000;

const task = (number: number, state: string, daysAgo = 0): Dag => makeDag({
	id: `1${number}`, dagId: number, name: `check ${number}`, state, startTime: ten - (daysAgo * day) - 2000, endTime: ten - (daysAgo * day) - 1000, nodes: makeNodes(`${state}/RUN`),
});

const withHistory = (...history: readonly Dag[]): Partial<Script> => ({history, tasks: new Map(history.map(dag => [dag.id, dag]))});

const found = ({events}: Fleet): readonly string[] => events.flatMap(event => event.type === 'failures-received' ? [`${event.scope}: ${event.tasks.map(({name, isBrief}) => isBrief ? '' : name).join(', ')}`] : []);

/** A main task of the agent, and its share of it. */
const local = (number: number, name: string, change: Partial<Dag>): Dag => makeDag({
	id: `2213070643302886${number}`, dagId: number, name, startTime: ten - 20_000, endTime: ten - 10_000, maxStage: 3, stage: 3, ...change,
});

const share = (number: number, mainDagId: string, change: Partial<Dag> = {}): Dag => local(number, `share ${number}`, {
	state: 'SUCCEED', operator: 'PASS', nodes: makeNodes('SUCCEED/PASS'), links: {subDags: {}, mainDagId}, ...change,
});

const main = (number: number, state: string, change: Partial<Dag> = {}): Dag => local(number, `start ${number}`, {state, nodes: makeNodes(`${state}/RUN`), ...change});

const askedFor = ({agents}: Fleet, what: string): number => agents.flatMap(({asked}) => asked).filter(({name}) => name.startsWith(what)).length;

test('the history of a cluster is read once, by one agent and some seconds after its list, for the failures that nothing newer made out of date', async () => {
	const history = [task(5, 'FAILED', 2), task(4, 'FAILED'), task(3, 'SUCCEED'), task(2, 'FAILED')];
	const fleet = createFleet(names.map(name => member(name, withHistory(...history))), {looksBack: true});
	await fleet.clock.advance(4000);
	expect(askedFor(fleet, 'history cluster')).toBe(0);
	await fleet.clock.advance(10_000);
	expect(found(fleet)).toEqual(['cluster: check 5, check 4']);
	await fleet.clock.advance(600_000);
	expect([askedFor(fleet, 'history cluster'), askedFor(fleet, 'task 1')]).toEqual([1, 2]);
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
	const fleet = createFleet([member(names[0]!, {...withHistory(task(9, 'FAILED')), problem: name => name === 'history cluster' ? unreachable : undefined})], {looksBack: true});
	await fleet.clock.advance(3_600_000);
	expect(askedFor(fleet, 'history cluster')).toBe(3);
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
	expect([askedFor(unasked, 'history'), askedFor(down, 'history cluster')]).toEqual([0, 0]);
	down.agent.script.status = member(names[0]!).status!;
	await down.clock.advance(60_000);
	expect(found(down)).toEqual(['cluster: check 9']);
	unasked.poller.stop();
	down.poller.stop();
});

describe('the history of an agent', () => {
	const ownHistory = (...history: readonly Dag[]): Partial<Script> => ({...withHistory(...history), task: history[0]});

	test('is read once for the main tasks that failed, whose agents work on the next one', async () => {
		const failed = main(6, 'FAILED', {links: {subDags: {[names[0]!]: share(7, '').id}, mainDagId: undefined}});
		const history = [share(9, main(8, '').id, {state: 'RUNNING', operator: 'RUN'}), main(8, 'RUNNING'), share(7, failed.id), failed, main(4, 'SUCCEED'), main(3, 'FAILED')];
		const parts = [share(7, main(8, '').id, {id: '22130706434028867', state: 'RUNNING', operator: 'RUN'}), share(5, failed.id, {id: '22130706434028865', stage: 1})];
		const fleet = createFleet([member(names[0]!, ownHistory(...history)), member(names[1]!, ownHistory(...parts))], {looksBack: true});
		await fleet.clock.advance(4000);
		expect(askedFor(fleet, 'history')).toBe(0);
		await fleet.clock.advance(600_000);
		expect(found(fleet)).toEqual(['agent: start 6']);
		// Of the tasks that were passed, none is read: their main tasks tell of them.
		const passed = [share(7, '').id, ...parts.map(({id}) => id)];
		expect(['history agent', `task ${failed.id}`, ...passed.map(id => `task ${id}`)].map(name => askedFor(fleet, name))).toEqual([2, 1, 0, 0, 0]);
		fleet.poller.stop();
	});

	test.each([
		['the main task of another agent succeeded since, in which it had a share', 'SUCCEED', []],
		['that one failed too', 'FAILED', ['agent: start 4', 'agent: start 5']],
	])('tells of no failure once %s', async (_, state, expected) => {
		const elsewhere = main(5, state, {id: '22130706434028865'});
		const history = [main(7, 'RUNNING'), share(6, elsewhere.id), main(4, 'FAILED')];
		const fleet = createFleet([
			member(names[0]!, ownHistory(...history)),
			member(names[1]!, {...ownHistory(elsewhere), info: makeInfo({agent: '127.0.0.2:2886', identity: 'CLUSTER AGENT'})}),
		], {looksBack: true});
		await fleet.clock.advance(30_000);
		expect(found(fleet).toSorted()).toEqual(expected);
		expect(fleet.agents.map(agent => agent.asked.filter(({name}) => name === `task ${elsewhere.id}`).length > 0)).toEqual([false, true]);
		fleet.poller.stop();
	});

	test('is not read outside a running cluster, where a failed task is the last one', async () => {
		const fleet = createFleet(['MASTER', 'FOLLOWER', 'SINGLE'].map((identity, index) => ({...withHistory(main(6, 'FAILED')), info: makeInfo({agent: names[index]!, identity}), status: makeStatus({agent: names[index]!, identity})})), {looksBack: true});
		await fleet.clock.advance(30_000);
		expect(askedFor(fleet, 'history')).toBe(0);
		fleet.poller.stop();
	});
});
