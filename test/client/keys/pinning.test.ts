import {spawn, spawnSync} from 'node:child_process';
import {chmod, chown, link, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';
import {describe, expect, onTestFinished, test} from 'vitest';
import {top} from '../../../source/build/paths.js';
import {knownAgentsFile} from '../../../source/client/keys/known-agents.js';
import {type PinNotice, pinNoticeText} from '../../../source/client/keys/messages.js';
import {createPins} from '../../../source/client/keys/pinning.js';
import {type DemoKeyPair, generateDemoKey} from '../../../source/demo/crypto.js';

const [one, other, long] = await Promise.all([generateDemoKey(512), generateDemoKey(512), generateDemoKey(1024)]);
const agent = '10.0.0.1:2886';

const makeFolder = async (): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'obwatch-pins-'));
	onTestFinished(async () => {
		await chmod(folder, 0o700);
		await rm(folder, {recursive: true});
	});
	return path.join(folder, 'obwatch');
};

/** The key that counts after a meeting is what matters here. */
const open = (folder: string | undefined, policy: 'first-use' | 'strict' | 'any' = 'first-use') => {
	const news: PinNotice[] = [];
	const pins = createPins({
		file: folder === undefined ? undefined : knownAgentsFile(folder), takesAny: policy === 'any', now: () => 0, onNotice(item) {
			news.push(item);
		},
	});
	return {
		news,
		words: () => pinNoticeText(news),
		meetWhole: pins.meet,
		async meet(name: string, key: DemoKeyPair) {
			const known = await pins.meet(name, {...key, isV2: false}, policy !== 'strict');
			return known?.publicKey;
		},
		accept(name: string, key: DemoKeyPair) {
			pins.accept(name, {...key, isV2: false});
		},
		stored: pins.stored,
	};
};

const textOf = async (folder: string): Promise<string> => readFile(path.join(folder, 'known_agents'), 'utf8');
const modeOf = async (file: string): Promise<number> => {
	const {mode} = await stat(file);
	return mode & 0o777;
};

/** Accepting returns before the key is stored; a program that ends waits for that. */
const accept = async (folder: string, name: string, key: DemoKeyPair): Promise<void> => {
	const pins = open(folder);
	pins.accept(name, key);
	await pins.stored();
	expect(await textOf(folder)).toContain(`@accepted ${name} obshell-rsa ${key.publicKey}`);
};

test('the first key is pinned, in a file that only the user can read, and known to the next run', async () => {
	const folder = await makeFolder();
	const first = open(folder);
	expect(await first.meet(agent, long)).toBe(long.publicKey);
	expect(first.words()).toMatch(/^trusting new key of 10\.0\.0\.1:2886 \(SHA256:[\w+/]{43}\)$/);
	expect(await modeOf(folder)).toBe(0o700);
	expect(await modeOf(path.join(folder, 'known_agents'))).toBe(0o600);
	expect(await textOf(folder)).toBe(`${agent} obshell-rsa ${long.publicKey} 1024 bit, first seen 1970-01-01T00:00:00.000Z\n`);

	const second = open(folder);
	expect(await second.meet(agent, long)).toBe(long.publicKey);
	expect(await second.meet(agent, other)).toBe(long.publicKey);
	expect(second.news.map(({type}) => type)).toEqual(['short-key']);
});

test('an accepted key takes the place of the first one, also for a run that goes on', async () => {
	const folder = await makeFolder();
	const running = open(folder);
	await running.meet(agent, one);
	await accept(folder, agent, other);
	expect(await running.meet(agent, other)).toBe(other.publicKey);
	expect(await open(folder).meet(agent, one)).toBe(other.publicKey);
});

test('an unknown key is not used while keys are strict, until it is accepted', async () => {
	const folder = await makeFolder();
	expect(await open(folder, 'strict').meet(agent, one)).toBeUndefined();
	await expect(textOf(folder)).rejects.toThrow();
	await accept(folder, agent, one);
	expect(await open(folder, 'strict').meet(agent, one)).toBe(one.publicKey);
});

describe('v2 authentication', () => {
	const v1 = {...long, isV2: false};
	const v2 = {...long, isV2: true};

	test('that an agent took once is remembered with its key, and what counts for one that no longer does', async () => {
		const folder = await makeFolder();
		expect(await open(folder).meetWhole(agent, v2, true)).toMatchObject({publicKey: long.publicKey, isV2: true});
		expect(await textOf(folder)).toBe(`${agent} obshell-rsa ${long.publicKey} v2 1024 bit, first seen 1970-01-01T00:00:00.000Z\n`);
		expect(await open(folder).meetWhole(agent, v1, true)).toEqual({publicKey: long.publicKey, isV2: true});
	});

	test('of an agent that is known without it is added, once, and never for another key', async () => {
		const folder = await makeFolder();
		const pins = open(folder);
		await pins.meetWhole(agent, v1, true);
		expect(await pins.meetWhole(agent, {...one, isV2: true}, true)).toMatchObject({publicKey: long.publicKey, isV2: false});
		expect(await Promise.all([pins.meetWhole(agent, v2, false), pins.meetWhole(agent, v2, false)])).toMatchObject([{isV2: true}, {isV2: true}]);
		expect(await pins.meetWhole(agent, v2, false)).toMatchObject({isV2: true});
		expect(await textOf(folder)).toMatch(/^\S+ obshell-rsa \S+ 1024 bit.*\n\S+ obshell-rsa \S+ v2 1024 bit.*\n$/);
		expect(await open(folder).meetWhole(agent, v1, true)).toEqual({publicKey: long.publicKey, isV2: true});
	});

	test('is given up only if the user accepts that', async () => {
		const folder = await makeFolder();
		await open(folder).meetWhole(agent, v2, true);
		await accept(folder, agent, long);
		const pins = open(folder);
		expect(await pins.meetWhole(agent, v1, true)).toEqual({publicKey: long.publicKey, isV2: false});
		await pins.meetWhole(agent, v2, true);
		expect(await open(folder).meetWhole(agent, v1, true)).toEqual({publicKey: long.publicKey, isV2: true});
	});
});

test('where any key is taken, none is remembered', async () => {
	const folder = await makeFolder();
	await accept(folder, agent, one);
	const before = await textOf(folder);
	const pins = open(folder, 'any');
	expect(await pins.meet(agent, other)).toBe(other.publicKey);
	pins.accept(agent, other);
	expect(await textOf(folder)).toBe(before);
});

test('lines that cannot be read are left out, said once, and stay', async () => {
	const folder = await makeFolder();
	await mkdir(folder);
	const damaged = `${agent} obshell-rsa AAAA\n# mine\n10.0.0.2:2886 obshell-rsa ${one.publicKey.slice(0, 40)}`;
	await writeFile(path.join(folder, 'known_agents'), damaged, {mode: 0o644});
	const pins = open(folder);
	expect(await pins.meet('10.0.0.3:2886', long)).toBe(long.publicKey);
	expect(pins.news.filter(({type}) => type === 'damaged')).toHaveLength(1);
	expect(pins.words()).toContain(`${folder}/known_agents: 2 unreadable lines (first: 1). Run obwatch trust`);
	// An agent on such a line was met before, but its key is not known.
	expect(await pins.meet(agent, long)).toBeUndefined();
	expect(await pins.meet('10.0.0.2:2886', long)).toBeUndefined();
	// The last line had no end: the new one does not become a part of it.
	const text = await textOf(folder);
	expect(text.slice(0, damaged.length)).toBe(damaged);
	expect(text.slice(damaged.length)).toMatch(/^\n10\.0\.0\.3:2886 obshell-rsa /);
	expect(await modeOf(path.join(folder, 'known_agents'))).toBe(0o600);
	await accept(folder, agent, one);
	expect(await open(folder).meet(agent, one)).toBe(one.publicKey);
});

test.each([
	['the file', 'known_agents', 0o666, true],
	['the file, by a group', 'known_agents', 0o620, true],
	['the folder', '', 0o777, true],
	['the file, but only read it', 'known_agents', 0o644, false],
])('a file is closed where others can write %s, and said so', async (_, name, mode, isSaid) => {
	const folder = await makeFolder();
	await open(folder).meet(agent, long);
	await chmod(path.join(folder, name), mode);
	const pins = open(folder);
	expect(await pins.meet(agent, one)).toBe(long.publicKey);
	expect(await modeOf(path.join(folder, 'known_agents'))).toBe(0o600);
	expect(await modeOf(folder)).toBe(0o700);
	expect(pins.words().includes('could write')).toBe(isSaid);
});

test.runIf(process.getuid?.() === 0)('the file of another user is not believed: no key is trusted unseen', async () => {
	const folder = await makeFolder();
	await open(folder).meet(agent, long);
	await chown(path.join(folder, 'known_agents'), 1234, 1234);
	const pins = open(folder);
	expect(await pins.meet(agent, long)).toBeUndefined();
	expect(await pins.meet('10.0.0.2:2886', long)).toBeUndefined();
	expect(pins.words()).toMatch(/known_agents: not used: it belongs to user 1234. Run obwatch as that user, or change its owner$/);
	// An accepted key counts while the program runs.
	pins.accept(agent, long);
	expect(await pins.meet(agent, long)).toBe(long.publicKey);
});

test.each([
	['a link', async (file: string, victim: string) => symlink(victim, file), 'a link, which is not followed'],
	['a second name of another file', async (file: string, victim: string) => link(victim, file), 'a link, which is not followed'],
	['a pipe', async (file: string) => {
		expect(spawnSync('mkfifo', [file]).status).toBe(0);
	}, 'not a regular file'],
])('%s in place of the file is left as it is, and no key is trusted unseen', async (_, put, problem) => {
	const folder = await makeFolder();
	await open(folder).meet(agent, long);
	const victim = path.join(path.dirname(folder), 'victim');
	await rename(path.join(folder, 'known_agents'), victim);
	await chmod(victim, 0o644);
	const text = await readFile(victim, 'utf8');
	await put(path.join(folder, 'known_agents'), victim);
	const pins = open(folder);
	expect(await pins.meet('10.0.0.2:2886', long)).toBeUndefined();
	expect(pins.words()).toBe(`${folder}/known_agents: not used: ${problem}`);
	pins.accept('10.0.0.2:2886', long);
	await pins.stored();
	expect(await readFile(victim, 'utf8')).toBe(text);
	expect(await modeOf(victim)).toBe(0o644);
});

test.each([
	['there is no place for them', async () => undefined, 'keys of agents are not stored: HOME is not set'],
	['the place is a file', async (folder: string) => {
		await writeFile(folder, '');
		return folder;
	}, /^keys of agents are not stored: \S+known_agents: a part of its path is not a folder$/],
	['the file is a folder', async (folder: string) => {
		await mkdir(path.join(folder, 'known_agents'), {recursive: true});
		return folder;
	}, /^keys of agents are not stored: \S+known_agents: it is a folder$/],
])('keys are known while the program runs where %s, which is said once', async (_, prepare, words) => {
	const pins = open(await prepare(await makeFolder()));
	expect(await pins.meet(agent, long)).toBe(long.publicKey);
	expect(await pins.meet(agent, one)).toBe(long.publicKey);
	pins.accept(agent, one);
	expect(await pins.meet(agent, long)).toBe(one.publicKey);
	expect(await pins.meet('10.0.0.2:2886', long)).toBe(long.publicKey);
	expect(pins.news.filter(({type}) => type !== 'short-key')).toHaveLength(1);
	expect(pinNoticeText(pins.news.filter(({type}) => type !== 'short-key'))).toMatch(words);
});

test('a thousand agents that come at once cost a few writes, and all are known afterwards', async () => {
	const folder = await makeFolder();
	const pins = open(folder);
	const names = Array.from({length: 1000}, (_, index) => `host-${index}:2886`);
	await Promise.all(names.map(async name => pins.meet(name, long)));
	expect(pins.words()).toBe('trusting new keys of 1000 agents');
	const text = await textOf(folder);
	expect(text.trimEnd().split('\n')).toHaveLength(1000);
});

test('of two keys that an agent shows at once the first counts', async () => {
	const folder = await makeFolder();
	const pins = open(folder);
	await pins.meet('10.0.0.9:2886', long);
	expect(await Promise.all([pins.meet(agent, one), pins.meet(agent, other)])).toEqual([one.publicKey, one.publicKey]);
});

test('several processes that meet the same agents at the same moment agree on every key, and lose none', async () => {
	const folder = await makeFolder();
	const {outputFiles} = await build({
		stdin: {
			contents: `
				import {createPins} from './source/client/keys/pinning.ts';
				import {knownAgentsFile} from './source/client/keys/known-agents.ts';
				const [folder, publicKey] = process.argv.slice(1);
				const pins = createPins({file: knownAgentsFile(folder), takesAny: false, now: Date.now, onNotice() {}});
				process.stdin.once('data', async () => {
					const met = [];
					for (let index = 0; index < 40; index++) {
						met.push((await pins.meet('host-' + index + ':2886', {publicKey, bits: 1024, isV2: true}, true)).publicKey);
					}
					process.stdout.write(JSON.stringify(met), () => process.exit(0));
				});
				process.stdout.write('ready');
			`,
			resolveDir: top, loader: 'ts',
		},
		bundle: true, write: false, format: 'esm', platform: 'node', tsconfigRaw: {compilerOptions: {verbatimModuleSyntax: false}},
	});
	const keys = [one, other, long, await generateDemoKey(512)];
	const children = keys.map(({publicKey}) => spawn(process.execPath, ['--input-type=module', '-e', outputFiles[0]!.text, folder, publicKey], {stdio: ['pipe', 'pipe', 'inherit']}));
	const outputs = children.map(() => '');
	for (const [index, child] of children.entries()) {
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			outputs[index] += text;
		});
	}

	await expect.poll(() => outputs).toEqual(keys.map(() => 'ready'));
	for (const child of children) {
		child.stdin.write('go');
	}

	await expect.poll(() => outputs.every(output => output.endsWith(']'))).toBe(true);
	const answers = outputs.map(output => JSON.parse(output.replace('ready', '')) as readonly string[]);
	expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
	const {keys: known, damaged} = await knownAgentsFile(folder).read();
	expect(damaged).toEqual([]);
	expect([...known.values()].map(({publicKey}) => publicKey)).toEqual(answers[0]);
});
