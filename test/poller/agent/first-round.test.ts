// Modes without a screen wait until everything was asked once: it must be whole, and must come soon.

import {expect, test} from 'vitest';
import {type ClusterInfo} from '../../../source/protocol/agent.js';
import {type AgentError} from '../../../source/protocol/errors.js';
import {makeDag, makeInfo, makeNodes, makeStatus, ten} from '../../helpers/tasks.js';
import {createFleet, type Fleet} from '../fleet.js';
import {refusedPassword, unreachable, type Script} from '../scripted-agent.js';

const names = [1, 2].map(number => `127.0.0.${number}:2886`);
const cluster: ClusterInfo = {name: 'demo', id: 1, members: names.map(agent => ({agent, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}))};
const backup = makeDag({id: '112', name: 'Backup', nodes: makeNodes('RUNNING/RUN')});

const member = (agent: string): Partial<Script> => ({
	info: makeInfo({agent, identity: 'CLUSTER AGENT'}),
	status: makeStatus({agent, identity: 'CLUSTER AGENT', obState: 3}),
	cluster,
	task: makeDag({id: '22130706433028861', state: 'SUCCEED'}),
	clusterTask: makeDag({id: '15', state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')}),
	unfinished: [{...backup, nodes: undefined, isBrief: true}],
	tasks: new Map([[backup.id, backup]]),
});

type Round = Fleet & {readonly doneAfter: () => number | undefined; readonly types: () => readonly string[]};

const roundOf = (scripts: ReadonlyArray<Partial<Script>>, isHurried = true): Round => {
	let doneAt: number | undefined;
	let heard: readonly string[] = [];
	const fleet = createFleet(scripts, {
		isHurried,
		onFirstRound() {
			expect(doneAt).toBeUndefined();
			doneAt = fleet.clock.now();
			heard = fleet.events.map(({type}) => type);
		},
	});
	return {...fleet, doneAfter: () => doneAt === undefined ? undefined : doneAt - ten, types: () => heard};
};

test('also with pauses, its end is said at the moment of its last response, and not again', async () => {
	const round = roundOf(names.map(name => ({...member(name), latency: 50})), false);
	await round.clock.advance(60_000);
	const answered = round.events.filter(({type}) => type === 'unfinished-received' || type === 'cluster-task-received').map(({at}) => at - ten);
	expect(answered).toContain(round.doneAfter());
	// Each response is followed by a pause of ten times its duration.
	expect(round.doneAfter()).toBeGreaterThan(8 * 55);
});

test('a cluster is seen whole, with what its agents list, before the round is done; nothing pauses on the way', async () => {
	const round = roundOf(names.map(name => ({...member(name), latency: 50})));
	await round.clock.advance(5000);
	expect(round.types()).toEqual(expect.arrayContaining(['info-received', 'status-received', 'skew-measured', 'task-received', 'cluster-info-received', 'cluster-task-received', 'unfinished-received']));
	expect(round.events.findLast(({type, at}) => type === 'unfinished-received' && at <= ten + (round.doneAfter() ?? 0))).toMatchObject({tasks: [backup]});
	// Eight questions, one after the other.
	expect(round.doneAfter()).toBeLessThan(8 * 55);
	round.poller.stop();
});

test('an agent that is gone, and one that refuses its requests, count as done', async () => {
	const refused: AgentError = {type: 'refused', status: 500, code: 'Agent.NoMaster', message: 'no master', traceId: ''};
	const round = roundOf([{problem: () => unreachable}, {problem: name => name === 'task' || name === 'unfinished' ? refused : undefined}, {problem: name => name === 'task' ? refusedPassword : undefined}]);
	await round.clock.advance(500);
	expect(round.doneAfter()).toBeLessThan(100);
	round.poller.stop();
});

test('a silent agent is given up after its first deadline, however long the others take', async () => {
	const round = roundOf([{latency: Infinity}, {}]);
	await round.clock.advance(4000);
	expect(round.doneAfter()).toBeUndefined();
	await round.clock.advance(3000);
	expect(round.doneAfter()).toBeLessThanOrEqual(6000);
	round.poller.stop();
});

test('an agent that waits until another one has tested the password is waited for', async () => {
	const heldBack: AgentError = {type: 'unauthorized', wants: 'root', reason: 'held-back', by: names[0]!, message: 'held back'};
	let isTried = false;
	const round = roundOf([{latency: 300}, {problem: name => !isTried && name === 'task' ? heldBack : undefined, task: makeDag()}]);
	await round.clock.advance(400);
	expect(round.doneAfter()).toBeUndefined();
	isTried = true;
	round.poller.wake();
	await round.clock.advance(5000);
	expect(round.types()).toContain('task-received');
	round.poller.stop();
});

test('if nothing waits for the first round, an agent gets its rest from the beginning', async () => {
	const fleet = createFleet([{latency: 50}]);
	await fleet.clock.advance(450);
	// Its clock is read at once: without it no time can be told.
	expect(fleet.agent.asked.map(({name}) => name)).toEqual(['info', 'task', 'skew']);
	fleet.poller.stop();
});
