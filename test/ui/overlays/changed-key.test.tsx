import {setImmediate as nextTurn} from 'node:timers/promises';
import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, test} from 'vitest';
import {ten} from '../../helpers/tasks.js';
import {appAgent, openApp, type Opened} from '../helpers/app.js';

afterEach(cleanup);

describe('the question of a changed key', () => {
	const ask = async (): Promise<Opened> => {
		const opened = await openApp();
		opened.store.dispatch({
			type: 'agent-failed', agent: appAgent, at: ten, error: {type: 'key-changed', known: 'SHA256:old', offered: 'SHA256:new', knownBits: 512, offeredBits: 1024},
			since: ten, lastSeenAt: ten, isAlive: true,
		});
		await opened.type('K');
		return opened;
	};

	test('is answered with y', async () => {
		const {type, frame, requests} = await ask();
		expect(frame()).toContain('SHA256:new  1024 bits');
		await type('y');
		expect(requests).toEqual([{type: 'accept-keys', keys: [{agent: appAgent, offered: 'SHA256:new'}]}]);
		expect(frame()).not.toContain('SHA256:new');
	});

	test('is about the key that was shown: another one is never shown in its place, and y goes for the first', async () => {
		const {type, frame, requests, store} = await ask();
		store.dispatch({
			type: 'agent-failed', agent: appAgent, at: ten, error: {type: 'key-changed', known: 'SHA256:old', offered: 'SHA256:newer', knownBits: 512, offeredBits: 1024},
			since: ten, lastSeenAt: ten, isAlive: true,
		});
		// What a person does is shown at once, with all that came before.
		store.dispatch({type: 'focus-changed', isFocused: true});
		await nextTurn();
		expect(frame()).toContain('changed again');
		expect(frame()).not.toContain('SHA256:newer');
		await type('y');
		expect(requests).toEqual([{type: 'accept-keys', keys: [{agent: appAgent, offered: 'SHA256:new'}]}]);
		await type('K');
		expect(frame()).toContain('SHA256:newer');
		await type('y');
		expect(requests.at(-1)).toEqual({type: 'accept-keys', keys: [{agent: appAgent, offered: 'SHA256:newer'}]});
	});

	test('is left with Esc, and nothing is accepted', async () => {
		const {type, requests, frame} = await ask();
		await type('\r', '\u001B');
		expect(frame()).not.toContain('SHA256:new');
		expect(requests).toEqual([]);
	});

	test('that was settled meanwhile cannot be answered any more', async () => {
		const {type, requests, store, frame} = await ask();
		store.dispatch({type: 'agent-recovered', agent: appAgent, at: ten});
		await type('y');
		expect(requests).toEqual([]);
		expect(frame()).not.toContain('SHA256:new');
	});
});
