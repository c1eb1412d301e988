import {chmodSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {loadConfig} from '../../../source/cli/config/load.js';
import {readTextFile} from '../../../source/cli/input-file.js';
import {isOpenToOthers} from '../../../source/lib/private-files.js';
import {makeFile, makeFolder} from './helpers.js';

const load = async (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
	const loaded = await loadConfig(argv, {env, readTextFile, isOpenToOthers});
	return loaded.ok ? loaded.value?.config.lang ?? 'nothing' : loaded.problem;
};

describe('the config file', () => {
	it('is looked for in XDG_CONFIG_HOME, else at home', async () => {
		const home = makeFolder();
		const xdg = makeFolder();
		mkdirSync(path.join(home, '.config', 'obwatch'), {recursive: true});
		writeFileSync(path.join(home, '.config', 'obwatch', 'config.yaml'), 'lang: zh');
		mkdirSync(path.join(xdg, 'obwatch'));
		writeFileSync(path.join(xdg, 'obwatch', 'config.yaml'), 'lang: en');
		expect(await load([], {HOME: home})).toBe('zh-CN');
		expect(await load([], {HOME: home, XDG_CONFIG_HOME: xdg})).toBe('en-US');
		expect(await load([], {HOME: home, XDG_CONFIG_HOME: 'relative'})).toBe('zh-CN');
	});

	it('need not exist, but one that an option names must', async () => {
		const folder = makeFolder();
		expect(await load([], {HOME: folder})).toBe('nothing');
		expect(await load([], {})).toBe('nothing');
		const missing = path.join(folder, 'x.yaml');
		expect(await load(['--config', missing], {HOME: folder})).toBe(`--config ${missing}: no such file`);
	});

	it('is not read where nothing is watched', async () => {
		const file = makeFile('config.yaml', 'nonsense');
		expect(await load(['--config', file])).toBe('config.yaml:1: expected keys and values, found text');
		expect(await load(['--config', file, '--help'])).toBe('nothing');
		expect(await load(['demo-agent'], {XDG_CONFIG_HOME: file})).toBe('nothing');
	});

	it.each(['password_command: [pass]', 'groups: {g: {agents: [{address: a, agent_password_command: [pass]}]}}', 'notifications: {on_change: [notify]}'])('that names a program, as in %s, must not be writable by others', async text => {
		const file = makeFile('config.yaml', text);
		expect(await load(['--config', file])).toBe('nothing');
		const problem = `${file}: names programs to run, and others can write it or its folder; keep it in a folder that only you can write`;
		chmodSync(file, 0o622);
		expect(await load(['--config', file])).toBe(problem);
		chmodSync(file, 0o600);
		chmodSync(path.dirname(file), 0o777);
		expect(await load(['--config', file])).toBe(problem);
		const link = path.join(makeFolder(), 'link.yaml');
		symlinkSync(file, link);
		expect(await load(['--config', link])).toContain('names programs to run');
		chmodSync(path.dirname(file), 0o700);
		expect(await load(['--config', link])).toBe('nothing');
	});

	it('that names none may be writable by others', async () => {
		const file = makeFile('config.yaml', 'lang: zh', 0o666);
		chmodSync(file, 0o666);
		expect(await load(['--config', file])).toBe('zh-CN');
	});
});
