import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, onTestFinished, test} from 'vitest';
import {completionScript, type Shell, shells} from '../../source/cli/completions.js';
import {manPage} from '../../source/cli/help.js';
import {optionsOf, optionTable, subcommands} from '../../source/cli/options.js';
import {columnsOf} from '../../source/lib/columns.js';
import {type Language, speak} from '../../source/lib/messages/messages.js';
import {openTerminal} from '../helpers/pty.js';

afterEach(async () => speak('en'));

const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

const scriptFile = (shell: Shell): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-completion-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const file = path.join(folder, shell);
	writeFileSync(file, completionScript(shell));
	return file;
};

/** What bash offers behind these words; the last one is being typed. */
const offered = (...words: readonly string[]): readonly string[] => offeredWith('', ...words);

/** `before`: shell code that runs before. */
const offeredWith = (before: string, ...words: readonly string[]): readonly string[] => {
	const list = words.map(word => `'${word}'`).join(' ');
	const script = `source ${scriptFile('bash')}; compopt() { :; }; ${before} COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _obwatch; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const {stdout, stderr} = spawnSync('bash', ['-c', script], {encoding: 'utf8'});
	expect(stderr).toBe('');
	return stdout.split('\n').filter(line => line !== '');
};

describe.runIf(has('bash'))('bash', () => {
	test('offers the options that fit what was typed', () => {
		expect(offered('obwatch', '--agents')).toEqual(['--agents', '--agents-file']);
	});

	test('offers subcommands beside hosts, and behind one only its own options', () => {
		expect(offered('obwatch', 'demo-a')).toContain('demo-agent');
		expect(offered('obwatch', 'demo-agent', '--').toSorted()).toEqual(optionsOf('demo-agent').map(({name}) => `--${name}`).toSorted());
	});

	test('offers files for an option that wants one, and nothing it cannot know for others', () => {
		const file = scriptFile('fish');
		expect(offered('obwatch', '--password-file', file.slice(0, -2))).toEqual([file]);
		expect(offered('obwatch', '--interval', '')).toEqual([]);
	});

	test('offers the values of an option that has only some', () => {
		expect(offered('obwatch', '--lang', '')).toEqual(['en', 'zh']);
		expect(offered('obwatch', '--for', 'fail')).toEqual(['failed', 'failed-to-roll-back']);
		expect(offered('obwatch', 'demo-agent', '--scenario', 'init')).toContain('initialize');
		expect(offered('obwatch', 'completion', 'b')).toContain('bash');
	});

	test('offers the values also behind an equals sign, at which bash divides words', () => {
		expect(offered('obwatch', '--for', '=', 'fail')).toEqual(['failed', 'failed-to-roll-back']);
		expect(offered('obwatch', '--lang', '=')).toEqual(['en', 'zh']);
	});

	test('offers a file to replay, and no host where no agent is expected', () => {
		const file = scriptFile('fish');
		expect(offered('obwatch', 'replay', file.slice(0, -2))).toEqual([file]);
		expect(offered('obwatch', 'completion', '')).toEqual(['bash', 'zsh', 'fish', 'groups', 'webhooks']);
		expect(offered('obwatch', 'man', '')).toEqual([]);
	});

	test('offers options only once a dash was typed', () => {
		expect(offered('obwatch', '').filter(word => word.startsWith('-'))).toEqual([]);
		expect(offered('obwatch', '')).toContain('history');
	});

	test('says what the words mean when it lists them, cut to the terminal', () => {
		const list = offeredWith('COMP_TYPE=63 COLUMNS=60;', 'obwatch', '--agents');
		expect(list).toEqual([expect.stringMatching(/^--agents {15}\w/), expect.stringMatching(/^--agents-file {10}agents from FILE/)]);
		expect(Math.max(...list.map(line => line.length))).toBeLessThanOrEqual(58);
	});

	test('offers the groups of the config file behind @', () => {
		expect(offeredWith(String.raw`obwatch() { printf "@prod\n@test\n"; };`, 'obwatch', '@p')).toEqual(['@prod']);
	});

	test('offers the webhooks of the config file, and no host, behind notify', () => {
		expect(offeredWith(String.raw`obwatch() { [[ $2 == webhooks ]] && printf "ops\ndba\n"; };`, 'obwatch', 'notify', '')).toEqual(['ops', 'dba']);
	});
});

describe.runIf(has('zsh'))('zsh', () => {
	test.each([
		['obwatch completion ', 'webhooks'],
		['obwatch help age', 'help agents'],
		['obwatch demo-agent --scenario=failed-s', '--scenario=failed-start'],
		['obwatch replay ', 'night.jsonl'],
	])('behind "%s" offers %s', async (typed, expected) => {
		const folder = path.dirname(scriptFile('zsh'));
		renameSync(path.join(folder, 'zsh'), path.join(folder, '_obwatch'));
		mkdirSync(path.join(folder, 'here'));
		writeFileSync(path.join(folder, 'here', 'night.jsonl'), '');
		const terminal = openTerminal({command: 'zsh', args: ['-f'], env: {PS1: 'ready> '}});
		try {
			await terminal.until(text => text.includes('ready>'), 'the prompt');
			terminal.type(`cd ${folder}/here; fpath=(${folder} $fpath); autoload -U compinit && compinit -u -D && echo load''ed\r`);
			await terminal.until(text => text.includes('loaded'), 'completions');
			terminal.type(`${typed}\t\t`);
			await terminal.until(text => text.includes(expected), expected);
		} finally {
			await terminal.close();
		}
	});
});

describe.each(['zsh', 'fish'] as const)('%s', shell => {
	test.runIf(has(shell))('reads its script', () => {
		const {status, stderr} = spawnSync(shell, ['-n', scriptFile(shell)], {encoding: 'utf8'});
		expect(stderr).toBe('');
		expect(status).toBe(0);
	});
});

test.each(['zsh', 'fish'] as const)('the script for %s describes options in the language that is spoken', async shell => {
	await speak('zh');
	expect(completionScript(shell)).toContain('打印 agent 最近任务的完整日志');
	expect(completionScript(shell)).not.toContain('print the complete logs');
});

test.each(shells)('the script for %s names every option and subcommand', shell => {
	const script = completionScript(shell);
	for (const {name} of optionTable) {
		expect(script).toContain(shell === 'fish' ? `-l ${name} ` : `--${name}`);
	}

	for (const {name} of subcommands) {
		expect(script).toContain(name);
	}
});

describe('the manual page', () => {
	const page = manPage('1.2.3');

	test('names every option, and its footer the version', () => {
		expect(page).toContain('"obwatch 1.2.3"');
		for (const {name} of optionTable) {
			expect(page).toContain(String.raw`\-\-${name.replaceAll('-', String.raw`\-`)}`);
		}
	});

	test('has no line that troff would take for a request', () => {
		const requests = page.split('\n').flatMap(line => /^[.']\S*/.exec(line) ?? []);
		expect(new Set(requests)).toEqual(new Set(['.TH', '.ad', '.nh', '.SH', '.SS', '.B', '.br', '.PP', '.TP', '.nf', '.fi']));
	});

	test('has the sections that people know', () => {
		expect([...page.matchAll(/^\.SH (.+)$/gm)].map(([, title]) => title)).toEqual(['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS', 'CONFIGURATION', 'FILES', 'ENVIRONMENT', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO']);
	});

	test.runIf(has('man')).each<[Language, string]>([['en', '--agents-file FILE'], ['zh', '取消运行中的任务']])('in %s is read by man without complaint', async (language, wanted) => {
		await speak(language);
		const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-man-'));
		onTestFinished(() => {
			rmSync(folder, {recursive: true});
		});
		const file = path.join(folder, 'obwatch.1');
		writeFileSync(file, manPage('1.2.3'));
		const {stdout, stderr} = spawnSync('man', ['--warnings', '-l', file], {encoding: 'utf8', env: {...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8', MANPAGER: 'cat'}});
		expect(stderr).toBe('');
		expect(stdout).toContain(wanted);
		for (const line of stdout.split('\n')) {
			expect(columnsOf(line), line).toBeLessThanOrEqual(80);
		}
	});
});
