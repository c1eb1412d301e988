import {expect, test} from 'vitest';
import {type UserAction} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {copyText} from '../../../source/store/log/cursor.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {laidOut} from '../../helpers/laid-out.js';
import {addressOf, makeDag, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';

const agent = addressOf('127.0.0.1');
const texts = ['one', 'two\n  more of two', 'ERROR: three', 'four', 'four', ...Array.from({length: 40}, (_, index) => `line ${index}`)];

/** The log of the only sub-task, in a terminal of 20 rows, at its beginning. */
const openLog = (...actions: readonly UserAction[]): State => {
	const subTask = makeSubTask({id: '221307064330288641', key: '221307064330288641', logs: texts});
	const dag = makeDag({nodes: [makeNode({subTasks: [subTask]})]});
	let state = initialState([agent], {columns: 30, rows: 20});
	state = reduce(state, {type: 'task-received', agent: agent.key, at: ten, task: dag});
	for (const action of [{type: 'entered'}, {type: 'entered'}, {type: 'selection-moved', by: 'start'}, ...actions] as const) {
		state = laidOut(reduce(state, action));
	}

	return state;
};

test('a line is the one with the cursor, whole and without its time', () => {
	expect(copyText(openLog(), 'line')).toBe('one');
	expect(copyText(openLog({type: 'selection-moved', by: 1}), 'line')).toBe('two\n  more of two');
	expect(copyText(openLog({type: 'selection-moved', by: 2}), 'line')).toBe('ERROR: three');
});

test('a jump puts the cursor on what it leads to', () => {
	expect(copyText(openLog({type: 'error-jumped-to'}), 'line')).toBe('ERROR: three');
	expect(copyText(openLog({type: 'error-jumped-to'}, {type: 'selection-moved', by: 'page'}), 'line')).toMatch(/^line \d+$/);
});

test('the screen is every entry in sight once, repeats as they are shown', () => {
	const screen = copyText(openLog(), 'screen') ?? '';
	expect(screen.split('\n').slice(0, 6)).toEqual(['one', 'two', '  more of two', 'ERROR: three', 'four', 'line 0']);
	expect(screen.split('\n').length).toBeLessThan(20);
	expect(copyText(openLog({type: 'repeats-toggled'}), 'screen')).toContain('four\nfour\nline 0');
});

test('a selection is every line of it that is shown, whichever end came first', () => {
	const down = openLog({type: 'selection-moved', by: 1}, {type: 'range-toggled'}, {type: 'selection-moved', by: 2});
	expect(copyText(down, 'line')).toBe('two\n  more of two\nERROR: three\nfour');
	const up = openLog({type: 'selection-moved', by: 2}, {type: 'range-toggled'}, {type: 'selection-moved', by: -2});
	expect(copyText(up, 'line')).toBe('one\ntwo\n  more of two\nERROR: three');
	expect(copyText(reduce(up, {type: 'escaped'}), 'line')).toBe('one');
});

test('there is nothing to copy where no log is open', () => {
	expect(copyText(initialState([agent], {columns: 80, rows: 24}), 'line')).toBeUndefined();
	expect(copyText(openLog({type: 'went-back'}), 'screen')).toBeUndefined();
});
