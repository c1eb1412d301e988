// What is on screen is asked for first. Finding out what that is takes time with every agent, so that answers do not set it off each time.

import {randomBytes} from 'node:crypto';
import {expect, onTestFinished, test} from 'vitest';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {createMemoryPins, type HttpResponse, plainTls} from '../../source/client/types.js';
import {watchFleet} from '../../source/fleet/fleet.js';
import {initialState} from '../../source/store/initial-state.js';
import {type State} from '../../source/store/state.js';
import {createStore, type Store} from '../../source/store/store.js';
import {addressOf, makeStatus, ten} from '../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../helpers/virtual-clock.js';

type Watched = {
	readonly store: Store;
	readonly clock: VirtualClock;
	/** How often all agents were looked through since the last time. */
	readonly looks: () => number;
	/** Another answer of an agent, each time with news. */
	readonly answer: () => void;
};

const never = Promise.withResolvers<HttpResponse>().promise;

const watch = (count: number): Watched => {
	const clock = createVirtualClock(ten);
	const addresses = Array.from({length: count}, (_, index) => addressOf(`10.0.${index >> 8}.${index & 255}`));
	const store = createStore(initialState(addresses, {columns: 80, rows: 24}));
	let looks = 0;
	let answers = 0;
	const counted = (state: State): State => ({...state, agents: {...state.agents, values() {
		looks += 1;
		return state.agents.values();
	}}});
	const fleet = watchFleet({
		addresses, vault: createPasswordVault(), pins: createMemoryPins(), tls: plainTls, clock, randomBytes, random: () => 0,
		store: {...store, getState: () => counted(store.getState())},
		// Agents that never answer: what comes is what the test dispatches.
		connect: () => ({get: async () => never, post: async () => never, dispose: () => undefined}),
	});
	onTestFinished(fleet.stop);
	return {
		store, clock,
		looks() {
			const before = looks;
			looks = 0;
			return before;
		},
		answer() {
			answers += 1;
			const address = addresses[answers % count]!;
			store.dispatch({type: 'status-received', agent: address.key, at: ten, status: makeStatus({agent: address.key, pid: answers})});
		},
	};
};

test('a swarm of answers has all agents looked through once in a quarter of a second', async () => {
	const {clock, looks, answer} = watch(1000);
	expect(looks()).toBe(1);
	for (const _ of Array.from({length: 50})) {
		for (const __ of Array.from({length: 20})) {
			answer();
		}

		await clock.advance(20);
	}

	// A second of it: a quarter after the first answer, and a quarter after the first one from then on.
	expect(looks()).toBe(3);
	await clock.advance(250);
	looks();
	// No agent has been given up by then.
	await clock.advance(3000);
	expect(looks()).toBe(0);
});

test('a key has it done at once, and what came before is done with', async () => {
	const {store, clock, looks, answer} = watch(1000);
	looks();
	answer();
	store.dispatch({type: 'selection-moved', by: 500});
	expect(looks()).toBe(1);
	await clock.advance(1000);
	expect(looks()).toBe(0);
});
