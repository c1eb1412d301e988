import {randomBytes} from 'node:crypto';
import {expect, onTestFinished, test} from 'vitest';
import {createMemoryPins, plainTls} from '../../source/client/types.js';
import {type Candidate} from '../../source/fleet/guard.js';
import {openFleet} from '../../source/fleet/open.js';
import {systemClock} from '../../source/lib/clock.js';
import {planOf} from '../../source/store/operations/plan.js';
import {addressOf} from '../helpers/tasks.js';
import {startAgent} from '../headless/helpers/agents.js';

test('nothing is ever sent to an exempt agent, and why is written down', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const suspects: Candidate[] = [];
	const reasons: Array<string | undefined> = [];
	const open = await openFleet({
		addresses: [addressOf(agent.label)], passwords: {}, passwordGroups: [], seeds: [], isDiscovering: false, pins: createMemoryPins(), tls: plainTls,
		rates: {live: 1000, status: 5000, idle: 30_000, members: 60_000}, bodyLimit: 1024 * 1024, clock: systemClock, randomBytes, random: Math.random,
		audit: {async write({reason}) {
			reasons.push(reason);
			return undefined;
		}},
		async guard(suspect) {
			suspects.push(suspect);
			return 'c.yaml:4 says so';
		},
	});
	onTestFinished(open.stop);
	await open.firstRound;
	const state = open.store.getState();
	const [entry] = state.agents.values();
	const task = entry?.task.type === 'known' ? entry.task.dag.id : '';
	const planned = planOf(state, {owner: agent.label, id: task}, 'retry');
	expect(planned.ok && await open.fleet.operate(planned.plan.order)).toEqual({type: 'not-sent', fault: {type: 'exempt', why: 'c.yaml:4 says so'}});
	expect(agent.requests().posts).toBe(0);
	expect(suspects.at(-1)).toMatchObject({address: {key: agent.label}, name: agent.label});
	expect(reasons).toEqual([undefined, 'left alone']);
});
