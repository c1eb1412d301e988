import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {findLocalAgents, localAgentLines} from '../../source/cli/local-agents.js';
import {runProgram} from '../helpers/run-program.js';
import {reply, startScriptedServer} from '../helpers/scripted-server.js';

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-local-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
};

/** Listens on `run/obshell.sock` in a home folder. */
const openSocket = async (home: string): Promise<string> => {
	const socketPath = path.join(home, 'run', 'obshell.sock');
	mkdirSync(path.dirname(socketPath), {recursive: true});
	const server = createServer();
	await new Promise<void>(resolve => {
		server.listen(socketPath, resolve);
	});
	onTestFinished(() => {
		server.close();
	});
	return socketPath;
};

/** A process as /proc shows it. */
const addProcess = (processes: string, pid: number, {comm, called, runs}: {readonly comm: string; readonly called: string; readonly runs?: string}): void => {
	const folder = path.join(processes, String(pid));
	mkdirSync(folder, {recursive: true});
	writeFileSync(path.join(folder, 'comm'), `${comm}\n`);
	writeFileSync(path.join(folder, 'cmdline'), `${called}\0server\0`);
	if (runs !== undefined) {
		symlinkSync(runs, path.join(folder, 'exe'));
	}
};

const user = process.getuid?.() ?? 0;

describe('the agents of this machine', () => {
	test('are found below the homes of running obshell processes, and in the usual places', async () => {
		const top = makeFolder();
		const processes = path.join(top, 'proc');
		const first = await openSocket(path.join(top, 'one'));
		const second = await openSocket(path.join(top, 'two'));
		const usual = await openSocket(path.join(top, 'admin'));
		const own = await openSocket(path.join(top, 'home', 'oceanbase'));
		addProcess(processes, 41, {comm: 'obshell', called: path.join(top, 'one', 'bin', 'obshell')});
		// Called by name alone, and replaced on the disk by an upgrade.
		addProcess(processes, 42, {comm: 'obshell', called: 'obshell', runs: `${path.join(top, 'two', 'bin', 'obshell')} (deleted)`});
		addProcess(processes, 43, {comm: 'observer', called: path.join(top, 'three', 'bin', 'observer')});
		expect(findLocalAgents({processes, home: path.join(top, 'home'), user, usual: path.join(top, 'admin')})).toEqual({
			usable: [{socketPath: first, pid: 41}, {socketPath: second, pid: 42}, {socketPath: usual, pid: undefined}, {socketPath: own, pid: undefined}],
			others: [],
		});
	});

	test('are none where there is no /proc, no socket, or only a file of that name', () => {
		const top = makeFolder();
		mkdirSync(path.join(top, 'oceanbase', 'run'), {recursive: true});
		writeFileSync(path.join(top, 'oceanbase', 'run', 'obshell.sock'), '');
		expect(findLocalAgents({processes: path.join(top, 'nowhere'), home: top, user, usual: path.join(top, 'admin')})).toEqual({usable: [], others: []});
	});

	test('are not taken from another user, who could pretend to be an agent', async () => {
		const top = makeFolder();
		const socketPath = await openSocket(path.join(top, 'oceanbase'));
		const other = findLocalAgents({processes: path.join(top, 'proc'), home: top, user: user + 1, usual: '/nowhere'});
		// Every user may use root's own socket.
		expect(other).toEqual(user === 0 ? {usable: [{socketPath, pid: undefined}], others: []} : {usable: [], others: [{socketPath, pid: undefined}]});
	});

	test('are named with how they were found, and those not used with the way to use them', () => {
		expect(localAgentLines({usable: [{socketPath: '/a/run/obshell.sock', pid: 7}], others: []})).toEqual(['no agent is named: this machine\'s, through /a/run/obshell.sock (process 7)']);
		expect(localAgentLines({usable: [], others: [{socketPath: '/b\u001B/obshell.sock', pid: undefined}]})).toEqual(['asking 127.0.0.1: /b␛/obshell.sock belongs to another user. If you trust it: obwatch unix:/b␛/obshell.sock']);
		expect(localAgentLines({usable: [], others: [{socketPath: '/c/obshell.sock', pid: 8, isClosed: true}]})).toEqual(['asking 127.0.0.1: you may not use /c/obshell.sock. Run obwatch as its owner or root']);
		expect(localAgentLines(undefined)).toEqual([]);
	});

	test.runIf(process.getuid?.() === 0)('whose socket only root may use are not called another user\'s, whose word could be taken', async () => {
		const top = makeFolder();
		const socketPath = await openSocket(path.join(top, 'oceanbase'));
		// Whatever the umask is.
		for (const folder of [top, path.join(top, 'oceanbase'), path.dirname(socketPath)]) {
			chmodSync(folder, 0o755);
		}

		chmodSync(socketPath, 0o700);
		const script = `process.setuid(65534); import('./source/cli/local-agents.ts').then(module => console.log(JSON.stringify(module.findLocalAgents({processes: '/nowhere', home: '${top}', user: 65534, usual: '/nowhere'}))))`;
		const {stdout, stderr} = spawnSync(process.execPath, ['--import', './test/helpers/sources.ts', '-e', script], {encoding: 'utf8'});
		expect(stderr).toBe('');
		expect(JSON.parse(stdout)).toEqual({usable: [], others: [{socketPath, isClosed: true}]});
	});
});

test('without a named agent, the program watches that of this machine through its socket, without a password, and says so', async () => {
	const home = makeFolder();
	const socketPath = path.join(home, 'oceanbase', 'run', 'obshell.sock');
	mkdirSync(path.dirname(socketPath), {recursive: true});
	const server = await startScriptedServer(reply(503), socketPath);
	onTestFinished(async () => server.stop());
	const run = runProgram(['--once'], {env: {HOME: home}});
	expect(await run.exit()).toBe(3);
	expect(run.stderr()).toContain(`obwatch: no agent is named: this machine's, through ${socketPath}\n`);
	expect(run.stdout()).toContain(`unix:${socketPath}`);
	expect(server.requests.length).toBeGreaterThan(0);
});
