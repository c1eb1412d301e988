import {expect, it} from 'vitest';
import {changeDocument} from '../../source/store/selectors/journal.js';

it('names no key of the screen to the --on-change program', () => {
	const told = changeDocument({at: 0, label: '10.0.0.1:2886', transition: {type: 'agent-troubled', owner: '10.0.0.1:2886', trouble: 'unauthorized', problem: {type: 'request', error: {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}}}});
	expect(told).toEqual({at: '1970-01-01T00:00:00.000Z', type: 'agent-troubled', agent: '10.0.0.1:2886', trouble: 'unauthorized', words: 'needs the root@sys password'});
});
