import {describe, expect, test} from 'vitest';
import {resolveKey} from '../../../source/ui/keys/resolve.js';
import {lastHelpTop} from '../../../source/ui/screens/help.js';
import {createTheme} from '../../../source/ui/theme.js';
import {drawFrame} from '../helpers/draw.js';
import {appView} from '../helpers/views.js';

describe('the help', () => {
	test('is in columns if there is room', () => {
		const lines = drawFrame(appView({overlay: {type: 'help', top: 0, of: undefined}, context: 'help'}));
		expect(lines[0]).toMatch(/^ obwatch › all keys +1-21\/\d{2,3} ▾$/);
		expect(lines[2]).toMatch(/^ {2}j ↓ +down {9,}\S/);
	});

	test('of one screen has only the keys of that screen, and says how to see all', () => {
		const lines = drawFrame(appView({overlay: {type: 'help', top: 0, of: 'agents'}, context: 'help', conditions: ['more-keys']}));
		expect(lines[0]).toMatch(/^ obwatch › agents › keys/);
		expect(lines.join('\n')).toContain('agent or cluster card');
		expect(lines.join('\n')).not.toMatch(/wrap long lines|roll back|delete a character/);
		expect(lines.at(-1)).toBe(' Esc close  ? all keys  Space page down  PgUp page up');
	});

	test('has no key for a preview where the terminal has no room for one; all keys have it', () => {
		const at = (columns: number, rows: number, of: 'agents' | undefined): string => drawFrame(appView({size: {columns, rows}, overlay: {type: 'help', top: 0, of}, context: 'help'})).join('\n');
		expect(at(80, 35, 'agents')).not.toContain('preview');
		expect([at(100, 24, 'agents'), at(80, 36, 'agents'), at(80, 200, undefined)]).toEqual(Array.from({length: 3}, () => expect.stringMatching(/Tab +to the preview and back/) as unknown));
	});

	test('pages with Space, and says so', () => {
		expect(resolveKey('agents', {type: 'help', top: 0, isWhole: true}, ' ')).toEqual({type: 'action', action: {type: 'selection-moved', by: 'page'}});
		expect(drawFrame(appView({overlay: {type: 'help', top: 0, of: undefined}, context: 'help'})).at(-1)).toBe(' Esc close  Space page down  PgUp page up');
	});

	test('begins with why webhooks fail and why nothing is recorded, for which the last line has no room', () => {
		const cautions = [{type: 'webhooks-failing', failing: [{name: 'ops', problem: '1 change not sent: responded HTTP 404'}, {name: 'dba', problem: 'no response within 10 s'}]}, {type: 'not-recording', problem: 'disk full'}] as const;
		const lines = drawFrame(appView({overlay: {type: 'help', top: 0, of: 'agents'}, context: 'help', cautions}));
		expect(lines.slice(1, 5)).toEqual([' webhook ops: 1 change not sent: responded HTTP 404', ' webhook dba: no response within 10 s', ' not recording: disk full', '']);
		const size = {columns: 40, rows: 10};
		expect(lastHelpTop(size, createTheme(), {cautions})).toBe(lastHelpTop(size, createTheme()) + 5);
	});

	test('scrolls on a small terminal, to its end and no further', () => {
		const size = {columns: 40, rows: 10};
		const last = lastHelpTop(size, createTheme());
		const at = (top: number): readonly string[] => drawFrame(appView({size, overlay: {type: 'help', top, of: undefined}, context: 'help'}));
		expect(last).toBeGreaterThan(10);
		expect(at(last)).toEqual(at(last + 100));
		expect(at(last - 1)).not.toEqual(at(last));
	});
});
