import {expect, test} from 'vitest';
import {type KeyFlags, keystrokesOf} from '../../../source/ui/keys/resolve.js';

const none: KeyFlags = {
	upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false, home: false, end: false,
	return: false, escape: false, ctrl: false, tab: false, backspace: false, delete: false, meta: false,
};

test.each<[string, string, Partial<KeyFlags>, readonly string[]]>([
	['a letter', 'j', {}, ['j']],
	['a capital letter', 'G', {}, ['G']],
	['an arrow', '', {upArrow: true}, ['up']],
	['a page key', '', {pageDown: true}, ['pagedown']],
	['Enter', '\r', {return: true}, ['enter']],
	['Esc', '', {escape: true}, ['escape']],
	['Tab', '\t', {tab: true}, ['tab']],
	['ctrl and a letter', 'c', {ctrl: true}, ['^c']],
	['ctrl and an arrow', '', {ctrl: true, upArrow: true}, ['up']],
	['Esc and a letter in one packet, which look like Alt and that letter', 'q', {meta: true}, ['escape', 'q']],
	['Esc and [ in one packet, which look like the beginning of an arrow key', '[', {meta: true}, ['escape', '[']],
	['Esc, Esc and [ in one packet', '\u001B[', {meta: true}, ['escape', 'escape', '[']],
	['Esc twice in one packet', '', {escape: true, meta: true}, ['escape', 'escape']],
	['Esc and Enter in one packet', '\r', {return: true, meta: true}, ['escape', 'enter']],
	['Esc and ctrl-c in one packet', 'c', {ctrl: true, meta: true}, ['escape', '^c']],
	['Esc and an arrow in one packet', '', {upArrow: true, meta: true}, ['escape', 'up']],
	['Alt and an arrow, which a terminal spells out', '', {upArrow: true, meta: true, eventType: 'press'}, ['up']],
	['keys that came together over a slow line', 'jjj', {}, ['j', 'j', 'j']],
	['a password with the Enter that was typed right after it', 'secret\r', {}, ['s', 'e', 'c', 'r', 'e', 't', 'enter']],
	['letters with ctrl keys between them', 'a\u000Cb\t', {}, ['a', '^l', 'b', 'tab']],
	['a character beyond the basic plane', '😀', {}, ['😀']],
	['a key that means nothing', '', {}, []],
])('%s', (_, input, flags, keystrokes) => {
	expect(keystrokesOf(input, {...none, ...flags})).toEqual(keystrokes);
});
