import {chmodSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {startDemoAgents} from '../../source/demo/demo-agent.js';
import {systemClock} from '../../source/lib/clock.js';
import {makeFolder} from '../cli/config/helpers.js';
import {runProgram} from '../helpers/run-program.js';
import {open, pressFor} from './helpers/stage.js';

test('a group of the config file is watched with its own password, keys and looks, and the rest of its cluster found', async () => {
	const agents = await startDemoAgents([{}, {}].map(() => ({cluster: 'prod', identity: 'CLUSTER AGENT', rootPassword: 'from a program'})), 'none', {clock: systemClock});
	onTestFinished(async () => {
		await Promise.all(agents.map(async agent => agent.stop()));
	});
	const home = makeFolder();
	const script = path.join(home, 'password.sh');
	writeFileSync(script, '#!/bin/sh\necho from a program\n');
	chmodSync(script, 0o700);
	const config = path.join(home, 'config.yaml');
	writeFileSync(config, `
theme: {ascii: true}
keys: {help: Z, quit: Q}
groups:
  prod:
    agents: ["${agents[0]!.label}"]
    discover: true
    accept_new_keys: true
    password_command: [${script}]
`, {mode: 0o600});
	const terminal = open(['--config', config, '@prod']);
	await terminal.until(text => /prod +2\/2$/m.test(text) && text.includes('no task yet'), 'the cluster');
	// Any key takes the news of the pinned keys away.
	await pressFor(terminal, 'k', text => text.includes('Z help'), 'the hint');
	expect(terminal.text()).not.toContain('▸');
	await pressFor(terminal, 'Z', text => text.includes('> keys'), 'the help');
	await pressFor(terminal, 'escape', text => text.includes('no task yet'), 'the agents again');
	terminal.press('Q');
	expect(await terminal.exit).toMatchObject({code: 0});
	expect(agents.map(agent => agent.requests().wrongPasswords)).toEqual([0, 0]);
});

test('a mistake in a config file is reported in one line before the screen opens', async () => {
	const config = path.join(makeFolder(), 'config.yaml');
	writeFileSync(config, 'groups:\n  prod:\n    agnets: [10.0.0.1]\n');
	const terminal = open(['--config', config, '@prod']);
	expect(await terminal.exit).toMatchObject({code: 2});
	expect(terminal.text().trim()).toBe('obwatch: config.yaml:3: groups.prod.agnets: unknown key, did you mean agents?');
	expect(terminal.raw()).not.toContain('\u001B[?1049h');
});

test('what counts is printed as YAML, with where it comes from, and without a password', async () => {
	const folder = makeFolder();
	const config = path.join(folder, 'config.yaml');
	writeFileSync(path.join(folder, 'password'), 'hunter2\n', {mode: 0o600});
	writeFileSync(config, 'groups:\n  prod:\n    agents: [10.0.0.1]\n    password_file: password\n    agent_password_command: [vault, hunter3]\nbody_limit: 64MB\n', {mode: 0o600});
	const printed = runProgram(['--config', config, '--print-config', '@prod', '--interval', '2s'], {env: {NO_COLOR: '1'}});
	expect(await printed.exit()).toBe(0);
	expect(printed.stderr()).toBe('');
	expect(printed.stdout()).not.toContain('hunter');
	expect(printed.stdout().replaceAll(folder, '').split('\n').map(line => line.replace(/(?<=\S) +# /, ' # ')).join('\n')).toBe(`# config file: /config.yaml
lang: en # locale
discover: false # default
usual: true # default
body_limit: 64MB # config.yaml:6
intervals:
  running: 2s # --interval
  status: 5s # default
  idle: 30s # default
  members: 1m # default
theme:
  ascii: false # locale
  color: false # NO_COLOR
  mode: auto # default
mouse: false # default
notifications:
  bell: true # default
  title: true # default
groups:
  prod:
    agents:
      - address: "10.0.0.1:2886" # config.yaml:3
    password_file: /password # config.yaml:4
    agent_password_command: [vault, "***"] # config.yaml:5
watched: ["10.0.0.1:2886"]
`);
	const given = runProgram(['--config', config, '--print-config', '@prod'], {env: {OBWATCH_PASSWORD: 'hunter4'}});
	await given.exit();
	const masked = given.stdout();
	expect(masked).toMatch(/^password: "\*\*\*" +# OBWATCH_PASSWORD$/m);
	expect(masked).not.toContain('hunter');
	expect(masked).not.toContain('password_file');
});
