import {describe, expect, onTestFinished, test} from 'vitest';
import {createPasswordVault} from '../../../source/client/passwords/vault.js';
import {createPinNotices} from '../../../source/fleet/key-notices.js';
import {createPasswordNotices} from '../../../source/fleet/password-notices.js';
import {type AgentError} from '../../../source/protocol/errors.js';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {expireNotices, tickHourly} from '../../../source/ui/effects/timers.js';
import {addressOf, ten} from '../../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../../helpers/virtual-clock.js';

const one = '10.0.0.1:2886';
const two = '10.0.0.2:2886';

const open = (): {readonly clock: VirtualClock; readonly store: Store; readonly notice: () => string | undefined} => {
	const clock = createVirtualClock(ten);
	const store = createStore(initialState([addressOf(one), addressOf(two)], {columns: 80, rows: 24}), clock.now);
	return {clock, store, notice: () => store.getState().view.notice?.text};
};

test('a notice goes away by itself, and one of a problem later', async () => {
	const {clock, store, notice} = open();
	const end = expireNotices(store, clock);
	expect(clock.pending()).toBe(0);
	store.dispatch({type: 'notice-shown', text: 'saved'});
	await clock.advance(4900);
	expect(notice()).toBe('saved');
	await clock.advance(1000);
	expect(notice()).toBeUndefined();
	store.dispatch({type: 'notice-shown', text: 'refused', isProblem: true});
	await clock.advance(19_000);
	expect(notice()).toBe('refused');
	await clock.advance(2000);
	expect(notice()).toBeUndefined();
	expect(clock.pending()).toBe(0);
	end();
});

test('the same words said again stay as long as the first time', async () => {
	const {clock, store, notice} = open();
	expireNotices(store, clock);
	store.dispatch({type: 'notice-shown', text: 'saved'});
	await clock.advance(4000);
	store.dispatch({type: 'notice-shown', text: 'saved'});
	await clock.advance(4000);
	expect(notice()).toBe('saved');
	await clock.advance(2000);
	expect(notice()).toBeUndefined();
});

test('a key takes a notice away at once, and its timer with it', async () => {
	const {clock, store} = open();
	expireNotices(store, clock);
	store.dispatch({type: 'notice-shown', text: 'saved'});
	store.dispatch({type: 'notice-dismissed'});
	expect(clock.pending()).toBe(0);
});

test('the store learns the hour while nothing else happens, once an hour', async () => {
	const {clock, store} = open();
	const end = tickHourly(store, clock);
	expect(store.getState().view.hour).toBe(ten);
	await clock.advance(3_599_000);
	expect(store.getState().view.hour).toBe(ten);
	await clock.advance(1000);
	expect(store.getState().view.hour).toBe(ten + 3_600_000);
	expect(clock.pending()).toBe(1);
	end();
	expect(clock.pending()).toBe(0);
});

test('the result of a password is reported: tested, refused, another one refused, accepted', () => {
	const {clock, store, notice} = open();
	const vault = createPasswordVault();
	const teller = createPasswordNotices(vault, store, clock);
	const tryAt = (agent: string, verdict: 'accepted' | 'refused'): void => {
		const offer = vault.request(agent, 'agent');
		vault.settle(offer.type === 'use' ? offer.ticket : NaN, verdict);
	};

	const enter = (password: string, scope: 'agent' | 'all' = 'agent'): void => {
		teller.entered({agent: one, scope, kind: 'agent'});
		vault.enter(scope === 'all' ? 'all' : {agent: one}, 'agent', password);
	};

	enter('a');
	expect(notice()).toBe(`trying the agent password on ${one}`);
	tryAt(one, 'refused');
	expect(notice()).toBe(`${one} refused the agent password`);
	expect(store.getState().view.notice?.isProblem).toBe(true);
	enter('b');
	tryAt(one, 'refused');
	expect(notice()).toBe(`${one} refused this agent password, too`);
	enter('c', 'all');
	expect(notice()).toBe('trying the agent password on all agents that need it');
	tryAt(two, 'accepted');
	expect(notice()).toBe(`${two} accepted the agent password`);
	tryAt(one, 'accepted');
	expect(notice()).toBe('2 agents accepted the agent password');
	// Later questions with it are no news.
	store.dispatch({type: 'notice-dismissed'});
	tryAt(one, 'accepted');
	expect(notice()).toBeUndefined();
});

test('a password is not said to be tried where nothing is sent, and that is taken back where nothing can be sent any more', () => {
	const {clock, store, notice} = open();
	const vault = createPasswordVault();
	const teller = createPasswordNotices(vault, store, clock);
	const enter = (): void => {
		teller.entered({agent: one, scope: 'agent', kind: 'root'});
		vault.enter({agent: one}, 'root', 'r');
	};

	const fail = (error: AgentError): void => {
		store.dispatch({type: 'agent-failed', agent: one, at: ten, since: ten, lastSeenAt: undefined, isAlive: error.type === 'key-changed', error});
	};

	enter();
	expect(notice()).toBe(`trying the root@sys password on ${one}`);
	fail({type: 'unreachable', code: 'ECONNREFUSED'});
	expect(notice()).toBe(`nothing sent to ${one}: unreachable`);
	fail({type: 'key-changed', known: 'a', offered: 'b', knownBits: 1024, offeredBits: 1024});
	expect(notice()).toBe(`nothing sent to ${one}: key changed (K)`);
	// Once is enough.
	store.dispatch({type: 'notice-dismissed'});
	store.dispatch({type: 'resized', columns: 81, rows: 24});
	expect(notice()).toBeUndefined();
	enter();
	expect(notice()).toBe(`nothing sent to ${one}: key changed (K)`);
	teller.stop();
});

test('what an agent says long after a password was entered is not reported as its result', async () => {
	const {clock, store, notice} = open();
	const vault = createPasswordVault();
	const teller = createPasswordNotices(vault, store, clock);
	teller.entered({agent: one, scope: 'all', kind: 'root'});
	vault.enter('all', 'root', 'a');
	store.dispatch({type: 'notice-dismissed'});
	await clock.advance(61_000);
	const offer = vault.request(one, 'root');
	store.dispatch({type: 'notice-dismissed'});
	vault.settle(offer.type === 'use' ? offer.ticket : NaN, 'accepted');
	expect(notice()).toBeUndefined();
});

test('a password of which no agent can say anything is not left at being tried', async () => {
	const {clock, store, notice} = open();
	const teller = createPasswordNotices(createPasswordVault(), store, clock);
	onTestFinished(teller.stop);
	teller.entered({agent: one, scope: 'all', kind: 'root'});
	await clock.advance(16_000);
	expect(notice()).toBe('no agent accepted or refused the root@sys password yet');
	for (const agent of [one, two]) {
		store.dispatch({type: 'agent-failed', agent, at: ten, since: ten, lastSeenAt: undefined, isAlive: false, error: {type: 'unreachable', code: 'ECONNREFUSED'}});
	}

	expect(notice()).toBe('nothing sent to 2 agents: unreachable');
	store.dispatch({type: 'notice-dismissed'});
	teller.entered({agent: one, scope: 'all', kind: 'root'});
	expect(notice()).toBe('nothing sent to 2 agents: unreachable');
});

describe('the news that a key was pinned', () => {
	const fingerprint = 'SHA256:abc';
	const changed: Action = {
		type: 'agent-failed', agent: one, at: ten, since: ten, lastSeenAt: ten, isAlive: true,
		error: {type: 'key-changed', known: fingerprint, knownBits: 1024, offered: 'SHA256:def', offeredBits: 1024},
	};

	test('is taken back when that agent shows another key, which must not seem accepted', async () => {
		const {clock, store, notice} = open();
		const pins = createPinNotices(store, clock);
		onTestFinished(pins.stop);
		pins.onNews({type: 'pinned', agent: one, fingerprint});
		await clock.advance(1500);
		expect(notice()).toContain('trusting new key');
		store.dispatch({...changed, agent: two});
		expect(notice()).toContain('trusting new key');
		store.dispatch(changed);
		expect(notice()).toBeUndefined();
	});

	test('is not reported at all if the key has changed before', async () => {
		const {clock, store, notice} = open();
		const pins = createPinNotices(store, clock);
		onTestFinished(pins.stop);
		pins.onNews({type: 'pinned', agent: one, fingerprint});
		store.dispatch(changed);
		await clock.advance(1500);
		expect(notice()).toBeUndefined();
		pins.onNews({type: 'short-key', agent: one, bits: 512});
		await clock.advance(1500);
		expect(notice()).toContain('512 bit');
	});

	test('costs a fleet nothing with each response: only changed agents are checked', async () => {
		const {clock, store, notice} = open();
		let looks = 0;
		const counting: Store = {...store, getState() {
			const state = store.getState();
			return {...state, agents: {...state.agents, values() {
				looks += 1;
				return state.agents.values();
			}}};
		}};
		const pins = createPinNotices(counting, clock);
		onTestFinished(pins.stop);
		pins.onNews({type: 'pinned', agent: one, fingerprint});
		await clock.advance(1500);
		looks = 0;
		for (const skew of [1, 2, 3]) {
			store.dispatch({type: 'skew-measured', agent: two, at: ten, skew});
		}

		expect(looks).toBe(0);
		store.dispatch(changed);
		expect(notice()).toBeUndefined();
	});

	test('waits until a notice that answers a key is gone', async () => {
		const {clock, store, notice} = open();
		const pins = createPinNotices(store, clock);
		onTestFinished(pins.stop);
		pins.onNews({type: 'pinned', agent: one, fingerprint});
		await clock.advance(1000);
		store.dispatch({type: 'notice-shown', text: 'Several keys at once were ignored'});
		await clock.advance(2000);
		expect(notice()).toBe('Several keys at once were ignored');
		store.dispatch({type: 'notice-dismissed'});
		await clock.advance(1500);
		expect(notice()).toContain('trusting new key');
	});

	test('leaves another notice that took its place alone', async () => {
		const {clock, store, notice} = open();
		const pins = createPinNotices(store, clock);
		onTestFinished(pins.stop);
		pins.onNews({type: 'pinned', agent: one, fingerprint});
		await clock.advance(1500);
		store.dispatch({type: 'notice-shown', text: 'something else'});
		store.dispatch(changed);
		expect(notice()).toBe('something else');
	});
});
