import {expect, onTestFinished, test} from 'vitest';
import {askAboutFoundKeys} from '../../source/fleet/key-notices.js';
import {initialState} from '../../source/store/initial-state.js';
import {createStore, type Store} from '../../source/store/store.js';
import {addressOf, ten} from '../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../helpers/virtual-clock.js';

const seed = '10.0.0.1:2886';

type Stage = {readonly clock: VirtualClock; readonly store: Store; readonly find: (...agents: readonly string[]) => void; readonly offer: (agent: string, known?: string) => void; readonly asked: () => readonly string[] | undefined};

const open = (): Stage => {
	const clock = createVirtualClock(ten);
	const store = createStore(initialState([addressOf(seed)], {columns: 80, rows: 24}, {isGrowing: true}), clock.now);
	onTestFinished(askAboutFoundKeys(store, clock));
	return {
		clock,
		store,
		find(...agents) {
			store.dispatch({type: 'agents-found', at: clock.now(), found: agents.map(name => ({address: addressOf(name), name, foundBy: seed, hasJoined: false}))});
		},
		offer(agent, known) {
			store.dispatch({
				type: 'agent-failed', agent, at: clock.now(), since: clock.now(), lastSeenAt: undefined, isAlive: true,
				error: {type: 'key-changed', known, knownBits: 1024, offered: `SHA256:${agent}`, offeredBits: 1024},
			});
		},
		asked() {
			const {overlay} = store.getState().view;
			return overlay?.type === 'found-keys' ? overlay.keys.map(({agent}) => agent) : undefined;
		},
	};
};

test('one question covers all that are found together, and a later one only those that came since', async () => {
	const {clock, store, find, offer, asked} = open();
	find('10.0.0.2:2886', '10.0.0.3:2886');
	offer('10.0.0.2:2886');
	await clock.advance(1000);
	offer('10.0.0.3:2886');
	expect(asked()).toBeUndefined();
	await clock.advance(4000);
	expect(asked()).toEqual(['10.0.0.2:2886', '10.0.0.3:2886']);
	store.dispatch({type: 'overlay-closed'});
	await clock.advance(60_000);
	expect(asked()).toBeUndefined();

	find('10.0.0.4:2886');
	offer('10.0.0.4:2886');
	await clock.advance(5000);
	expect(asked()).toEqual(['10.0.0.4:2886']);
});

test('an agent that does not answer keeps the others waiting only for a while', async () => {
	const {clock, find, offer, asked} = open();
	find('10.0.0.2:2886', '10.0.0.3:2886');
	offer('10.0.0.2:2886');
	await clock.advance(4000);
	expect(asked()).toBeUndefined();
	await clock.advance(4000);
	expect(asked()).toEqual(['10.0.0.2:2886']);
});

test.each([
	['another screen', [{type: 'entered'}], {type: 'went-back'}],
	['the help', [{type: 'help-toggled'}], {type: 'overlay-closed'}],
	['the help with all keys', [{type: 'help-toggled'}, {type: 'help-toggled'}], {type: 'help-toggled'}],
	['a prompt', [{type: 'password-asked-for'}], {type: 'overlay-closed'}],
] as const)('a user who is at %s is asked after leaving it', async (_, away, back) => {
	const {clock, store, find, offer, asked} = open();
	find('10.0.0.2:2886');
	offer('10.0.0.2:2886');
	for (const action of away) {
		store.dispatch(action);
	}

	await clock.advance(10_000);
	expect(asked()).toBeUndefined();
	store.dispatch(back);
	expect(asked()).toEqual(['10.0.0.2:2886']);
});

test('a changed key, and the key of an agent that the user named, open no question by themselves', async () => {
	const {clock, find, offer, asked} = open();
	find('10.0.0.2:2886');
	offer('10.0.0.2:2886', 'SHA256:another');
	offer(seed);
	await clock.advance(10_000);
	expect(asked()).toBeUndefined();
	expect(clock.pending()).toBe(0);
});

test('a question that K opened already is not asked again', async () => {
	const {clock, store, find, offer, asked} = open();
	find('10.0.0.2:2886');
	offer('10.0.0.2:2886');
	store.dispatch({type: 'key-question-opened'});
	expect(asked()).toEqual(['10.0.0.2:2886']);
	store.dispatch({type: 'overlay-closed'});
	await clock.advance(10_000);
	expect(asked()).toBeUndefined();
});
