import {expect, it} from 'vitest';
import {changeDocument} from '../../source/store/selectors/journal.js';

it('names no key of the screen to the --on-change program', () => {
	const told = changeDocument({at: 0, label: '10.0.0.1:2886', transition: {type: 'agent-troubled', owner: '10.0.0.1:2886', trouble: 'unauthorized', problem: {type: 'request', error: {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}}}});
	expect(told).toEqual({at: '1970-01-01T00:00:00.000Z', type: 'agent-troubled', agent: '10.0.0.1:2886', trouble: 'unauthorized', words: 'needs the root@sys password'});
});

it('says a time of this machine\'s clock with its offset from UTC: "local" would mean another time where it is read', () => {
	const problem = {type: 'connection', error: {type: 'unreachable', code: 'ECONNREFUSED'}, state: 'unreachable', since: 0, departedAt: undefined, now: 0, isSeekdb: false} as const;
	const told = changeDocument({at: 0, label: '10.0.0.1:2886', transition: {type: 'agent-troubled', owner: '10.0.0.1:2886', trouble: 'unreachable', problem}});
	expect(told).toMatchObject({words: expect.stringMatching(/^unreachable since \d\d:\d\d UTC[+-]\d\d:\d\d: connection refused$/) as string});
});
