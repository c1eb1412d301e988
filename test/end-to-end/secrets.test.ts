// Passwords are planted in every way there is to give one, and looked for in everything that the program wrote or left in its memory.

import {Buffer} from 'node:buffer';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {type Terminal} from '../helpers/pty.js';
import {until} from '../helpers/until.js';
import {byHand, open, openRow, pressFor, startAgent} from './helpers/stage.js';

const common = 'Qmark-';
// These occur nowhere else, and none is part of another.
const markers = {environment: 'Qmark-env-7$', file: 'Qmark-file-8$', prompt: 'Qmark-prompt-9$', wrong: 'Qmark-wrong-0$', left: 'Qmark-left-1$', pasted: 'Qmark-pasted-2$'} as const;
const all = Object.values(markers);

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-secrets-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	for (const name of ['work', 'tmp', 'home', 'state', 'cache']) {
		mkdirSync(path.join(folder, name));
	}

	return folder;
};

// A file that is being written can go again between the two looks.
const filesIn = (folder: string): readonly string[] => readdirSync(folder, {recursive: true, encoding: 'utf8'})
	.map(name => path.join(folder, name))
	.filter(file => statSync(file, {throwIfNoEntry: false})?.isFile());

/** As a text might hold them: as they are, and in the ways in which something could have encoded them. */
const formsOf = (marker: string): readonly string[] => {
	const bytes = Buffer.from(marker);
	// The middle of a base64 text depends on where it begins.
	const encoded = [0, 1, 2].map(skipped => bytes.subarray(skipped).toString('base64').slice(0, -4));
	return [marker, encodeURIComponent(marker), bytes.toString('hex'), bytes.toString('utf16le'), ...encoded];
};

const foundIn = (text: string): readonly string[] => all.filter(marker => formsOf(marker).some(form => text.includes(form)));

// Loaded before the program: lets it crash with passwords in the error, and writes what it holds in memory. Itself it holds them in halves.
const saboteur = (folder: string): string => {
	const halves = (marker: string): string => `'${marker.slice(0, 3)}' + '${marker.slice(3)}'`;
	const file = path.join(folder, 'saboteur.mjs');
	writeFileSync(file, `
		import v8 from 'node:v8';
		import {renameSync} from 'node:fs';
		process.on('SIGUSR2', () => { throw new Error('refused ' + ${halves(markers.environment)} + ' and ' + ${halves(markers.prompt)}); });
		process.on('SIGPWR', () => { renameSync(v8.writeHeapSnapshot('${folder}/half'), '${folder}/heap'); });
	`);
	return `--import=${file}`;
};

/** Tells what it was started with. */
const makePager = (folder: string): string => {
	const file = path.join(folder, 'pager.mjs');
	writeFileSync(file, `
		import {readFileSync, writeFileSync} from 'node:fs';
		writeFileSync('${folder}/child', [JSON.stringify(process.env), process.argv.join(' '), readFileSync('/proc/self/environ', 'latin1'), readFileSync(process.argv.at(-1), 'utf8')].join(' '));
	`);
	return `${process.execPath} ${file}`;
};

type Snapshot = {readonly strings: readonly string[]; readonly nodes: readonly number[]; readonly snapshot: {readonly meta: {readonly node_fields: readonly string[]}}};

/** Every string of that kind in a picture of the memory, as often as it is there. */
const stringsIn = (text: string, isWanted: (text: string) => boolean): readonly string[] => {
	const {strings, nodes, snapshot} = JSON.parse(text) as Snapshot;
	const fields = snapshot.meta.node_fields;
	const wanted = new Set(strings.flatMap((string, index) => isWanted(string) ? [index] : []));
	const offset = fields.indexOf('name');
	return nodes.flatMap((name, index) => index % fields.length === offset && wanted.has(name) ? [strings[name]!] : []);
};

const enterPassword = async (terminal: Terminal, password: string): Promise<void> => {
	await pressFor(terminal, 'p', text => text.includes('it is not shown'), 'the prompt');
	await byHand();
	for (const character of password) {
		terminal.type(character);
	}

	await terminal.until(text => text.includes('typed, not shown'), 'the word that something was typed');
	await byHand();
	await pressFor(terminal, 'enter', text => !text.includes('typed, not shown'), 'the prompt to go');
};

// It waits for Node's compile cache, which an executable does not have.
test.skipIf(process.env['OBWATCH_STAND_IN'] !== undefined)('a password is in nothing that was written, shown, saved, or passed to another program', async () => {
	const folder = makeFolder();
	const own = await startAgent({scenario: 'failing', agentPassword: markers.file});
	const root = await startAgent({scenario: 'failing', identity: 'MASTER', rootPassword: markers.environment});
	const asked = await startAgent({scenario: 'failing', agentPassword: markers.prompt});
	const file = path.join(folder, 'password');
	writeFileSync(file, `${markers.file}\n`, {mode: 0o600});
	const terminal = open(['-c', 'unset NODE_DISABLE_COMPILE_CACHE; cd "$1" && shift && exec "$@"', 'sh', path.join(folder, 'work'), process.execPath, program, root.label, own.label, asked.label, '--agent-password-file', file], {
		command: '/bin/sh', columns: 120, env: {
			OBWATCH_PASSWORD: markers.environment, NODE_OPTIONS: saboteur(folder), PAGER: makePager(folder),
			HOME: path.join(folder, 'home'), TMPDIR: path.join(folder, 'tmp'), XDG_STATE_HOME: path.join(folder, 'state'), XDG_CACHE_HOME: path.join(folder, 'cache'),
		},
	});
	// Beside the list, its first line names the selected agent, too.
	const row = (label: string): string => terminal.screen().find(line => line.slice(0, 30).includes(label)) ?? '';
	await terminal.until(() => row(root.label).includes('failed') && row(own.label).includes('failed') && row(asked.label).includes('refused'), 'two tasks and a refusal');
	expect(foundIn(readFileSync(`/proc/${terminal.pid}/cmdline`, 'latin1'))).toEqual([]);

	await openRow(terminal, asked.label, text => text.includes(`› ${asked.label}`) && text.includes('refused, not sent again (p)'), 'the agent that refused');
	await enterPassword(terminal, markers.wrong);
	await until(() => asked.requests().wrongPasswords === 2, 'the wrong password to be refused');
	await enterPassword(terminal, markers.prompt);
	await terminal.until(text => text.includes('failed in stage 3'), 'the task behind the right one');
	await pressFor(terminal, 'e', text => text.includes('unpacking to'), 'its log');
	await pressFor(terminal, 's', text => text.includes(' saved '), 'the saved log');
	terminal.press('v');
	await until(() => filesIn(folder).includes(path.join(folder, 'child')) && terminal.raw().includes('\u001B[?1049l'), 'the pager');
	await terminal.until(text => terminal.isAlternate() && text.includes('unpacking to') && !text.includes(' saved '), 'the log again');
	await pressFor(terminal, 'B', text => text.includes(' saved '), 'the bundle');
	await until(() => filesIn(path.join(folder, 'cache')).length > 0, 'the compiled program to be kept');
	process.kill(terminal.pid, 'SIGUSR2');
	expect(await terminal.exit).toMatchObject({code: 70});

	expect(foundIn(terminal.raw())).toEqual([]);
	expect(terminal.text()).toContain('refused *** and ***');
	const written = filesIn(folder).filter(name => ![file, path.join(folder, 'saboteur.mjs')].includes(name));
	const names = written.map(name => path.relative(folder, name));
	for (const wanted of [/^work\/obwatch-log-/, /^work\/obwatch-.*\.json$/, /^state\/obwatch\/known_agents$/, /^cache\/obwatch\//, /^child$/]) {
		expect(names.filter(name => wanted.test(name)), `${String(wanted)} among ${names.join(' ')}`).not.toEqual([]);
	}

	for (const name of written) {
		expect(foundIn(readFileSync(name, 'latin1')), name).toEqual([]);
	}
});

test('of what was typed or pasted into the prompt, memory holds only what was sent', async () => {
	const folder = makeFolder();
	const agent = await startAgent({scenario: 'failing', agentPassword: markers.prompt});
	const terminal = open([agent.label], {env: {NODE_OPTIONS: saboteur(folder)}});
	await terminal.until(text => text.includes('needs the agent password (p)'), 'the request for a password');
	for (const [text, isPasted] of [[markers.left, false], [markers.pasted, true]] as const) {
		await pressFor(terminal, 'p', screen => screen.includes('it is not shown'), 'the prompt');
		await byHand();
		for (const part of isPasted ? [`\u001B[200~${text}\u001B[201~`] : text) {
			terminal.type(part);
		}

		await terminal.until(screen => screen.includes('typed, not shown'), 'the word that something was typed');
		await pressFor(terminal, 'escape', screen => !screen.includes('typed, not shown'), 'the prompt to go');
	}

	await enterPassword(terminal, markers.prompt);
	await terminal.until(text => text.includes('failed in stage 3'), 'the task');
	process.kill(terminal.pid, 'SIGPWR');
	await until(() => filesIn(folder).includes(path.join(folder, 'heap')), 'the picture of the memory');
	const holding = stringsIn(readFileSync(path.join(folder, 'heap'), 'utf8'), text => text.includes(common));
	// The vault's, which it needs to make the next header with.
	expect(holding).toEqual([markers.prompt]);
});
