// What the documents tell a reader to write is what the program reads.

import {describe, expect, test} from 'vitest';
import {parseConfig} from '../../source/cli/config/schema.js';
import {type CommandName, commandTable, optionsOf, optionTable} from '../../source/cli/options.js';
import {type ExitCode, worstOf} from '../../source/headless/exit-code.js';
import {exitCodes} from '../../source/headless/exit-codes.js';
import {english} from '../../source/lib/messages/en/english.js';
import {chinese} from '../../source/lib/messages/zh/chinese.js';
import {shownKeysOf} from '../../source/ui/keys/hints.js';
import {keyTable} from '../../source/ui/keys/table.js';
import {createTheme} from '../../source/ui/theme.js';
import {documents, readDocument} from './documents.js';

const blocksOf = (name: string, language: string): readonly string[] =>
	[...readDocument(name).matchAll(/^```(\w+)\n([\s\S]+?)\n```$/gm)].filter(match => match[1] === language).map(match => match[2] ?? '');

const isCommand = (word: string | undefined): word is CommandName => commandTable.some(({name}) => name === word);

const calls = documents.flatMap(name => blocksOf(name, 'sh')).flatMap(block => block.split('\n')).filter(line => line.startsWith('obwatch ')).map(line => line.split('#', 1)[0]?.trim() ?? '');

describe('an example in the documents', () => {
	test.each([...new Set(calls)])('%s: has only options of its command', call => {
		const words = call.split(' ').slice(1);
		const command = isCommand(words[0]) ? words[0] : 'monitor';
		const known = new Set(optionsOf(command).map(({name}) => `--${name}`));
		expect(words.filter(word => word.startsWith('--') && !known.has(word))).toEqual([]);
	});

	test.each(['docs/configuration.md', 'docs/zh/configuration.md'])('of the config file in %s is read as it is, and shows every key', name => {
		const [example = ''] = blocksOf(name, 'yaml');
		const parsed = parseConfig('/home/ada/.config/obwatch/config.yaml', example, '/home/ada');
		expect(parsed.ok ? '' : parsed.problem).toBe('');
		for (const key of ['agents', 'address', 'password_file', 'password_command', 'agent_password_file', 'agent_password_command', 'tls_ca', 'tls_cert', 'tls_key', 'tls_insecure', 'strict_keys', 'accept_new_keys', 'discover', 'operate']) {
			expect(example).toContain(key);
		}
	});
});

// Of other programs.
const foreign = new Set(['--quick', '--only', '--check', '--readme', '--short', '--leak', '--only-flapping', '--minutes', '--global', '--max-semi-space-size', '--max-old-space-size', '--v8-pool-size', '--inspect']);

test('every option that a document names is there', () => {
	const named = documents.filter(name => !name.startsWith('.github/')).flatMap(name => [...readDocument(name).matchAll(/`(--[a-z][a-z-]*[a-z])\b/g)].map(([, option = '']) => option));
	const known = new Set(optionTable.map(({name}) => `--${name}`));
	expect([...new Set(named)].filter(option => !known.has(option) && !foreign.has(option))).toEqual([]);
});

test.each([
	['docs/headless.md', /the first of these wins: ([\d, ]+)\./],
	['docs/zh/headless.md', /按以下顺序取第一个：([\d, ]+)。/],
])('the order of exit codes is the one in %s', (name, order) => {
	const [, list = ''] = order.exec(readDocument(name)) ?? [];
	const codes = list.split(', ').map(Number) as ExitCode[];
	expect(codes.toSorted((one, other) => one - other)).toEqual(Object.values(exitCodes).map(({code}) => code));
	expect(codes.map((_, index) => worstOf(codes.slice(index)))).toEqual(codes);
});

test.each(['README.md', 'docs/recording.md', 'docs/zh/README.md', 'docs/zh/recording.md'])('the keys in the table of %s are keys of the program', name => {
	const rows = /^\| (?:Key|按键) \|.*\n\| --- .*\n((?:\|.*\n)+)/m.exec(readDocument(name))?.[1] ?? '';
	const named = [...rows.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key));
	const known = new Set(keyTable.flatMap(record => shownKeysOf(record).split(' ')));
	expect(named.length).toBeGreaterThan(5);
	expect(named.filter(key => !known.has(key))).toEqual([]);
});

test.each([['README.md', english], ['docs/zh/README.md', chinese]] as const)('%s says what every outcome means', (name, {tasks}) => {
	const {outcome} = createTheme().glyphs;
	const readme = readDocument(name);
	expect(Object.entries(outcome).map(([word, glyph]) => `\`${glyph} ${tasks.outcomes[word as keyof typeof outcome]}\``).filter(text => !readme.includes(text))).toEqual([]);
});

/** A message without the names in it. */
const nameless = (text: string): string => text.replaceAll(/（）|[“”:：]/g, '').trim().toLowerCase();

test.each([['docs', english], ['docs/zh', chinese]] as const)('the words on screen that documents in %s explain are those of the program', (folder, {agents: {state, troubles}, output, screens, tasks}) => {
	const explained = {
		'usage.md': [
			troubles.unreachable,
			state.masterSilent,
			state.databaseDown,
			screens.agents.databaseDown,
			screens.card.mixed,
			screens.footer.news(3),
			screens.local,
			screens.agents.part(2, tasks.counts.versions),
			tasks.instead.noTask,
			tasks.instead.notChecked,
		],
		'operations.md': [screens.operation.accepted('', ''), screens.operation.refused('', ''), screens.operation.unknown('')],
		'headless.md': [output.fleet.notRead('…'), output.fleet.outcome(tasks.outcomes.running, {isStalled: false, isFailing: true})],
	};
	for (const [name, words] of Object.entries(explained)) {
		const document = nameless(readDocument(`${folder}/${name}`));
		expect(words.filter(word => !document.includes(nameless(word))), name).toEqual([]);
	}
});
