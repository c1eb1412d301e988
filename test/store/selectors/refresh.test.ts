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
const away = failing({type: 'unreachable', code: '', message: ''});

it.each([
	[[well, well], 'asking 2 agents'],
	[[well, away], 'asking 2 agents'],
	[[well, locked], 'asking 1 agent; 1 agent waits for a password (p)'],
	[[locked], '1 agent waits for a password (p)'],
	[[well, stranger], 'asking 1 agent; 1 agent with a key that is not known waits for you to look at it (K)'],
	[[well, locked, locked, rekeyed], 'asking 1 agent; 2 agents wait for a password (p); 1 agent with a changed key waits for you to look at it (K)'],
])('a refresh says which agents it reaches (%#)', (entries, words) => {
	expect(refreshText({...initialState([], {columns: 80, rows: 24}), agents: tableOf(entries.map((entry, index) => [String(index), entry] as const))})).toBe(words);
});
