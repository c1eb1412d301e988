import {describe, expect, test} from 'vitest';
import {type Overlay, type Screen} from '../../../source/store/state.js';
import {footerHints, helpSections, keyTableMarkdown, shownKeysOf, withoutArrows} from '../../../source/ui/keys/hints.js';
import {keysFor, resolveKey} from '../../../source/ui/keys/resolve.js';
import {type Effect, type KeyContext, keyTable} from '../../../source/ui/keys/table.js';
import {createPalette} from '../../../source/ui/keys/palette.js';
import {createStore} from '../../../source/store/store.js';
import {fleetOf} from '../helpers/stage.js';

const contexts = [...new Set(keyTable.flatMap(record => record.contexts))];
const keyQuestion: Overlay = {type: 'key', agent: '10.0.0.1:2886', offered: 'SHA256:new'};
const prompt: Overlay = {type: 'password', agent: '10.0.0.1:2886', kind: 'root', scope: 'all'};

const effectsOf = (key: string): ReadonlyArray<Effect | undefined> => keyTable
	.filter(({keys}) => keys.includes(key))
	.map(({effect}) => typeof effect === 'function' ? effect(key, keyQuestion) : effect);

const nameOfEffect = (effect: Effect | undefined): string | undefined => {
	switch (effect?.type) {
		case undefined: {
			return undefined;
		}

		case 'action': {
			return effect.action.type;
		}

		case 'request': {
			return effect.request.type;
		}

		case 'edit': {
			return effect.edit;
		}

		case 'palette': {
			return effect.step;
		}
	}
};

describe('the key table', () => {
	test.each(contexts.flatMap(context => [[context, 'live'], [context, 'replay']] as const))('gives no key two meanings on %s (%s)', (context, mode) => {
		const keys = keysFor(mode).filter(record => record.contexts.includes(context)).flatMap(record => record.keys);
		expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
	});

	test('has nothing on a ctrl key or on Esc that cannot be undone', () => {
		const pressedToGetOut = new Set(keyTable.flatMap(({keys}) => keys).filter(key => key === 'escape' || /^\^./.test(key)));
		const harmless = new Set(['selection-moved', 'went-back', 'escaped', 'help-toggled', 'overlay-closed', 'arrangement-cleared', 'redraw', 'suspend', 'switch-language', 'quit', 'clear']);
		for (const key of pressedToGetOut) {
			for (const effect of effectsOf(key)) {
				const name = nameOfEffect(effect);
				expect(harmless, `${key} → ${name}`).toContain(name);
			}
		}
	});

	test('lets Esc quit nowhere, and ^c everywhere', () => {
		expect(effectsOf('escape')).not.toContainEqual(expect.objectContaining({request: expect.objectContaining({type: 'quit'}) as object}));
		for (const context of contexts) {
			expect(keyTable.some(({keys, contexts: where}) => keys.includes('^c') && where.includes(context)), context).toBe(true);
		}
	});
});

const action = (type: string, more: object = {}): object => ({type: 'action', action: {type, ...more}});
const request = (type: string): object => ({type: 'request', request: {type}});

describe('a key', () => {
	test.each<[Screen['type'], string, object | undefined]>([
		['agents', 'j', action('selection-moved', {by: 1})],
		['agents', 'down', action('selection-moved', {by: 1})],
		['task', 'k', action('selection-moved', {by: -1})],
		['node', 'G', action('selection-moved', {by: 'end'})],
		['log', '^f', action('selection-moved', {by: 'page'})],
		['log', '^u', action('selection-moved', {by: '-half-page'})],
		['agents', 'enter', action('entered')],
		['task', 'l', action('entered')],
		['node', 'right', action('entered')],
		['node', 'h', action('escaped')],
		['task', 'escape', action('escaped')],
		['agents', 'escape', {type: 'action', action: {type: 'arrangement-cleared'}}],
		['agents', 'h', undefined],
		['log', 'h', action('scrolled-sideways', {by: -8})],
		['log', 'right', action('scrolled-sideways', {by: 8})],
		['log', 'escape', action('escaped')],
		['log', 'V', action('range-toggled')],
		['log', 'enter', action('agent-singled-out')],
		['log', 'a', action('all-logs-opened')],
		['log', 'f', action('follow-toggled')],
		['task', 'f', undefined],
		['agents', '3', action('count-typed', {digit: 3})],
		['agents', '0', undefined],
		['task', 'q', action('went-back')],
		['log', 'q', action('went-back')],
		['agents', 'q', request('quit')],
		['task', '^c', {type: 'request', request: {type: 'quit', isInterrupt: true}}],
		['task', 'r', request('refresh')],
		['task', '^l', request('redraw')],
		['agents', '^z', request('suspend')],
		['task', 'z', action('time-zone-toggled')],
		['agents', '?', action('help-toggled')],
		['agents', 'p', action('password-asked-for')],
		['agents', 'K', action('key-question-opened')],
		['agents', 'H', action('history-opened')],
		['history', 'H', action('history-opened')],
		['history', '!', action('faults-toggled')],
		['history', 'enter', action('entered')],
		['agents', 'i', action('card-opened')],
		['log', 'i', action('card-opened')],
		['card', 'j', action('selection-moved', {by: 1})],
		['card', 'enter', action('entered')],
		['agents', 'tab', action('pane-switched')],
		['cluster', 'enter', action('entered')],
		['card', 'q', action('went-back')],
		['agents', 'J', action('journal-opened')],
		['journal', 'enter', action('entered')],
		['agents', 'Z', undefined],
	])('on %s: %s', (screen, key, effect) => {
		expect(resolveKey(screen, undefined, key)).toEqual(effect);
	});

	test('belongs to what lies over the screen', () => {
		expect(resolveKey('agents', prompt, 'j')).toBeUndefined();
		expect(resolveKey('agents', prompt, 'q')).toBeUndefined();
		expect(resolveKey('agents', prompt, 'enter')).toEqual({type: 'edit', edit: 'submit'});
		expect(resolveKey('agents', prompt, 'tab')).toEqual(action('password-scope-toggled'));
		expect(resolveKey('log', {type: 'help', top: 0, isWhole: true}, 'j')).toEqual(action('selection-moved', {by: 1}));
		expect(resolveKey('log', {type: 'help', top: 0, isWhole: true}, 'escape')).toEqual(action('overlay-closed'));
	});

	test('accepts a changed key only of the agent in question, and only y does', () => {
		expect(resolveKey('agents', keyQuestion, 'y')).toEqual({type: 'request', request: {type: 'accept-keys', keys: [{agent: '10.0.0.1:2886', offered: 'SHA256:new'}]}});
		expect(resolveKey('agents', keyQuestion, 'enter')).toBeUndefined();
		expect(resolveKey('agents', keyQuestion, 'escape')).toEqual(action('overlay-closed'));
		expect(resolveKey('agents', undefined, 'y')).toBeUndefined();
	});

	test('accepts the keys of found agents only all that were shown, and only y does', () => {
		const keys = [{agent: '10.0.0.1:2886', offered: 'SHA256:one'}, {agent: '10.0.0.2:2886', offered: 'SHA256:other'}];
		const question = {type: 'found-keys', keys, top: 0} as const;
		expect(resolveKey('agents', question, 'y')).toEqual({type: 'request', request: {type: 'accept-keys', keys}});
		expect(resolveKey('agents', question, 'enter')).toBeUndefined();
		expect(resolveKey('agents', question, 'n')).toEqual(action('overlay-closed'));
		expect(resolveKey('agents', question, 'j')).toEqual(action('selection-moved', {by: 1}));
	});
});

const words = (context: KeyContext, width: number, conditions: Parameters<typeof footerHints>[1] = []): readonly string[] =>
	footerHints(context, conditions, width).map(({keys, label}) => `${keys} ${label}`);

describe('the footer', () => {
	test('says the most useful keys first', () => {
		expect(words('agents', 80).slice(0, 2)).toEqual(['↵ open', '? help']);
		expect(words('log', 80).slice(0, 2)).toEqual(['Esc back', '? help']);
	});

	test.each(contexts)('leaves out what does not fit on %s, last things first', context => {
		const all = words(context, 1000);
		for (let width = 0; width < 120; width++) {
			const shown = words(context, width);
			expect(shown).toEqual(all.slice(0, shown.length));
			expect(shown.join('  ').length).toBeLessThanOrEqual(width);
			const next = all[shown.length];
			expect(next === undefined || [...shown, next].join('  ').length > width, `${next} would fit into ${width}`).toBe(true);
		}
	});

	test('begins in a replay with what leads through it', () => {
		expect(footerHints('task', ['password-wanted'], 60, keysFor('replay')).map(({keys, label}) => `${keys} ${label}`).slice(0, 3)).toEqual(['p pause', ') next change', '↵ open']);
		expect(footerHints('task', ['paused'], 60, keysFor('replay'))[0]).toEqual({keys: 'p', label: 'resume'});
	});

	test('begins with what an agent waits for, and only then', () => {
		expect(words('task', 40, ['password-wanted'])[0]).toBe('p password');
		expect(words('task', 40, ['key-changed'])[0]).toBe('K key');
		expect(words('task', 40)[0]).toBe('↵ open');
	});
});

describe('the help', () => {
	test('has every key of the table', () => {
		const lines = helpSections().flatMap(section => section.lines);
		expect(lines).toHaveLength(keysFor('live').length);
		expect(helpSections(keysFor('replay')).flatMap(section => section.lines)).toHaveLength(keysFor('replay').length);
	});

	test('has the keys of a replay only there, and those of prompts and operations only for watched agents', () => {
		const titles = (mode: 'live' | 'replay'): readonly string[] => helpSections(keysFor(mode)).map(({title}) => title);
		expect(titles('live')).not.toContain('Replay');
		expect(titles('replay')).toContain('Replay');
		expect(titles('replay')).not.toContain('Actions');
		expect(helpSections(keysFor('replay')).flatMap(({lines}) => lines).map(({description}) => description).join('; ')).not.toMatch(/password|trust|retry|poll agents/);
	});

	test('can do without arrows', () => {
		expect(withoutArrows('j ↓')).toBe('j Down');
		expect(withoutArrows('↵')).toBe('Enter');
		expect(keyTable.map(record => withoutArrows(shownKeysOf(record))).join('')).toMatch(/^[\u0020-\u007E]+$/);
	});
});

test('the table for the documents names every key and where it counts', () => {
	const lines = keyTableMarkdown().split('\n');
	expect(lines).toHaveLength(keyTable.length + 2);
	expect(lines).toContainEqual('| `j` `↓` | down | all screens, help, actions, found keys | `down` |');
	expect(lines).toContain('| `^c` | quit | everywhere |  |');
	expect(lines.filter(line => line.split('|').length !== 6)).toEqual([]);
});

test('the palette begins with actions, then agents, then movements, and names nothing twice', () => {
	const store = createStore(fleetOf(2));
	createPalette({store, keys: keysFor('live'), stroke: () => undefined}).open();
	const {overlay} = store.getState().view;
	const names = overlay?.type === 'palette' ? overlay.entries.map(({name}) => name) : [];
	expect(names[0]).toBe('open');
	expect(names.indexOf('10.0.0.1:2886')).toBeGreaterThan(names.indexOf('retry'));
	expect(names.indexOf('down')).toBeGreaterThan(names.indexOf('10.0.0.2:2886'));
	expect(names).toHaveLength(new Set(names).size);
});
