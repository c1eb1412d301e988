import {expect, test} from 'vitest';
import {terminalSize} from '../../../source/ui/terminal/load-screen.js';

test.each([
	[{columns: 132, rows: 43}, {COLUMNS: '10', LINES: '10'}, [132, 43]],
	[{columns: 1, rows: 1}, {COLUMNS: '80', LINES: '24'}, [1, 1]],
	[{columns: 0, rows: 0}, {}, [80, 24]],
	[{}, {}, [80, 24]],
	[{columns: 0, rows: 0}, {COLUMNS: '132', LINES: '43'}, [132, 43]],
	[{columns: 0, rows: 0}, {LINES: '43'}, [80, 43]],
	[{columns: 100, rows: 0}, {COLUMNS: '132', LINES: '43'}, [100, 43]],
	...['', '0', '-1', '1e3', '99999', 'many', ' 80'].map(text => [{columns: 0, rows: 0}, {COLUMNS: text, LINES: text}, [80, 24]] as const),
] as const)('a terminal that says %j, with %j in the environment, has %j', (told, env, [columns, rows]) => {
	expect(terminalSize(told, env)).toEqual({columns, rows});
});
