import {afterEach, describe, expect, test} from 'vitest';
import {helpText} from '../../source/cli/help.js';
import {type CommandName, commandTable, optionDescription, optionsOf, optionTable, type Topic, topics} from '../../source/cli/options.js';
import {columnsOf} from '../../source/lib/columns.js';
import {english} from '../../source/lib/messages/en/english.js';
import {type Language, speak} from '../../source/lib/messages/messages.js';

afterEach(async () => speak('en'));

const commands = commandTable.map(({name}) => name);

const cases = (['en', 'zh'] as const).flatMap(language => [...commands, ...topics].map((topic): readonly [Language, CommandName | Topic] => [language, topic]));

test.each(cases)('in %s, the help of %s fits 80 columns and has no trailing blanks', async (language, topic) => {
	await speak(language);
	for (const line of helpText(topic).split('\n')) {
		expect(columnsOf(line), line).toBeLessThanOrEqual(80);
		expect(line).toMatch(language === 'en' ? /^[\u0020-\u007E]*(?<! )$/ : /^.*(?<! )$/);
	}
});

test.each(commands)('the help of %s names every option of the command', command => {
	const text = helpText(command === 'monitor' ? 'options' : command);
	for (const {name, short} of optionsOf(command)) {
		expect(text).toContain(`${short === undefined ? '' : `-${short}, `}--${name}`);
	}
});

test.each(['en', 'zh'] as const)('in %s, the first help is short, begins with examples, and leads to the rest', async language => {
	await speak(language);
	const text = helpText('monitor');
	expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(62);
	expect(text.split('\n', 4)[3]).toMatch(/^ {2}obwatch --demo /);
	for (const wanted of [...commands.filter(name => name !== 'monitor'), ...topics, '--help', '--lang', 'unix:/PATH', '?']) {
		expect(text).toContain(wanted);
	}
});

test('the topics say what a user has to know', () => {
	expect(helpText('passwords')).toContain('OBWATCH_PASSWORD');
	expect(helpText('environment')).toContain('NO_COLOR');
	expect(helpText('scripts')).toContain('Exit codes:');
	expect(helpText('agents')).toContain('127.0.0.1');
	expect(helpText('screen')).toContain('Press ? on the screen to see all keys.');
});

test('Chinese help says in Chinese what the English one says in English', async () => {
	await speak('zh');
	expect(helpText('retry')).toContain('obwatch retry：重新执行任务失败的阶段，然后继续\n\n示例：\n');
	expect(helpText('logs')).toContain('--since-execution N         只打印第 N 次及之后的执行，回滚也计数\n');
	expect(helpText('config')).not.toContain(' the ');
});

test('every option has a description, and no description lacks its option', () => {
	expect(new Set(optionTable.map(({name, text = name}) => text))).toEqual(new Set(Object.keys(english.help.options)));
	expect(optionTable.filter(option => optionDescription(option) === '')).toEqual([]);
});

describe('an option of two meanings', () => {
	test('has a value in both or in none', () => {
		for (const {name, value} of optionTable) {
			expect(new Set(optionTable.filter(other => other.name === name).map(other => other.value === undefined)), name).toEqual(new Set([value === undefined]));
		}
	});
});
