import {expect, it} from 'vitest';
import {tableOf} from '../../../source/lib/ordered-map.js';
import {type AgentError} from '../../../source/protocol/errors.js';
import {initialState} from '../../../source/store/initial-state.js';
import {refreshText} from '../../../source/store/selectors/connection.js';
import {type AgentEntry} from '../../../source/store/state.js';
import {makeEntry, ten} from '../../helpers/tasks.js';

const failing = (error: AgentError): AgentEntry => makeEntry({connection: {
	type: 'failing', error, since: ten, lastSeenAt: undefined, isAlive: true,
}});
const well = makeEntry();
const locked = failing({type: 'unauthorized', wants: 'root', reason: 'refused', message: ''});
const rekeyed = failing({type: 'key-changed', known: 'a', offered: 'b', knownBits: 1024, offeredBits: 1024});
const stranger = failing({type: 'key-changed', known: undefined, offered: 'b', knownBits: 0, offeredBits: 1024});
const away = failing({type: 'unreachable', code: ''});

it.each([
	[[well, well], 'polling 2 agents'],
	[[well, away], 'polling 2 agents'],
	[[well, locked], 'polling 1 agent; 1 agent needs a password (p)'],
	[[locked], '1 agent needs a password (p)'],
	[[well, stranger], 'polling 1 agent; 1 agent has a new key: review it (K)'],
	[[well, locked, locked, rekeyed], 'polling 1 agent; 2 agents need a password (p); 1 agent has a changed key: review it (K)'],
])('a refresh says which agents it reaches (%#)', (entries, words) => {
	expect(refreshText({...initialState([], {columns: 80, rows: 24}), agents: tableOf(entries.map((entry, index) => [String(index), entry] as const))})).toBe(words);
});
