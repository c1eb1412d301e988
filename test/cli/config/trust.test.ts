// What a config file says of certificates and keys: for all, and for the agents of a group.

import {describe, expect, test} from 'vitest';
import {type ReadTextFile} from '../../../source/cli/input-file.js';
import {makeCertificate} from '../../helpers/certificates.js';
import {type ReadLine, readLine} from '../read-line.js';
import {configOf} from './helpers.js';

const one = makeCertificate({name: 'one'});
const other = makeCertificate({name: 'other'});
const folder = '/home/dba/.config/obwatch';

const files: ReadonlyMap<string, {readonly text: string; readonly isExposed: boolean}> = new Map([
	[`${folder}/one.pem`, {text: one.cert, isExposed: true}],
	[`${folder}/other.pem`, {text: other.cert, isExposed: true}],
	[`${folder}/one.key`, {text: one.key, isExposed: false}],
	[`${folder}/open.key`, {text: one.key, isExposed: true}],
	['/ca.pem', {text: other.cert, isExposed: true}],
]);

const readTextFile: ReadTextFile = path => {
	const file = files.get(path);
	return file ? {ok: true, ...file} : {ok: false, problem: 'no such file', isMissing: true};
};

const read = async (line: string, text: string): Promise<ReadLine> => readLine(line.split(' '), {env: {}, readTextFile, config: configOf(text)});

const whole = `
tls_ca: one.pem
strict_keys: true
groups:
  prod:
    agents: [https://a, b]
    tls_cert: one.pem
    tls_key: one.key
    strict_keys: false
  test:
    agents: [https://c, https://a]
    tls_insecure: true
`;

describe('certificates of a config file', () => {
	test('are those of all, unless an agent\'s group has a word on the same', async () => {
		expect(await read('https://d @prod @test', whole)).toMatchObject({tls: {
			authorities: one.cert, isUnchecked: false,
			own: new Map([
				['https://a:2886', {authorities: one.cert, certificate: one.cert, key: one.key, isUnchecked: false}],
				['b:2886', {authorities: one.cert, certificate: one.cert, key: one.key, isUnchecked: false}],
				['https://c:2886', {isUnchecked: true}],
			]),
		}});
	});

	test('give way to options, which are for all', async () => {
		expect(await read('@test --tls-ca /ca.pem', whole)).toMatchObject({tls: {authorities: other.cert, isUnchecked: false}});
		expect(await read('@test --tls-ca /ca.pem', whole)).not.toHaveProperty('tls.own');
	});

	test('count for an operation on an agent of a group', async () => {
		expect(await read('retry https://c 22130706433028869', whole)).toMatchObject({tls: {own: new Map([['https://c:2886', {isUnchecked: true}], ['https://a:2886', {isUnchecked: true}]])}, keyPolicy: {all: 'strict'}});
	});

	test.each([
		['tls_ca: gone.pem', `config.yaml:1: tls_ca ${folder}/gone.pem: no such file`],
		['tls_ca: one.key', `config.yaml:1: tls_ca ${folder}/one.key: contains no certificate (PEM)`],
		['tls_cert: one.pem', 'config.yaml:1: tls_cert and tls_key are used together, but tls_key is missing'],
		['tls_ca: one.pem\ntls_insecure: true', 'config.yaml:1: tls_ca and tls_insecure exclude each other'],
		['groups:\n  p:\n    agents: [https://a]\n    tls_cert: one.pem\n    tls_key: open.key', `config.yaml:5: tls_key ${folder}/open.key: other users can read or change it. Run: chmod 600 ${folder}/open.key`],
	])('that are wrong are named, with their place: %j', async (text, problem) => {
		expect(await read(text.includes('groups') ? '@p' : 'https://a', text)).toEqual({type: 'usage-error', line: `obwatch: ${problem}`});
	});
});

describe('keys that were never seen', () => {
	const policyOf = async (line: string, text: string): Promise<unknown> => {
		const options = await read(line, text);
		return 'keyPolicy' in options ? options['keyPolicy'] : options;
	};

	test('are refused or trusted as the file says, for all or for the agents of a group', async () => {
		expect(await policyOf('d @prod', whole)).toEqual({all: 'strict', own: new Map([['https://a:2886', 'first-use'], ['b:2886', 'first-use']])});
		expect(await policyOf('d', 'groups: {p: {agents: [a], strict_keys: true}}')).toEqual({all: 'first-use', own: new Map()});
		expect(await policyOf('d @p', 'groups: {p: {agents: [a], strict_keys: true, discover: true}}')).toEqual({all: 'first-use', own: new Map([['a:2886', 'strict']])});
		expect(await policyOf('d', 'accept_new_keys: true')).toEqual({all: 'accept-new', own: new Map()});
		expect(await policyOf('@p', 'accept_new_keys: true\ngroups: {p: {agents: [a], strict_keys: true}}')).toEqual({all: 'accept-new', own: new Map([['a:2886', 'strict']])});
		expect(await policyOf('@p', 'accept_new_keys: true\ngroups: {p: {agents: [a], accept_new_keys: false}}')).toEqual({all: 'accept-new', own: new Map([['a:2886', 'first-use']])});
		expect(await policyOf('@p', 'strict_keys: true\ngroups: {p: {agents: [a], accept_new_keys: true}}')).toEqual({all: 'strict', own: new Map([['a:2886', 'accept-new']])});
	});

	test('of an agent in several groups go by the strictest of them', async () => {
		const text = 'groups: {p: {agents: [a], accept_new_keys: true}, q: {agents: [a, b]}, r: {agents: [b], strict_keys: true}}';
		expect(await policyOf('@p @q @r', text)).toEqual({all: 'first-use', own: new Map([['b:2886', 'strict']])});
	});

	test.each([
		['--strict-keys', 'strict'],
		['--accept-new-keys', 'accept-new'],
		['--accept-keys', 'any'],
	])('%s is for all, whatever the file says', async (option, all) => {
		expect(await policyOf(`d @prod ${option}`, whole)).toEqual({all, own: new Map()});
		expect(await policyOf(`d ${option}`, 'accept_new_keys: true')).toEqual({all, own: new Map()});
	});

	test.each([
		['--strict-keys --accept-new-keys', '--strict-keys and --accept-new-keys exclude each other: --strict-keys refuses keys never seen before, --accept-new-keys trusts keys never seen before, but no changed ones'],
		['--accept-keys --accept-new-keys', '--accept-new-keys and --accept-keys exclude each other: --accept-new-keys trusts keys never seen before, but no changed ones, --accept-keys trusts every key, also a changed one'],
		['--accept-keys --strict-keys --print-config', '--strict-keys and --accept-keys exclude each other: --strict-keys refuses keys never seen before, --accept-keys trusts every key, also a changed one'],
	])('%s is a mistake', async (line, problem) => {
		expect(await read(`a ${line}`, '')).toEqual({type: 'usage-error', line: `obwatch: ${problem}`});
	});

	test.each([
		['strict_keys: true\naccept_new_keys: true', 'config.yaml:2: accept_new_keys: strict_keys refuses the keys that this accepts. Keep one of them.'],
		['groups:\n  p:\n    agents: [a]\n    accept_new_keys: true\n    strict_keys: true', 'config.yaml:4: groups.p.accept_new_keys: strict_keys refuses the keys that this accepts. Keep one of them.'],
	])('cannot be refused and trusted in one place: %j', (text, problem) => {
		expect(() => configOf(text)).toThrow(problem);
	});
});

test('the settings in effect are printed, with their places', async () => {
	const text = async (line: string): Promise<string> => {
		const printed = await read(line, whole);
		return printed.type === 'print-config' ? String(printed['text']).split('\n').map(row => row.replace(/(?<! ) +#/, ' #')).join('\n') : JSON.stringify(printed);
	};

	const usual = await text('@prod @test --print-config');
	for (const line of [`tls_ca: ${folder}/one.pem # config.yaml:2`, 'strict_keys: true # config.yaml:3', `    tls_key: ${folder}/one.key # config.yaml:8`, '    strict_keys: false # config.yaml:9', '    tls_insecure: true # config.yaml:12']) {
		expect(usual).toContain(`${line}\n`);
	}

	expect(await read('d --print-config', 'accept_new_keys: true')).toMatchObject({text: expect.stringMatching(/^accept_new_keys: true +# config\.yaml:1$/m) as string});
	expect(await read('d --print-config --accept-new-keys', 'strict_keys: true')).toMatchObject({text: expect.stringMatching(/^accept_new_keys: true +# --accept-new-keys$/m) as string});
	const overridden = await text('https://d @prod --print-config --tls-ca /ca.pem --accept-keys');
	expect(overridden).toContain('tls_ca: /ca.pem # --tls-ca\n');
	expect(overridden).toContain('accept_keys: true # --accept-keys\n');
	expect(overridden).not.toContain('one.');
	expect(overridden).not.toContain('strict_keys');
});
