import {expect, test} from 'vitest';
import {problemText} from '../../source/headless/text.js';
import {tableOf} from '../../source/lib/ordered-map.js';
import {initialState} from '../../source/store/initial-state.js';
import {type AgentEntry} from '../../source/store/state.js';
import {addressOf, ten} from '../helpers/tasks.js';

test('agents that named one another, after the first was forgotten and found again, lead in no circle', () => {
	const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
	const {agents} = initialState([addressOf(one), addressOf(two)], {columns: 80, rows: 24});
	const connection: AgentEntry['connection'] = {
		type: 'failing', since: ten, lastSeenAt: undefined, isAlive: true, error: {type: 'key-changed', known: undefined, knownBits: 0, offered: 'SHA256:new', offeredBits: 1024},
	};
	const circle = tableOf<AgentEntry>([...agents].map(([key, entry]) => [key, {...entry, connection, foundBy: key === one ? two : one}]));
	expect(problemText({agents: circle}, circle.get(one)!, ten)).toContain('obwatch trust');
});
