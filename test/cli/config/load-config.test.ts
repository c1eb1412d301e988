import {chmodSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {findConfig, languageOfRun, loadConfig} from '../../../source/cli/config/load.js';
import {readTextFile} from '../../../source/cli/input-file.js';
import {speak} from '../../../source/lib/messages/messages.js';
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
		expect(await load([], {HOME: home})).toBe('zh');
		expect(await load([], {HOME: home, XDG_CONFIG_HOME: xdg})).toBe('en');
		expect(await load([], {HOME: home, XDG_CONFIG_HOME: 'relative'})).toBe('zh');
	});

	it('is said to be missing in the language of the run, which is known after it was looked for', async () => {
		const argv = ['--config', '/nowhere/c.yaml', '--lang', 'zh'];
		const found = findConfig(argv, {env: {}, readTextFile});
		await speak(languageOfRun(argv, {}, found));
		const loaded = await loadConfig(argv, {env: {}, readTextFile, isOpenToOthers}, found);
		await speak('en');
		expect(loaded).toMatchObject({ok: false, problem: '--config /nowhere/c.yaml：文件不存在'});
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
		const problem = `${file}: names programs to run, but other users can write it or its folder. Keep it in a folder that only you can write.`;
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
		expect(await load(['--config', file])).toBe('zh');
	});
});

describe('the language of a run', () => {
	const languageFor = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => languageOfRun(argv, env, findConfig(argv, {env, readTextFile}));

	it.each([
		['nothing', {}, 'en'],
		['zh_CN.UTF-8', {LANG: 'zh_CN.UTF-8'}, 'zh'],
		['zh_TW.UTF-8', {LANG: 'zh_TW.UTF-8'}, 'zh'],
		['zh_TW, which is Big5', {LANG: 'zh_TW'}, 'en'],
		['zh_CN, which is GB2312', {LC_ALL: 'zh_CN'}, 'en'],
		['zh_CN for messages only', {LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN'}, 'zh'],
		['Chinese for messages', {LANG: 'C', LC_MESSAGES: 'zh_CN.utf8'}, 'zh'],
		['all in Chinese', {LANG: 'C', LC_MESSAGES: 'C', LC_ALL: 'zh_SG.UTF-8'}, 'zh'],
		['an empty LC_ALL', {LANG: 'zh_CN.UTF-8', LC_ALL: ''}, 'zh'],
		['messages in German', {LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'de_DE'}, 'en'],
		['Chinese in another encoding than what is printed', {LANG: 'zh_CN.GB18030'}, 'en'],
		['C', {LANG: 'C'}, 'en'],
		['POSIX', {LANG: 'POSIX'}, 'en'],
		['another one', {LANG: 'zu_ZA.UTF-8'}, 'en'],
	])('follows from the locale: %s', (_, env, language) => {
		expect(languageFor([], env)).toBe(language);
	});

	it.each(['zh', 'ZH', 'zh-CN', 'zh_TW', 'zh_CN.UTF-8', 'zh-Hans'])('is that of --lang %s, also beside mistakes and behind other options', spelling => {
		const env = {LANG: 'en_US.UTF-8'};
		expect(languageFor(['--lang', spelling], env)).toBe('zh');
		expect(languageFor(['logs', '--agnet', 'x', `--lang=${spelling}`, '--help'], env)).toBe('zh');
		expect(languageFor(['--lang', spelling, '--lang', 'en-US'], env)).toBe('en');
		expect(languageFor(['--', '--lang', spelling], env)).toBe('en');
	});

	it('is the locale\'s beside a language that obwatch does not speak', () => {
		expect(languageFor(['--lang', 'fr'], {LANG: 'zh_CN.UTF-8'})).toBe('zh');
		expect(languageFor(['--lang'], {LANG: 'zh_CN.UTF-8'})).toBe('zh');
	});

	it.each(['lang: zh', '# mine\nbody_limit: 2MB\nlang: "zh-CN" # as at home', '"lang": zh', 'lang: zh\nnonsense'])('is what the config file says before it is understood: %j', text => {
		const file = makeFile('config.yaml', text);
		expect(languageFor(['--config', file], {LANG: 'en_US.UTF-8'})).toBe('zh');
		expect(languageFor(['--config', file, '--lang', 'en'], {LANG: 'en_US.UTF-8'})).toBe('en');
	});

	it('is that of the default config file for commands that take nothing else from it', () => {
		const xdg = makeFolder();
		mkdirSync(path.join(xdg, 'obwatch'));
		writeFileSync(path.join(xdg, 'obwatch', 'config.yaml'), 'groups: {lang: zh}\nlang: zh\n');
		for (const argv of [['--help'], ['man'], ['completion', 'bash'], ['--no-such-option']]) {
			expect(languageFor(argv, {XDG_CONFIG_HOME: xdg}), argv.join(' ')).toBe('zh');
		}
	});
});
