import {describe, expect, test} from 'vitest';
import {resolveKey} from '../../../source/ui/keys/resolve.js';
import {lastHelpTop} from '../../../source/ui/screens/help.js';
import {createTheme} from '../../../source/ui/theme.js';
import {drawFrame} from '../helpers/draw.js';
import {appView} from '../helpers/views.js';

describe('the help', () => {
	test('is in columns if there is room', () => {
		const lines = drawFrame(appView({overlay: {type: 'help', top: 0}, context: 'help'}));
		expect(lines[0]).toMatch(/^ obwatch › keys +1-21\/\d\d ▾$/);
		expect(lines[2]).toMatch(/^ {2}j ↓ +down {9,}\S/);
	});

	test('pages with Space, and says so', () => {
		expect(resolveKey('agents', {type: 'help', top: 0}, ' ')).toEqual({type: 'action', action: {type: 'selection-moved', by: 'page'}});
		expect(drawFrame(appView({overlay: {type: 'help', top: 0}, context: 'help'})).at(-1)).toBe(' Esc close  Space page down  PgUp page up');
	});

	test('scrolls on a small terminal, to its end and no further', () => {
		const size = {columns: 40, rows: 10};
		const last = lastHelpTop(size, createTheme());
		const at = (top: number): readonly string[] => drawFrame(appView({size, overlay: {type: 'help', top}, context: 'help'}));
		expect(last).toBeGreaterThan(10);
		expect(at(last)).toEqual(at(last + 100));
		expect(at(last - 1)).not.toEqual(at(last));
	});
});
