import {expect, test} from 'vitest';
import {nearest} from '../../source/cli/parse.js';

const names = ['agent', 'agents', 'agents-file', 'demo', 'lang', 'logs', 'version'];

test.each([
	['agnet', 'agent'],
	['agentz', 'agent'],
	['agents-fil', 'agents-file'],
	['dmeo', 'demo'],
	['dxyo', undefined],
	['vision', 'version'],
	['bang', 'lang'],
	['cegents', undefined],
	['dem', 'demo'],
	['bogus', undefined],
	['ver', 'version'],
	['v', undefined],
	['', undefined],
	['toString', undefined],
	['x'.repeat(100_000), undefined],
])('"%s" is most like %s', (text, name) => {
	expect(nearest(text, names)).toBe(name);
});
