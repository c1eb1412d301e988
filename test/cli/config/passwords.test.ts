import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {type CommandOutput, createRunCommand, readGroupPasswords, type RunCommand} from '../../../source/cli/config/passwords.js';
import {addressesOf, selectGroups} from '../../../source/cli/config/settings.js';
import {type Passwords} from '../../../source/cli/credentials.js';
import {type ReadTextFile} from '../../../source/cli/input-file.js';
import {configOf} from './helpers.js';

const files: ReadTextFile = path => path.endsWith('open') ? {ok: true, text: 'x\n', isExposed: true} : {ok: true, text: `of ${path}\nnot this\n`, isExposed: false};

const read = (text: string, names: readonly string[], {without = {}, output = {ok: true, text: 'printed\nnot this\n'}}: {readonly without?: Passwords; readonly output?: CommandOutput} = {}) => {
	const file = configOf(text);
	const groups = selectGroups(names, file, {});
	const ran: string[] = [];
	const run: RunCommand = argv => {
		ran.push(argv.join(' '));
		return output;
	};

	const passwords = groups.ok ? readGroupPasswords(file, groups.value, {agents: new Set(addressesOf(groups.value).map(({key}) => key)), without, readTextFile: files, run}) : groups;
	return {passwords: passwords.ok ? passwords.value : passwords.problem, ran};
};

const two = `
password_file: /common
groups:
  prod: {agents: [a, b, {address: c, password_file: /own}], password_command: [pass, prod]}
  test: {agents: [d, a], password_command: [pass, test], agent_password_file: /agent}
`;

describe('the passwords of groups', () => {
	it('are read for the selected agents: a program runs once for all its agents', () => {
		const {passwords, ran} = read(two, ['@prod']);
		expect(ran).toEqual(['pass prod']);
		expect(passwords).toEqual({all: {root: 'of /common'}, groups: [{agents: ['a:2886', 'b:2886'], passwords: {root: 'printed'}}, {agents: ['c:2886'], passwords: {root: 'of /own'}}]});
	});

	it('are, for an agent of several groups, those of the first', () => {
		expect(read(two, ['@test', '@prod']).passwords).toMatchObject({groups: [
			{agents: ['d:2886', 'a:2886'], passwords: {root: 'printed'}},
			{agents: ['b:2886'], passwords: {root: 'printed'}},
			{agents: ['c:2886'], passwords: {root: 'of /own'}},
			{agents: ['d:2886', 'a:2886'], passwords: {agent: 'of /agent'}},
		]});
	});

	it('are not read if a stronger source gives one', () => {
		const {passwords, ran} = read(two, ['@prod', '@test'], {without: {root: 'given'}});
		expect(ran).toEqual([]);
		expect(passwords).toEqual({all: {}, groups: [{agents: ['d:2886', 'a:2886'], passwords: {agent: 'of /agent'}}]});
	});

	it.each([
		['groups: {g: {agents: [a], password_file: /open}}', {}, 'config.yaml:1: password_file /open: other users can read or change it. Run: chmod 600 /open'],
		['groups: {g: {agents: [a], password_command: [pass, x]}}', {output: {ok: false, problem: 'ended with 1'}}, 'config.yaml:1: password_command: pass ended with 1'],
		['groups: {g: {agents: [a], password_command: [pass, x]}}', {output: {ok: true, text: ''}}, 'config.yaml:1: password_command: pass printed nothing. For the empty password, let it print one empty line.'],
		['groups: {g: {agents: [a], password_command: [pass, x]}}', {output: {ok: true, text: '\nx\n'}}, 'config.yaml:1: password_command: output of pass: its first line is empty, but it has more lines'],
		['groups: {g: {agents: [a], agent_password_command: [pass, x]}}', {output: {ok: true, text: '\n'}}, 'config.yaml:1: agent_password_command: output of pass: its first line is empty, but an agent password is never empty'],
	] as const)('of %j say what is wrong without a word of the password', (text, options, problem) => {
		expect(read(text, ['@g'], options).passwords).toBe(problem);
	});

	it('can be the empty one of root@sys', () => {
		expect(read('groups: {g: {agents: [a], password_command: [pass, x]}}', ['@g'], {output: {ok: true, text: '\n'}}).passwords).toMatchObject({groups: [{passwords: {root: ''}}]});
	});

	it.each([
		['@prd', 'no group @prd: did you mean @prod?'],
		['@x', 'no group @x: /home/dba/.config/obwatch/config.yaml has @prod, @test'],
	])('of a group that does not exist, %s, are not used', (name, problem) => {
		expect(read(two, [name]).passwords).toBe(problem);
	});

	it('need a config file', () => {
		expect(selectGroups(['@prod'], undefined, {HOME: '/home/dba'})).toEqual({ok: false, problem: 'no group @prod: there is no config file (/home/dba/.config/obwatch/config.yaml)'});
	});
});

describe('a program that prints a password', () => {
	const script = (code: string, timeout?: number): CommandOutput => createRunCommand({...process.env, OBWATCH_PASSWORD: 'secret', OBWATCH_ANYTHING: 'x'}, timeout)([process.execPath, '-e', code, '$HOME; echo no shell']);

	it('has an environment without anything of obwatch', () => {
		expect(script('console.log(Object.keys(process.env).filter(name => name.startsWith("OBWATCH_")).length, "PATH" in process.env)')).toEqual({ok: true, text: '0 true\n'});
	});

	it('gets its arguments as they are: there is no shell', () => {
		expect(script('console.log(process.argv[1])')).toEqual({ok: true, text: '$HOME; echo no shell\n'});
	});

	it('fails with its exit code, and has so much time only', () => {
		expect(script('process.exit(3)')).toEqual({ok: false, problem: 'ended with 3'});
		expect(script('setInterval(() => {}, 1000)', 300)).toEqual({ok: false, problem: 'took longer than 0.3 s'});
		expect(script('console.log("x".repeat(1e6))')).toEqual({ok: false, problem: 'prints too much'});
	});

	it('must be there', () => {
		expect(createRunCommand({PATH: '/nowhere'})(['pass'])).toEqual({ok: false, problem: 'does not exist'});
	});
});
