// Found agents: none of them gets a password before the user trusts its key.

import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {fingerprintOf} from '../../source/client/keys/fingerprint.js';
import {generateDemoKey} from '../../source/demo/crypto.js';
import {type DemoAgent, type DemoAgentSpec, startDemoAgents} from '../../source/demo/demo-agent.js';
import {systemClock} from '../../source/lib/clock.js';
import {runProgram} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {byHand, lineWith, open, pressFor, refresh, refreshUntil, sealedCount} from './helpers/stage.js';

const keys = await Promise.all([0, 1, 2, 3].map(async () => generateDemoKey(1024)));
const fingerprints = keys.map(({publicKey}) => fingerprintOf(publicKey));

type Cluster = {readonly seed: DemoAgent; readonly first: DemoAgent; readonly second: DemoAgent; readonly late: DemoAgent};

/** Three agents of a cluster with a password, and one that has yet to join it. */
const startCluster = async (first: Partial<DemoAgentSpec> = {}): Promise<Cluster> => {
	const specs: ReadonlyArray<Partial<DemoAgentSpec>> = [{}, first, {}, {isMember: false}];
	const agents = await startDemoAgents(
		specs.map((spec, index) => ({cluster: 'prod', identity: 'CLUSTER AGENT', rootPassword: 'secret', keyPair: keys[index]!, ...spec})),
		'none',
		{clock: systemClock},
	);
	onTestFinished(async () => {
		await Promise.all(agents.map(async agent => agent.stop()));
	});
	const [seed, one, two, late] = agents;
	return {seed: seed!, first: one!, second: two!, late: late!};
};

const makeState = (): {readonly env: Readonly<Record<string, string>>; readonly folder: string; readonly pins: () => string} => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-state-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	return {env: {OBWATCH_PASSWORD: 'secret', XDG_STATE_HOME: folder}, folder, pins: () => readFileSync(path.join(folder, 'obwatch', 'known_agents'), 'utf8')};
};

const run = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<{readonly code: number | null; readonly stdout: string; readonly stderr: string}> => {
	const program = runProgram(args, {env});
	const code = await program.exit();
	return {code, stdout: program.stdout(), stderr: program.stderr()};
};

test('the screen asks once for all found agents, accepts only a single y, and asks again only for later ones', async () => {
	const {seed, first, second, late} = await startCluster();
	const {env, pins} = makeState();
	const terminal = open([seed.label, '--discover'], {env, columns: 100});
	await terminal.until(text => text.includes('Trust all 2 keys? Press y.'), 'the question');
	expect(lineWith(terminal, first.label)).toBe(` ${first.label}  ${fingerprints[1]!}  1024 bits`);
	expect(lineWith(terminal, second.label)).toBe(` ${second.label}  ${fingerprints[2]!}  1024 bits`);
	terminal.type('jy');
	await terminal.until(text => text.includes('y was ignored: press it by itself'), 'two keys at once to be refused');
	terminal.type('\u001B[200~y\u001B[201~');
	await terminal.until(text => text.includes('Paste ignored here'), 'a pasted y to be refused');
	await pressFor(terminal, 'escape', text => text.includes('key not trusted yet, no password sent (K)'), 'the agents');
	expect(terminal.text()).toContain('Not trusted, no password is sent. K shows the keys again');
	await refresh(terminal, first);
	expect([sealedCount(first), sealedCount(second)]).toEqual([0, 0]);

	await pressFor(terminal, 'K', text => text.includes('Trust all 2 keys? Press y.'), 'the question once more');
	await byHand();
	await pressFor(terminal, 'y', text => text.includes('2 keys are now trusted'), 'word of it');
	await terminal.until(text => !text.includes('not trusted yet'), 'the trusted agents');
	await until(() => sealedCount(first) > 0 && sealedCount(second) > 0, 'both to be asked with a password', {describe: terminal.text});
	await until(() => pins().includes(`@accepted ${first.label} `) && pins().includes(`@accepted ${second.label} `), 'both keys to be remembered');

	late.setMember(true);
	await refreshUntil(terminal, [seed, first, second], text => text.includes('Trust this key? Press y.'), 'the question about the new one');
	expect(terminal.text()).toContain(fingerprints[3]);
	expect(terminal.text()).not.toContain(fingerprints[1]);
	expect(sealedCount(late)).toBe(0);
});

test('without a screen a found agent gets no password, strict keys or not; its row says how to accept it, and the code is 4', async () => {
	const {seed, first, second} = await startCluster();
	const {env} = makeState();
	const honest = await run(['--once', seed.label], env);
	expect(honest.code).toBe(0);
	for (const options of [[], ['--strict-keys']]) {
		const {code, stdout} = await run(['--once', '--discover', ...options, seed.label], env);
		expect(code).toBe(4);
		expect(stdout.split('\n').find(line => line.includes(first.label))).toMatch(new RegExp(` key not trusted .* key not trusted yet, no password sent: obwatch trust --discover ${seed.label}$`));
	}

	expect([sealedCount(first), sealedCount(second)]).toEqual([0, 0]);
});

test('trust --discover shows all keys and asks once, without a screen', async () => {
	const {seed, first, second} = await startCluster();
	const {env, folder, pins} = makeState();
	const refused = await run(['trust', '--discover', seed.label], env);
	expect(refused.code).toBe(4);
	expect(sealedCount(seed)).toBe(0);
	const missing = await run(['trust', '--discover', '--yes', seed.label], {XDG_STATE_HOME: folder});
	expect(missing).toMatchObject({code: 4, stderr: `${seed.label}: needs the root@sys password: use --password-file or OBWATCH_PASSWORD\n`});

	// A password of the config file, as for every other mode.
	const config = path.join(folder, 'config.yaml');
	writeFileSync(path.join(folder, 'password'), 'secret\n', {mode: 0o600});
	writeFileSync(config, `groups: {prod: {agents: ["${seed.label}"], password_file: password}}`);
	const terminal = open(['trust', '--discover', '--config', config, '@prod'], {env: {XDG_STATE_HOME: folder}, columns: 120});
	await terminal.until(text => text.includes('Trust these 2 keys? [y/N]'), 'the question');
	expect(terminal.text()).toContain(`${seed.label}: names 2 other agents of its cluster`);
	expect(terminal.text()).toContain(`${first.label}: no key is trusted yet\n  now     ${fingerprints[1]!}  1024 bits`);
	expect(terminal.text()).toContain(`${second.label}: no key is trusted yet\n  now     ${fingerprints[2]!}  1024 bits`);
	expect([sealedCount(first), sealedCount(second)]).toEqual([0, 0]);
	await terminal.until(text => /^>/m.test(text), 'the line for the answer');
	terminal.press('y');
	expect(await terminal.exit).toMatchObject({code: 0});
	expect(pins().match(/^@accepted /gm)).toHaveLength(3);
	const watched = await run(['--once', '--discover', seed.label], env);
	expect(watched.code).toBe(0);

	// A changed key is not accepted with a crowd.
	await first.rotateKey(keys[3]);
	const changed = await run(['trust', '--discover', '--yes', seed.label], env);
	expect(changed.code).toBe(4);
	expect(changed.stderr).toBe(`${first.label}: a changed key is trusted only by name: obwatch trust ${first.label}\n`);
});

test('--accept-new-keys trusts what was never seen, and no changed key', async () => {
	const {seed, first} = await startCluster();
	const {env, pins} = makeState();
	const fresh = await run(['--once', '--discover', '--accept-new-keys', seed.label], env);
	expect(fresh.code).toBe(0);
	expect(pins()).toContain(`${first.label} obshell-rsa`);
	await first.rotateKey(keys[3]);
	const sealed = sealedCount(first);
	const changed = await run(['--once', '--discover', '--accept-new-keys', seed.label], env);
	expect(changed.code).toBe(4);
	expect(changed.stdout).toContain(`its encryption key changed, no password sent: obwatch trust ${first.label}`);
	expect(sealedCount(first)).toBe(sealed);
});

test('an agent that took v2 authentication and no longer does gets no password, though its key is the same', async () => {
	const {env} = makeState();
	const {first: modern} = await startCluster();
	const before = await run(['--once', modern.label], env);
	expect(before.code).toBe(0);
	await modern.stop();
	const port = Number(modern.label.split(':').at(-1));
	const {first: old} = await startCluster({port, auth: 'v1'});
	const {code, stdout} = await run(['--once', modern.label], env);
	expect(code).toBe(4);
	expect(stdout).toContain(`no v2 authentication               no v2 authentication any more, no password sent: obwatch trust ${modern.label}`);
	expect(sealedCount(old)).toBe(0);
	const trusted = await run(['trust', '--yes', modern.label], env);
	expect(trusted.stdout).toContain('its key is the trusted one, but it no longer accepts v2 authentication');
	await run(['--once', modern.label], env);
	expect(sealedCount(old)).toBeGreaterThan(0);
});

test('a mode without a screen goes on with what is trusted meanwhile', async () => {
	const {seed, first} = await startCluster();
	const {env} = makeState();
	const honest = await run(['--once', seed.label], env);
	expect(honest.code).toBe(0);
	const watching = runProgram(['--watch', '--discover', seed.label], {env});
	await until(() => watching.stdout().includes(first.label) && watching.stdout().includes('obwatch trust'), 'word of the key', {describe: watching.stdout});
	const trusted = await run(['trust', '--yes', first.label], env);
	expect(trusted.code).toBe(0);
	await until(() => sealedCount(first) > 0, 'the agent to be asked with a password', {describe: watching.stdout});
	watching.kill('SIGINT');
	await watching.exit();
});
