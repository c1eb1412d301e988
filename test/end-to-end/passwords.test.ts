import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {byHand, lineWith, open, pressFor, refresh, startAgent} from './helpers/stage.js';

const right = 'Richtig-1$';
const wrong = 'Falsch-2$';

const enterPassword = async (terminal: Terminal, password: string, scope: 'one' | 'all' = 'one'): Promise<void> => {
	await pressFor(terminal, 'p', text => text.includes('it is not shown'), 'the prompt');
	const isChosen = (text: string): boolean => text.includes('▸ all agents') === (scope === 'all');
	if (!isChosen(terminal.text())) {
		await pressFor(terminal, 'tab', isChosen, 'the other choice');
	}

	terminal.type(password);
	await terminal.until(text => text.includes('typed, not shown'), 'the word that something was typed');
	await byHand();
	await pressFor(terminal, 'enter', text => !text.includes('typed, not shown'), 'the prompt to go');
};

test.each([
	['root@sys password', {identity: 'CLUSTER AGENT', cluster: 'obtest', rootPassword: right}],
	['agent password', {agentPassword: right}],
] as const)('the %s is asked for without showing it; a wrong one is sent once, the right one lets in', async (name, secured) => {
	const agent = await startAgent({scenario: 'failing', ...secured});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes(`needs the ${name} (p)`), 'the request for a password');
	expect(agent.requests().wrongPasswords).toBe(0);

	await enterPassword(terminal, wrong);
	await terminal.until(text => text.includes(`${name} refused, not sent again (p)`), 'the refusal');
	await refresh(terminal, agent);
	await refresh(terminal, agent);
	expect(agent.requests().wrongPasswords).toBe(1);

	await enterPassword(terminal, right);
	await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');
	expect(agent.requests().wrongPasswords).toBe(1);
	expect(terminal.raw()).not.toContain(wrong);
	expect(terminal.raw()).not.toContain(right);
});

test('before there is a cluster the empty root password is tried, once', async () => {
	const unguarded = {scenario: 'failing', identity: 'MASTER'} as const;
	const free = await startAgent(unguarded);
	const secured = await startAgent({...unguarded, rootPassword: right});
	const terminal = open([free.label, secured.label]);
	await terminal.until(() => lineWith(terminal, free.label).includes('✖ failed'), 'the task of the agent with an empty password');
	await terminal.until(() => lineWith(terminal, secured.label).includes('root@sys password'), 'the request for a password');
	await refresh(terminal, secured);
	await refresh(terminal, secured);
	expect(secured.requests().wrongPasswords).toBe(1);
});

test('a prompt that is left sends nothing and forgets what was typed', async () => {
	const agent = await startAgent({scenario: 'failing', agentPassword: right});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('needs the agent password (p)'), 'the request for a password');
	await pressFor(terminal, 'p', text => text.includes('it is not shown'), 'the prompt');
	terminal.type(wrong);
	await terminal.until(text => text.includes('typed, not shown'), 'the word that something was typed');
	await pressFor(terminal, 'escape', text => !text.includes('typed, not shown'), 'the prompt to go');
	await enterPassword(terminal, right);
	await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');
	expect(agent.requests().wrongPasswords).toBe(0);
});

test('an empty password of root@sys can be sent, and the prompt says so before', async () => {
	const agent = await startAgent({scenario: 'failing', identity: 'CLUSTER AGENT', cluster: 'obtest', rootPassword: ''});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('needs the root@sys password (p)'), 'the request for a password');
	await pressFor(terminal, 'p', text => text.includes('Enter now sends an empty password'), 'the prompt');
	await byHand();
	await pressFor(terminal, 'enter', text => text.includes('failed in stage 3 of 7'), 'the task');
});

test('an empty agent password is not sent: no agent has one', async () => {
	const agent = await startAgent({scenario: 'failing', agentPassword: right});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('needs the agent password (p)'), 'the request for a password');
	await pressFor(terminal, 'p', text => text.includes('it is not shown'), 'the prompt');
	await byHand();
	await pressFor(terminal, 'enter', text => text.includes('Nothing was sent: type the password first'), 'that it is not sent');
	await pressFor(terminal, 'escape', text => !text.includes('it is not shown'), 'the prompt to go');
	await refresh(terminal, agent);
	expect(agent.requests().wrongPasswords).toBe(0);
});

test('one password can be for all agents', async () => {
	const agents = [await startAgent({scenario: 'failing', agentPassword: right}), await startAgent({scenario: 'idle', agentPassword: right})];
	const terminal = open(agents.map(({label}) => label));
	await terminal.until(text => text.includes('2 unauthorized'), 'both requests for a password');
	expect(terminal.text()).toContain('needs the agent password (p)');
	await enterPassword(terminal, right, 'all');
	await terminal.until(text => text.includes('✖ failed') && text.includes('✔ succeeded'), 'both tasks');
	expect(agents.map(agent => agent.requests().wrongPasswords)).toEqual([0, 0]);
});

test('a password for one agent is not sent to another', async () => {
	const one = await startAgent({scenario: 'failing', agentPassword: right});
	const other = await startAgent({scenario: 'idle', agentPassword: 'another-3$'});
	const terminal = open([one.label, other.label]);
	await terminal.until(text => text.includes('2 unauthorized'), 'both requests for a password');
	await enterPassword(terminal, right);
	await terminal.until(() => lineWith(terminal, one.label).includes('✖ failed'), 'the first agent\'s task');
	await refresh(terminal, other);
	expect(other.requests().wrongPasswords).toBe(0);
	expect(lineWith(terminal, other.label)).toContain('needs the agent password (p)');

	await pressFor(terminal, 'j', () => lineWith(terminal, '▸').includes(other.label), 'the second row');
	await enterPassword(terminal, 'another-3$');
	await terminal.until(() => lineWith(terminal, other.label).includes('✔ succeeded'), 'the second agent\'s task');
	expect([one, other].map(agent => agent.requests().wrongPasswords)).toEqual([0, 0]);
});

test('a wrong root password is tried at one agent of a cluster only', async () => {
	const secured = {scenario: 'failing', identity: 'MASTER', rootPassword: right} as const;
	const agents = [await startAgent(secured), await startAgent(secured)];
	const terminal = open(agents.map(({label}) => label), {env: {OBWATCH_PASSWORD: wrong}});
	await terminal.until(text => text.includes('refused, not sent again') && /refused by \S+, not sent/.test(text), 'the refusal, and what it means for the other one');
	for (const agent of agents) {
		await refresh(terminal, agent);
	}

	expect(agents.reduce((sum, agent) => sum + agent.requests().wrongPasswords, 0)).toBe(1);
});

test('the passwords of the environment and of files let in, and appear nowhere', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const file = path.join(folder, 'password');
	writeFileSync(file, `${right}\n`, {mode: 0o600});
	const root = await startAgent({scenario: 'failing', identity: 'MASTER', rootPassword: 'Wurzel-4$'});
	const own = await startAgent({scenario: 'idle', agentPassword: right});
	const terminal = open([root.label, own.label, '--agent-password-file', file], {env: {OBWATCH_PASSWORD: 'Wurzel-4$'}});
	await terminal.until(text => text.includes('✖ failed') && text.includes('✔ succeeded'), 'both tasks');
	expect(terminal.raw()).not.toContain('Wurzel-4$');
	expect(terminal.raw()).not.toContain(right);
});
