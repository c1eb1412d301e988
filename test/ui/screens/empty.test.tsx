import {expect, test} from 'vitest';
import {type State} from '../../../source/store/state.js';
import {NothingScreen} from '../../../source/ui/screens/empty.js';
import {ten} from '../../helpers/tasks.js';
import {draw, drawFrame} from '../helpers/draw.js';
import {fleetOf, frameOf, play} from '../helpers/stage.js';
import {appView, props} from '../helpers/views.js';

test('a task that is not there says why', () => {
	const lines = draw(<NothingScreen view={{type: 'nothing', breadcrumb: ['10.0.0.1:2886'], text: 'connecting', isWaiting: false, staleness: undefined}} {...props(80, 10)}/>, 80);
	expect(lines.slice(0, 3)).toEqual([' obwatch › 10.0.0.1:2886', '', '   connecting']);
});

test('an agent that was never reached says that no task is known, and what to check', () => {
	const reached = play(fleetOf(1), {agent: '10.0.0.1:2886', at: ten, type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false});
	const frame = (state: State): string => frameOf(play(state, {type: 'entered'})).map(line => line.trim()).join(' ');
	expect(frame(reached)).toContain('Task unknown: this agent has not reported one yet Nothing responds at this address. Is obshell running there?');
	// No line of it is cut where it does not fit.
	expect(frame(play(reached, {type: 'resized', columns: 40, rows: 10}))).not.toContain('Nothing responds');
	expect(frame(play(reached, {type: 'resized', columns: 40, rows: 10}))).toContain('Task unknown: this agent');
});

test('a terminal that is too small says so in one line', () => {
	expect(drawFrame(appView({size: {columns: 39, rows: 24}}))).toEqual(['too small: 39x24, needs 40x10']);
	expect(drawFrame(appView({size: {columns: 80, rows: 9}}))).toEqual(['too small: 80x9, needs 40x10']);
	expect(drawFrame(appView({size: {columns: 20, rows: 5}}))).toEqual(['needs 40x10']);
	expect(drawFrame(appView({size: {columns: 8, rows: 2}}))).toEqual(['needs 4…']);
});
