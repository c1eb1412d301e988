// What holds for all messages of both languages, whatever they say.

import {expect, test} from 'vitest';
import {columnsOf} from '../../source/lib/columns.js';
import {english} from '../../source/lib/messages/messages.js';
import {chinese} from '../../source/lib/messages/zh/chinese.js';
import {sayingsOf, secondWords} from '../helpers/sayings.js';

const marks = '，。：；！？、（）“”「」《》';

const misspaced = new RegExp(String.raw`\p{Script=Han}[\w$@/~+^&#%\-]|[\w%/+…]\p{Script=Han}|(?:^|\p{Script=Han}) +\p{Script=Han}| [${marks}]|[${marks}] `, 'u');

// As OceanBase's documents write it. Two spaces separate hints.
test('in Chinese, one space stands between characters and Latin letters or digits, and none beside full-width punctuation', () => {
	expect(sayingsOf(chinese, 'zh').filter(({text}) => misspaced.test(text.replaceAll(/ {2,}/g, '\n')))).toEqual([]);
});

test('in Chinese, one thing has one word', () => {
	expect(sayingsOf(chinese, 'zh').filter(({text}) => text.match(secondWords))).toEqual([]);
});

/** Messages by codes, options or keys: each has its own, even if two say the same. */
const byCode = /^(?:faults\.(?:network|files)|operations\.locks|help\.(?:common|options|topics|manual)|keys\.(?:descriptions|hints|contexts)|screens\.links\.kinds)\./;

test('what has several words is said by one message only', () => {
	const inChinese = new Map(sayingsOf(chinese, 'zh').map(({path, text}) => [path, text]));
	const sayings = sayingsOf(english, 'en').filter(({path, text}) => /[a-z] [a-z]/.test(text) && !byCode.test(path));
	const alike = Map.groupBy(sayings, ({path, text}) => `${text} | ${inChinese.get(path) ?? ''}`);
	expect([...alike].flatMap(([text, list]) => new Set(list.map(({path}) => path)).size > 1 ? [`${text}: ${list.map(({path}) => path).join(', ')}`] : [])).toEqual([]);
});

// An agent's address and the name of a password take their room; names of tasks and files can be of any length.
test.each([['English', sayingsOf(english, 'en')], ['Chinese', sayingsOf(chinese, 'zh')]] as const)('in %s, a notice takes at most 60 columns', (_, sayings) => {
	const notices = sayings.filter(({path}) => /^(?:notices|keys\.notices|agents\.(?:entered|refresh|keys)|output\.exports|screens\.(?:input|confirmation\.problems|cannot\w+))(?:\.|$)/.test(path));
	expect(notices.length).toBeGreaterThan(100);
	expect(notices.filter(({text}) => columnsOf(text) > 60)).toEqual([]);
});
