// What a config file says of certificates and keys: for all, and for the agents of a group.

import {describe, expect, test} from 'vitest';
import {readOptions, type Options} from '../../../source/cli/read-options.js';
import {type ReadTextFile} from '../../../source/cli/text-file.js';
import {makeCertificate} from '../../helpers/certificates.js';
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
	return file ? {ok: true, ...file} : {ok: false, problem: 'no such file'};
};

const read = (line: string, text: string): Options => readOptions(line.split(' '), {env: {}, readTextFile, config: configOf(text)});

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
	test('are those of all, unless an agent\'s group has a word on the same', () => {
		expect(read('https://d @prod @test', whole)).toMatchObject({tls: {
			authorities: one.cert, isUnchecked: false,
			own: new Map([
				['https://a:2886', {authorities: one.cert, certificate: one.cert, key: one.key, isUnchecked: false}],
				['b:2886', {authorities: one.cert, certificate: one.cert, key: one.key, isUnchecked: false}],
				['https://c:2886', {isUnchecked: true}],
			]),
		}});
	});

	test('give way to options, which are for all', () => {
		expect(read('@test --tls-ca /ca.pem', whole)).toMatchObject({tls: {authorities: other.cert, isUnchecked: false}});
		expect(read('@test --tls-ca /ca.pem', whole)).not.toHaveProperty('tls.own');
	});

	test('count for who operates on an agent of a group', () => {
		expect(read('retry https://c 22130706433028869', whole)).toMatchObject({tls: {own: new Map([['https://c:2886', {isUnchecked: true}], ['https://a:2886', {isUnchecked: true}]])}, strictKeys: new Map()});
	});

	test.each([
		['tls_ca: gone.pem', `config.yaml:1: tls_ca ${folder}/gone.pem: no such file`],
		['tls_ca: one.key', `config.yaml:1: tls_ca ${folder}/one.key: holds no certificate (PEM)`],
		['tls_cert: one.pem', 'config.yaml:1: tls_cert and tls_key go together; tls_key is missing'],
		['tls_ca: one.pem\ntls_insecure: true', 'config.yaml:1: tls_ca and tls_insecure exclude each other'],
		['groups:\n  p:\n    agents: [https://a]\n    tls_cert: one.pem\n    tls_key: open.key', `config.yaml:5: tls_key ${folder}/open.key: other users can get at it; run: chmod 600 ${folder}/open.key`],
	])('that are wrong are named, with their place: %j', (text, problem) => {
		expect(read(text.includes('groups') ? '@p' : 'https://a', text)).toEqual({type: 'usage-error', line: `obwatch: ${problem}`});
	});
});

describe('strict keys of a config file', () => {
	test('are for all, or for the agents of a group', () => {
		expect(read('d @prod', whole)).toMatchObject({keyPolicy: 'strict', strictKeys: new Map([['a:2886', false], ['b:2886', false]])});
		expect(read('d @prod --strict-keys', whole)).toMatchObject({keyPolicy: 'strict', strictKeys: new Map()});
		expect(read('d @prod --accept-keys', whole)).toMatchObject({keyPolicy: 'any', strictKeys: new Map()});
		expect(read('d', 'groups: {p: {agents: [a], strict_keys: true}}')).toMatchObject({keyPolicy: 'first-use', strictKeys: new Map()});
	});

	test('are also for agents that those of the group lead to, not for others that were named', () => {
		const text = 'groups: {p: {agents: [a], strict_keys: true, discover: true}}';
		expect(read('d @p', text)).toMatchObject({keyPolicy: 'strict', strictKeys: new Map([['d:2886', false], ['a:2886', true]])});
	});
});

test('what counts of all that is printed, with where it stands', () => {
	const text = (line: string): string => {
		const printed = read(line, whole);
		return printed.type === 'text' ? printed.text.split('\n').map(row => row.replace(/(?<! ) +#/, ' #')).join('\n') : JSON.stringify(printed);
	};

	const usual = text('@prod @test --print-config');
	for (const line of [`tls_ca: ${folder}/one.pem # config.yaml:2`, 'strict_keys: true # config.yaml:3', `    tls_key: ${folder}/one.key # config.yaml:8`, '    strict_keys: false # config.yaml:9', '    tls_insecure: true # config.yaml:12']) {
		expect(usual).toContain(`${line}\n`);
	}

	const overridden = text('https://d @prod --print-config --tls-ca /ca.pem --accept-keys');
	expect(overridden).toContain('tls_ca: /ca.pem # --tls-ca\n');
	expect(overridden).toContain('accept_keys: true # --accept-keys\n');
	expect(overridden).not.toContain('one.');
	expect(overridden).not.toContain('strict_keys');
});
