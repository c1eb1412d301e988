import {describe, expect, test} from 'vitest';
import {makeDag, makeNode, makeSubTask} from '../../helpers/tasks.js';
import {topScreen} from '../../../source/store/lookup.js';
import {
	filter,
	numbered,
	open,
	play,
	received,
	search,
	settled,
	texts,
	up,
	view,
	withLogs,
} from './helpers/open-log.js';

const out = {type: 'went-back'} as const;
const again = {type: 'entered'} as const;

describe('a log that is closed and opened again', () => {
	test('has its search, filter and place again', () => {
		const read = settled(play(open(numbered(60)), ...filter('[05]$'), ...search('line 2'), {type: 'selection-moved', by: 1}));
		const reopened = settled(play(read, out, again));
		expect(texts(reopened)).toEqual(texts(read));
		expect(view(reopened).status).toEqual(view(read).status);
	});

	test('goes on with its search from where it was', () => {
		const read = settled(play(open(numbered(30)), ...search('line 1')));
		const next = settled(play(read, out, again, {type: 'match-jumped-to', by: -1}));
		expect(view(next).rows.find(({isSelected}) => isSelected)?.text).toBe(view(settled(play(read, {type: 'match-jumped-to', by: -1}))).rows.find(({isSelected}) => isSelected)?.text);
	});

	test('follows again if it did, and else counts what came meanwhile', () => {
		const followed = play(open(numbered(20)), out, received(withLogs(numbered(25))), again);
		expect(texts(followed).at(-1)).toBe('line 25');
		const still = play(open(numbered(20)), up, out, received(withLogs(numbered(25))), again);
		expect(view(still).status).toMatchObject({isFollowing: false, newEntries: 5});
	});

	test('has all its lines if it had no filter, and does not affect another log', () => {
		const left = play(open(numbered(20)), ...filter('7'), out);
		expect(topScreen(left).type).toBe('task');
		expect(left.view.recentLogs.size).toBe(1);
		expect(view(play(left, again)).status.filter).toMatchObject({source: '7'});
	});

	test('shows the line that says why whatever was hidden in it', () => {
		const failed = play(open(['start', 'ERROR: no space left']), received(makeDag({state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: ['start', 'ERROR: no space left']})]})]})), ...filter('start'), out);
		const because = play(failed, {type: 'error-jumped-to'});
		expect(topScreen(because)).toMatchObject({type: 'log', filter: undefined});
	});
});
