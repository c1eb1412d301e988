import {describe, expect, test} from 'vitest';
import {drawFrame} from '../helpers/draw.js';
import {appView} from '../helpers/views.js';

describe('the prompt for a password', () => {
	const overlay = {type: 'password', agent: '10.0.0.1:2886', kind: 'root', isSeekdb: false, scope: 'all'} as const;
	const panel = (hasTyped: boolean): readonly string[] => drawFrame(appView({overlay, context: 'password'}), {hasTyped}).slice(-5);

	test('says which one and for which agents', () => {
		expect(panel(false)).toEqual([
			`── root@sys password ${'─'.repeat(59)}`,
			' for   10.0.0.1:2886 ▸ all agents',
			' type or paste it; it is not shown',
			' Enter now sends an empty password',
			' ↵ send  Esc cancel  Tab this or all agents',
		]);
	});

	test('of a seekdb does not speak of root@sys', () => {
		expect(drawFrame(appView({overlay: {...overlay, isSeekdb: true}, context: 'password'})).at(-5)).toMatch(/^── root password ─/);
	});

	test('shows that something was typed, and no more', () => {
		expect(panel(true).slice(2, 4)).toEqual([' typed, not shown', '']);
	});

	test('of an agent says nothing of an empty one, which it never has', () => {
		expect(drawFrame(appView({overlay: {...overlay, kind: 'agent'}, context: 'password'})).join('\n')).not.toContain('empty');
	});
});

describe('the question of a changed key', () => {
	const change = {known: `SHA256:${'a'.repeat(43)}`, knownBits: 1024, offered: `SHA256:${'b'.repeat(43)}`, offeredBits: 1024};
	const panel = (columns: number, rows: number, shown: typeof change | 'replaced' | undefined): string =>
		drawFrame(appView({size: {columns, rows}, overlay: {type: 'key', agent: '10.0.0.1:2886', change: shown}, context: 'key'})).join('\n');

	test('shows both fingerprints and what it means', () => {
		const text = panel(80, 24, change);
		expect(text).toContain(` before  ${change.known}  1024 bits\n now     ${change.offered}  1024 bits\n`);
		expect(text).toContain('A reinstalled agent');
		expect(text).toContain(' Esc do not trust  y trust');
	});

	test('names the honest case of a longer key after an upgrade', () => {
		expect(panel(80, 24, {...change, knownBits: 512})).toContain('An upgrade replaces');
	});

	test('shows both fingerprints whole on the smallest terminal', () => {
		const text = panel(40, 10, change).replaceAll(/\s/g, '');
		expect(text).toContain(change.known);
		expect(text).toContain(change.offered);
	});

	test('shows no third key under the same question', () => {
		const text = panel(80, 24, 'replaced');
		expect(text).toContain('changed again');
		expect(text).not.toContain('SHA256');
	});

	test('is over once the key is accepted', () => {
		expect(panel(80, 24, undefined)).toContain('Nothing to decide');
	});
});
