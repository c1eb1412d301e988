// What holds for all messages of both languages, whatever they say.

import {expect, test} from 'vitest';
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
