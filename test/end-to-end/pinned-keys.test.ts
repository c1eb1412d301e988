import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {generateDemoKey} from '../../source/demo/crypto.js';
import {runProgram} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {makeCertificate} from '../helpers/certificates.js';
import {startTlsFront} from '../helpers/tls-front.js';
import {open, pressFor, refresh, sealedCount, startAgent} from './helpers/stage.js';

const secured = {scenario: 'failing', identity: 'MASTER', rootPassword: 'Wurzel-4$'} as const;
const password = {OBWATCH_PASSWORD: 'Wurzel-4$'};
const hasTask = (text: string): boolean => text.includes('failed in stage 3 of 7');

const makeState = (): {readonly env: Readonly<Record<string, string>>; readonly pins: () => string} => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-state-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	return {env: {...password, XDG_STATE_HOME: folder}, pins: () => readFileSync(path.join(folder, 'obwatch', 'known_agents'), 'utf8')};
};

test('a key is pinned on first sight, a changed one gets no password in the next run, and y remembers it', async () => {
	const agent = await startAgent(secured);
	const {env, pins} = makeState();
	const first = open([agent.label], {env, columns: 100});
	await first.until(text => hasTask(text) && new RegExp(String.raw`trusting new key of ${agent.label} \(SHA256:[\w+/]{43}\)`, 'm').test(text), 'the task, and word of the new key');
	expect(pins()).toMatch(new RegExp(`^${agent.label} obshell-rsa \\S+ v2 1024 bit, first seen \\S+\n$`));
	await pressFor(first, 'j', text => !text.includes('trusting'), 'the word to go');
	first.press('ctrl-c');
	await first.exit;

	await agent.rotateKey(await generateDemoKey(1024));
	const sealed = sealedCount(agent);
	const second = open([agent.label], {env});
	await second.until(text => /before +SHA256/.test(text) && /now +SHA256/.test(text), 'both keys');
	await refresh(second, agent);
	expect(sealedCount(agent)).toBe(sealed);
	await pressFor(second, 'K', text => text.includes('y trust'), 'the question');
	await pressFor(second, 'y', hasTask, 'the task');
	second.press('ctrl-c');
	await second.exit;

	const third = open([agent.label], {env});
	await third.until(hasTask, 'the task, without a question');
	expect(third.text()).not.toContain('key changed');
});

test('a key that was accepted in another window lets a running monitor go on at the next r', async () => {
	const agent = await startAgent(secured);
	const {env, pins} = makeState();
	const terminal = open([agent.label], {env});
	await terminal.until(hasTask, 'the task');
	await until(() => pins() !== '', 'the first key to be pinned');
	await agent.rotateKey(await generateDemoKey(1024));
	await pressFor(terminal, 'r', text => text.includes('its encryption key changed'), 'the news of the key');

	const asking = runProgram(['trust', agent.label], {env});
	expect(await asking.exit()).toBe(4);
	expect(asking.stdout()).toMatch(/: its key changed\n {2}before {2}SHA256:\S{43} {2}1024 bits\n {2}now {5}SHA256:\S{43} {2}1024 bits\n$/);
	expect(asking.stderr()).toContain('not trusted: no terminal to confirm on; --yes trusts without asking');
	const forced = runProgram(['trust', agent.label, '--yes'], {env});
	expect(await forced.exit()).toBe(0);
	expect(pins().trimEnd().split('\n')).toHaveLength(2);
	await pressFor(terminal, 'r', text => !text.includes('its encryption key changed') && hasTask(text), 'the task, asked with the new key');
});

test('trust asks, and takes nothing but a yes', async () => {
	const agent = await startAgent({keyBits: 512});
	const {env, pins} = makeState();
	for (const [answer, isAccepted] of [['\r', false], ['n', false], ['q', false], ['y', true]] as const) {
		const terminal = open(['trust', agent.label], {env, columns: 120});
		await terminal.until(text => /^>/m.test(text), 'the question');
		expect(terminal.text()).toContain('Trust this key? [y/N]');
		expect(terminal.text()).toMatch(/no key is trusted yet\n {2}now {5}SHA256:\S{43} {2}512 bits: short, an eavesdropper could get the password/);
		terminal.type('y\r');
		await terminal.until(text => text.includes('Ignored: several keys at once'), 'a pasted answer to be refused');
		terminal.type(answer);
		expect(await terminal.exit).toMatchObject({code: isAccepted ? 0 : 4});
	}

	expect(pins()).toMatch(new RegExp(`^@accepted ${agent.label} `));
	const again = runProgram(['trust', agent.label, '127.0.0.1:1'], {env});
	expect(await again.exit()).toBe(3);
	expect(again.stdout()).toContain('its key is the trusted one');
	expect(again.stderr()).toBe('127.0.0.1:1: connection refused\n');
});

test('trust takes no yes that was typed before its question', async () => {
	const agent = await startAgent({keyBits: 512});
	const {env, pins} = makeState();
	const terminal = open(['trust', agent.label], {env, columns: 120});
	terminal.type('y\r');
	await terminal.until(text => /^> +Ignored: typed before this question was shown/m.test(text), 'the question, still unanswered');
	terminal.press('ctrl-c');
	expect(await terminal.exit).toMatchObject({code: 130});
	expect(pins).toThrow('ENOENT');
});

test('strict keys send no password to an agent that was not accepted', async () => {
	const agent = await startAgent(secured);
	const {env} = makeState();
	const terminal = open([agent.label, '--strict-keys'], {env});
	await terminal.until(text => text.includes('key not trusted yet, no password sent (K)'), 'the news of the key');
	await pressFor(terminal, 'escape', text => text.includes('1 key not trusted'), 'the agents');
	expect(terminal.text()).not.toContain('key changed');
	await pressFor(terminal, 'K', text => text.includes('unknown key') && text.includes('y trust'), 'the question');
	expect(sealedCount(agent)).toBe(0);
	await pressFor(terminal, 'y', text => text.includes('Upgrade OceanBase'), 'the task');
});

test('whatever key is taken, which is said all the time', async () => {
	const agent = await startAgent(secured);
	const {env, pins} = makeState();
	const terminal = open([agent.label, '--accept-keys'], {env});
	await terminal.until(text => hasTask(text) && /agent keys unchecked$/m.test(text), 'the task');
	await agent.rotateKey(await generateDemoKey(1024));
	const sealed = sealedCount(agent);
	await refresh(terminal, agent);
	await until(() => sealedCount(agent) > sealed + 1, 'more questions with a password', {describe: terminal.text});
	expect(terminal.text()).not.toContain('key changed');
	expect(pins).toThrow('ENOENT');
});

test('the demo pins nothing', async () => {
	const {env, pins} = makeState();
	const terminal = open(['--demo'], {env});
	await terminal.until(text => text.includes('✖ failed'), 'the fleet');
	terminal.press('ctrl-c');
	await terminal.exit;
	expect(pins).toThrow('ENOENT');
});

test('certificates that are not checked are spoken of all the time, on every screen', async () => {
	const agent = await startAgent(secured);
	const front = await startTlsFront(agent.label, makeCertificate({name: 'own', days: [-9, -1]}));
	const {env} = makeState();
	const checked = open([front], {env});
	await checked.until(text => /unreachable since \d\d:\d\d: its certificate is self-signed|its certificate has expired/.test(text), 'the refusal of the certificate');
	const terminal = open([front, '--tls-insecure'], {env});
	await terminal.until(text => hasTask(text) && /certificates unchecked$/m.test(text), 'the task');
	await pressFor(terminal, 'escape', text => text.startsWith(' obwatch  1 agent') && /certificates unchecked$/m.test(text), 'the agents');
	await pressFor(terminal, '?', text => /Esc close.*certificates unchecked$/m.test(text), 'the help');
});

test('a group of the config file has its own authorities, and another one is strict about keys', async () => {
	const [checked, strict] = [await startAgent(secured), await startAgent(secured)];
	const authority = makeCertificate({name: 'authority', isAuthority: true});
	const front = await startTlsFront(checked.label, makeCertificate({name: 'agent', issuer: authority}));
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-config-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	writeFileSync(path.join(folder, 'ca.pem'), authority.cert);
	const config = path.join(folder, 'config.yaml');
	writeFileSync(config, `groups:
  checked: {agents: ["${front}"], tls_ca: ca.pem}
  strict: {agents: ["${strict.label}"], strict_keys: true}
`);
	const terminal = open(['--config', config, '@checked', '@strict'], {env: makeState().env});
	await terminal.until(text => text.includes('✖ failed') && text.includes('key not trusted yet'), 'the task of one, and the question of the other');
	expect(sealedCount(strict)).toBe(0);
	expect(sealedCount(checked)).toBeGreaterThan(0);
});
