import {describe, expect, it, test} from 'vitest';
import {footerHints, helpSections} from '../../../source/ui/keys/hints.js';
import {keysFor, type KeyTable, overrideKeys, resolveKey} from '../../../source/ui/keys/resolve.js';
import {keyTable} from '../../../source/ui/keys/table.js';

const tableWith = (overrides: Readonly<Record<string, readonly string[]>>): KeyTable => {
	const overridden = overrideKeys(keyTable, new Map(Object.entries(overrides)));
	if (!overridden.ok) {
		throw new Error(`${overridden.name}: ${overridden.problem}`);
	}

	return overridden.table;
};

const problemOf = (overrides: Readonly<Record<string, readonly string[]>>): string => {
	const overridden = overrideKeys(keyTable, new Map(Object.entries(overrides)));
	return overridden.ok ? 'none' : `${overridden.name}: ${overridden.problem}`;
};

describe('other keys', () => {
	it('do what the usual ones did, which do it no more', () => {
		const table = tableWith({down: ['~', 'ctrl-n'], quit: ['Q']});
		expect(resolveKey('task', undefined, '~', table)).toEqual(resolveKey('task', undefined, 'j'));
		expect(resolveKey('task', undefined, '^n', table)).toEqual(resolveKey('task', undefined, 'j'));
		expect(resolveKey('task', undefined, 'j', table)).toBeUndefined();
		expect(resolveKey('agents', undefined, 'Q', table)).toEqual({type: 'request', request: {type: 'quit'}});
		expect(resolveKey('agents', undefined, '^c', table)).toEqual({type: 'request', request: {type: 'quit', isInterrupt: true}});
	});

	it('are what the help and the footer show', () => {
		const table = keysFor('live', tableWith({quit: ['Q'], open: ['space', '+'], fold: ['_'], back: ['-']}));
		expect(footerHints('agents', [], 78, table).map(({keys, label}) => `${keys} ${label}`)).toEqual(expect.arrayContaining(['Q quit', 'Space + open']));
		const lines = helpSections(table).flatMap(section => section.lines);
		expect(lines).toContainEqual({keys: 'Esc -', description: 'back'});
		expect(lines).toContainEqual({keys: '_', description: 'collapse a cluster'});
	});

	it('can be none, which takes an action out of the help, too', () => {
		const table = tableWith({pager: []});
		expect(resolveKey('log', undefined, 'v', table)).toBeUndefined();
		expect(helpSections(table).flatMap(({lines}) => lines).some(({description}) => description.includes('$PAGER'))).toBe(false);
	});

	it('can be exchanged', () => {
		const table = tableWith({down: ['k'], up: ['j']});
		expect(resolveKey('task', undefined, 'k', table)).toEqual(resolveKey('task', undefined, 'j'));
	});

	it.each([
		[{dwn: ['j']}, 'dwn: no such action'],
		[{down: ['k']}, 'down: "k" already means "up" in the same place'],
		[{quit: ['3']}, 'quit: "3" already means "repeat: 5j, 20G" in the same place'],
		[{down: ['$'], up: ['$']}, 'down: "$" already means "up" in the same place'],
		[{down: ['escape']}, 'down: Esc always goes back and cannot do anything else'],
		[{down: ['ctrl-c']}, 'down: "ctrl-c" belongs to the terminal or has a fixed meaning'],
		[{down: ['^S']}, 'down: "^S" belongs to the terminal or has a fixed meaning'],
		[{quit: ['ctrl-x']}, 'quit: "ctrl-x": ctrl keys are too easy to press by mistake for this'],
		[{save_log: ['^o']}, 'save_log: "^o": ctrl keys are too easy to press by mistake for this'],
		[{down: ['jj']}, 'down: "jj" is not a key: write a character, ^f or a name such as pagedown'],
		[{down: ['\u001B']}, 'down: "\u001B" is not a key: write a character, ^f or a name such as pagedown'],
		[{down: ['é']}, 'down: "é" is not a key: write a character, ^f or a name such as pagedown'],
		[{down: ['']}, 'down: "" is not a key: write a character, ^f or a name such as pagedown'],
	])('are not taken where they make no sense: %j', (overrides, problem) => {
		expect(problemOf(overrides)).toBe(problem);
	});
});

test('in a replay a key of one\'s own counts for more than the replay\'s, unless both are one\'s own', () => {
	const table = keysFor('replay', tableWith({open: ['+', 'enter']}));
	expect(resolveKey('agents', undefined, '+', table)).toEqual({type: 'action', action: {type: 'entered'}});
	expect(helpSections(table).flatMap(({lines}) => lines).map(({description}) => description)).not.toContain('faster');
	expect(problemOf({open: ['+'], faster: ['+']})).toBe('faster: "+" already means "open" in the same place');
	expect(resolveKey('agents', undefined, 'Z', keysFor('replay', tableWith({faster: ['Z']})))).toEqual({type: 'request', request: {type: 'replay', command: {type: 'pace', by: 1}}});
});

test('whatever is no prompt, and not fixed, has a name for other keys', () => {
	const names = keyTable.flatMap(({name}) => name ?? []);
	expect(new Set(names).size).toBe(names.length);
	expect(names.filter(name => !/^[a-z][a-z_]*$/.test(name))).toEqual([]);
	// What leads to an operation is on the keys that the screen shows, and no others.
	// What messages on the screen name (p, K), what gets one out, the numbers, and what closes the help.
	const fixed = new Set(['p', 'K', '^c', '^z', '^l', '^g', 'escape', '1', '?']);
	expect(keyTable.filter(({name, group, keys}) => name === undefined && group !== 'prompts' && group !== 'act' && !fixed.has(keys[0] ?? '')).map(({description}) => description)).toEqual([]);
});
