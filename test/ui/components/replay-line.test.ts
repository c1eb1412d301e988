import {expect, test} from 'vitest';
import {type AppView} from '../../../source/ui/frame.js';
import {createTheme} from '../../../source/ui/theme.js';
import {drawFrame} from '../helpers/draw.js';
import {appView} from '../helpers/views.js';

const at = new Date(2026, 2, 1, 12, 34, 56).getTime();
const theme = createTheme({isAscii: false, isColorful: false});

const firstLine = (columns: number, change: Partial<NonNullable<AppView['replay']>>, isAscii = false): string => {
	const [line = ''] = drawFrame(appView({size: {columns, rows: 23}, replay: {at, speed: 10, phase: 'playing', percent: 34, damaged: 0, lost: 0, disordered: 0, ...change}}), {theme: isAscii ? createTheme({isAscii, isColorful: false}) : theme});
	return line;
};

test.each([
	[80, {}, ' REPLAY 2026-03-01 12:34:56 ×10, 34 %'],
	[80, {phase: 'paused'}, ' REPLAY 2026-03-01 12:34:56 ×10 paused, 34 %'],
	[80, {phase: 'seeking', speed: 0.5}, ' REPLAY 2026-03-01 12:34:56 ×0.5 loading, 34 % so far'],
	[80, {phase: 'over', percent: 100, damaged: 2}, ' REPLAY 2026-03-01 12:34:56 ×10 end, 100 %                      2 damaged lines'],
	[80, {damaged: 1, lost: 3}, ' REPLAY 2026-03-01 12:34:56 ×10, 34 %  1 damaged line, 3 responses not recorded'],
	[80, {disordered: 1}, ' REPLAY 2026-03-01 12:34:56 ×10, 34 %                       1 line out of order'],
	[80, {phase: 'over', percent: 100}, ' REPLAY 2026-03-01 12:34:56 ×10 end of recording, 100 %'],
	[40, {phase: 'seeking'}, ' REPLAY 12:34:56 ×10 loading, 34 %'],
	[40, {phase: 'paused'}, ' REPLAY 12:34:56 ×10 paused, 34 %'],
	[40, {phase: 'over', percent: 100}, ' REPLAY 12:34:56 ×10 end, 100 %'],
] as const)('at %i columns the first line of a replay with %j is "%s"', (columns, change, text) => {
	expect(firstLine(columns, change)).toBe(text);
});

test('in ASCII it needs no other characters', () => {
	expect(firstLine(80, {phase: 'paused'}, true)).toBe(' REPLAY 2026-03-01 12:34:56 x10 paused, 34 %');
});

test('it is one row more on a terminal of the smallest size, which is not too small for that', () => {
	const lines = drawFrame(appView({size: {columns: 40, rows: 9}, replay: {at, speed: 1, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0}}), {theme});
	expect(lines).toHaveLength(9);
	expect(lines.join('')).not.toContain('too small');
});
