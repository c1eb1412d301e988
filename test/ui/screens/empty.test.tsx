import {expect, test} from 'vitest';
import {NothingScreen} from '../../../source/ui/screens/empty.js';
import {draw, drawFrame} from '../helpers/draw.js';
import {appView, props} from '../helpers/views.js';

test('a task that is not there says why', () => {
	const lines = draw(<NothingScreen view={{type: 'nothing', breadcrumb: ['10.0.0.1:2886'], text: 'connecting', isWaiting: false, staleness: undefined}} {...props(80, 10)}/>, 80);
	expect(lines.slice(0, 3)).toEqual([' obwatch › 10.0.0.1:2886', '', '   connecting']);
});

test('a terminal that is too small says so in one line', () => {
	expect(drawFrame(appView({size: {columns: 39, rows: 24}}))).toEqual(['too small: 39x24, needs 40x10']);
	expect(drawFrame(appView({size: {columns: 80, rows: 9}}))).toEqual(['too small: 80x9, needs 40x10']);
	expect(drawFrame(appView({size: {columns: 20, rows: 5}}))).toEqual(['needs 40x10']);
	expect(drawFrame(appView({size: {columns: 8, rows: 2}}))).toEqual(['needs 4…']);
});
