// A large fleet, met for the first time.

import {expect, test} from 'vitest';
import {makeDag, makeNodes, ten} from '../helpers/tasks.js';
import {createFleet, type Fleet} from './fleet.js';
import {type Script} from './scripted-agent.js';

const running = makeDag({nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')});
// Places for so many requests, a quarter of what is usual, among a quarter of the agents.
const concurrency = 16;
const count = 250;
const latency = 100;

const meet = (scriptOf: (index: number) => Partial<Script>): Fleet =>
	createFleet(Array.from({length: count}, (_, index) => ({task: running, latency, ...scriptOf(index)})), {concurrency});

/** When the first task of the last agent was there, ms after the start, and of how many agents it is. */
const known = ({events, agents}: Fleet): {readonly count: number; readonly after: number} => {
	const first = agents.flatMap(({key}) => events.find(event => event.type === 'task-received' && event.agent === key) ?? []);
	return {count: first.length, after: Math.max(...first.map(({at}) => at)) - ten};
};

test('all are known after two responses of each, although known ones are due again', async () => {
	const fleet = meet(() => ({}));
	let most = 0;
	while (fleet.clock.now() < ten + 30_000) {
		await fleet.clock.advance(100);
		most = Math.max(most, fleet.agents.reduce((sum, agent) => sum + agent.open(), 0));
	}

	// 500 answers of 100 ms, 16 at a time, are 3.1 s.
	expect(known(fleet)).toMatchObject({count});
	expect(known(fleet).after).toBeLessThan(4000);
	expect(most).toBe(concurrency);
	fleet.poller.stop();
});

test('a silent rack of sixty holds the others up for seconds at most, and is reported as unreachable', async () => {
	const fleet = meet(index => index < 60 ? {latency: Infinity} : {});
	await fleet.clock.advance(60_000);
	expect(known(fleet)).toMatchObject({count: count - 60});
	// Six rounds of ten, each given up after two seconds; with the whole of their deadline they would hold the places for half a minute.
	expect(known(fleet).after).toBeLessThan(20_000);
	expect(new Set(fleet.events.flatMap(event => event.type === 'agent-failed' ? [event.agent] : [])).size).toBe(60);
	fleet.poller.stop();
});

test('an agent that needs more than the first request is known all the same', async () => {
	const fleet = meet(index => index % 25 === 0 ? {latency: 3000} : {});
	await fleet.clock.advance(30_000);
	expect(known(fleet)).toMatchObject({count});
	expect(fleet.events.filter(({type}) => type === 'agent-failed')).toEqual([]);
	fleet.poller.stop();
});
