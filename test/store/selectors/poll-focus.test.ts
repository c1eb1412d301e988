import {expect, test} from 'vitest';
import {initialState} from '../../../source/store/initial-state.js';
import {attentionLeft} from '../../../source/store/selectors/poll-focus.js';
import {reduce} from '../../../source/store/store.js';
import {addressOf, after, ten} from '../../helpers/tasks.js';

test('the user counts as looking until a minute after the last key, while the terminal has the focus', () => {
	const start = initialState([addressOf('127.0.0.1')], {columns: 80, rows: 24});
	const pressed = reduce(start, {type: 'key-pressed'}, ten);
	const elsewhere = reduce(pressed, {type: 'focus-changed', isFocused: false}, after(10));
	const back = reduce(elsewhere, {type: 'focus-changed', isFocused: true}, after(20));
	expect([start, pressed, elsewhere, back].map(state => attentionLeft(state, after(20)))).toEqual([0, 40_000, 0, 40_000]);
	expect(attentionLeft(pressed, after(60))).toBe(0);
	expect(attentionLeft(reduce(pressed, {type: 'key-pressed'}, after(59)), after(60))).toBe(59_000);
});
