import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, chownSync, closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, expect, onTestFinished, test, vi} from 'vitest';
import {problemOfSecretFile, readTextFile, readTextFileWithin} from '../../source/cli/input-file.js';
import {runProgram} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';

const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-text-'));

afterAll(() => {
	rmSync(folder, {recursive: true, force: true});
});

const write = (name: string, content: string | Uint8Array, mode = 0o600): string => {
	const file = path.join(folder, name);
	writeFileSync(file, content);
	chmodSync(file, mode);
	return file;
};

test('a text is read without its byte order mark', () => {
	expect(readTextFile(write('bom', '\uFEFFgeheim 界\n'))).toEqual({ok: true, text: 'geheim 界\n', isExposed: false});
});

test.each([
	[0o600, false],
	[0o400, false],
	[0o640, true],
	[0o604, true],
	[0o620, true],
])('a file of mode %o is exposed: %s', (mode, isExposed) => {
	expect(readTextFile(write(`mode-${mode}`, 'x', mode))).toMatchObject({isExposed});
});

test('only an exposed file of the user\'s own is his to close', () => {
	expect(readTextFile(write('own', 'x', 0o644))).toEqual({ok: true, text: 'x', isExposed: true});
	symlinkSync('/etc/passwd', path.join(folder, 'linked'));
	for (const file of ['/etc/passwd', '/etc/../etc/passwd', path.join(folder, 'linked')]) {
		expect(readTextFile(file)).toMatchObject({isExposed: true, isOfSystem: true});
	}

	// Its target is the user's, but not under that name.
	const input = openSync(write('input', 'x', 0o644), 'r');
	expect(spawnSync(process.execPath, ['--import', './test/helpers/sources.ts', '-e', 'import("./source/cli/input-file.ts").then(({readTextFile}) => console.log(JSON.stringify(readTextFile("/dev/stdin"))))'], {stdio: [input, 'pipe', 'inherit'], encoding: 'utf8'}).stdout)
		.toBe('{"ok":true,"text":"x","isExposed":true,"isOfSystem":true}\n');
	closeSync(input);
});

test.runIf(process.getuid?.() === 0)('as root, a file of another user is exposed, whatever its mode', () => {
	const file = write('foreign', 'x');
	chownSync(file, 65_534, 65_534);
	const foreign = readTextFile(file);
	expect(foreign).toEqual({ok: true, text: 'x', isExposed: true, isOfSystem: true, owner: 'nobody'});
	expect(foreign.ok && problemOfSecretFile(file, foreign)).toBe('belongs to user nobody, who can change it. Keep the secret in a file that is your own (chown)');
});

test.runIf(process.getuid?.() === 0)('a credential of systemd is not exposed, although its access list looks like permission for a group', () => {
	const credentials = path.join(folder, 'credentials');
	mkdirSync(path.join(credentials, 'deeper'), {recursive: true});
	vi.stubEnv('CREDENTIALS_DIRECTORY', credentials);
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	expect(readTextFile(write('credentials/password', 'x', 0o440))).toEqual({ok: true, text: 'x', isExposed: false});
	for (const [name, mode] of [['credentials/for-all', 0o444], ['credentials/for-group', 0o460], ['credentials/deeper/password', 0o440], ['elsewhere', 0o440]] as const) {
		expect(readTextFile(write(name, 'x', mode)), name).toMatchObject({isExposed: true});
	}

	const foreign = write('credentials/foreign', 'x', 0o440);
	chownSync(foreign, 65_534, 65_534);
	expect(readTextFile(foreign)).toMatchObject({isExposed: true});
});

test('what cannot be read says why', () => {
	mkdirSync(path.join(folder, 'sub'));
	expect(readTextFile(path.join(folder, 'missing'))).toEqual({ok: false, problem: 'no such file', isMissing: true});
	expect(readTextFile(path.join(folder, 'sub'))).toEqual({ok: false, problem: 'it is a folder'});
	const latin = write('latin-1', new Uint8Array([0xE4, 0x0A]));
	expect(readTextFile(latin)).toEqual({ok: false, problem: 'is not text in UTF-8'});
	expect(readTextFile('/dev/zero')).toEqual({ok: false, problem: 'is too large'});
	expect(readTextFile('a\0b')).toMatchObject({ok: false});
	expect(readTextFile('')).toMatchObject({ok: false});
});

const makePipe = (name: string): string => {
	const pipe = path.join(folder, name);
	expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
	return pipe;
};

test('a pipe without a writer is given up', () => {
	expect(readTextFileWithin(makePipe('silent'), 100)).toEqual({ok: false, problem: 'nothing came through this pipe for 0.1 s. Does a program write to it?'});
});

test('a pipe may have a writer that comes late, and one that writes bit by bit', () => {
	const pipe = makePipe('late');
	spawn('sh', ['-c', 'sleep 0.2; { printf gehe; sleep 0.2; echo im; } > "$0"', pipe], {stdio: 'ignore'});
	expect(readTextFileWithin(pipe, 60_000)).toEqual({ok: true, text: 'geheim\n', isExposed: false});
});

/** Whether the pipe is open for reading: only then it can be opened for writing without waiting (fifo(7)). */
const hasReader = (pipe: string): boolean => {
	try {
		closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
		return true;
	} catch {
		return false;
	}
};

test('waiting for a pipe ends at once with a signal', async () => {
	const pipe = makePipe('waiting');
	const run = runProgram(['demo-agent', '--port', '0', '--password-file', pipe]);
	await until(() => hasReader(pipe), 'the program to read the pipe', {describe: run.stderr});
	run.kill('SIGTERM');
	// By the signal itself: no code.
	expect(await run.exit()).toBeNull();
	expect(run.stderr()).toBe('');
});
