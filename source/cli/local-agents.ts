// The agent of this machine, for a command line that names none: through its socket, which needs no password (docs/protocol.md#socket).

import {accessSync, constants, lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {usageLine} from './fail.js';

/** How a socket was found: below the home of a running obshell process, or in a usual place. `isClosed`: this user may not use it. */
export type LocalSocket = {readonly socketPath: string; readonly pid: number | undefined; readonly isClosed?: true};

export type LocalAgents = {
	/** Sockets that can be used, those of running processes first. */
	readonly usable: readonly LocalSocket[];
	/** Sockets of other users, which are not trusted, or may not be used. */
	readonly others: readonly LocalSocket[];
};

/** Where to look. */
export type LocalHost = {
	/** `/proc`. */
	readonly processes: string;
	/** The user's home folder, if it is known. */
	readonly home: string | undefined;
	/** The user's number; undefined where there is none. */
	readonly user: number | undefined;
	/** Where OceanBase is installed by default. */
	readonly usual: string;
};

export const thisHost = (home: string | undefined): LocalHost => ({processes: '/proc', home, user: process.getuid?.(), usual: '/home/admin/oceanbase'});

const attempt = <T>(read: () => T): T | undefined => {
	try {
		return read();
	} catch {
		// A process that ended meanwhile, or a folder of another user: there is nothing to find.
		return undefined;
	}
};

const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** The folder above `bin/obshell`. */
const homeOfProgram = (program: string | undefined): readonly string[] =>
	program !== undefined && path.isAbsolute(program) && path.basename(path.dirname(program)) === 'bin' ? [path.dirname(path.dirname(program))] : [];

/** The home folders of obshell processes: every user may read how they were called, only root and their owner what they run. */
const homesOfProcesses = (processes: string): ReadonlyArray<readonly [home: string, pid: number]> => (attempt(() => readdirSync(processes)) ?? [])
	.filter(name => isNumber(name) && attempt(() => readFileSync(path.join(processes, name, 'comm'), 'utf8'))?.trim() === 'obshell')
	.flatMap(name => {
		const [called] = attempt(() => readFileSync(path.join(processes, name, 'cmdline'), 'utf8'))?.split('\0') ?? [];
		const runs = attempt(() => readlinkSync(path.join(processes, name, 'exe')))?.replace(/ \(deleted\)$/, '');
		return [...new Set([...homeOfProgram(called), ...homeOfProgram(runs)])].map(home => [home, Number(name)] as const);
	});

/**
Finds the sockets of this machine's agents. One that belongs to neither root nor the user is not trusted: any user could pretend to be an
agent there.
*/
export const findLocalAgents = ({processes, home, user, usual}: LocalHost): LocalAgents => {
	const places = [...homesOfProcesses(processes), [usual, undefined] as const, ...(home === undefined ? [] : [[path.join(home, 'oceanbase'), undefined] as const])];
	const usable = new Map<string, LocalSocket>();
	const others = new Map<string, LocalSocket>();
	for (const [folder, pid] of places) {
		const socketPath = path.join(folder, 'run', 'obshell.sock');
		const found = attempt(() => lstatSync(socketPath));
		if (!found?.isSocket() || usable.has(socketPath) || others.has(socketPath)) {
			continue;
		}

		const isTrusted = found.uid === 0 || found.uid === user;
		const isOpen = attempt(() => {
			accessSync(socketPath, constants.R_OK | constants.W_OK);
			return true;
		}) === true;
		(isTrusted && isOpen ? usable : others).set(socketPath, {socketPath, pid, ...(!isOpen && {isClosed: true})});
	}

	return {usable: [...usable.values()], others: [...others.values()]};
};

/** What is said of it, in a line each: which sockets are used, or why one is not. */
export const localAgentLines = (local: LocalAgents | undefined): readonly string[] => {
	const words = messages().usage.agents;
	if (!local) {
		return [];
	}

	return local.usable.length > 0
		? local.usable.map(({socketPath, pid}) => words.local(printable(socketPath), pid))
		: local.others.map(({socketPath, isClosed}) => (isClosed ? words.closedSocket : words.foreignSocket)(printable(socketPath)));
};

/** Says it on stderr. */
export const tellLocalAgents = ({local}: {readonly local?: LocalAgents | undefined}): void => {
	for (const line of localAgentLines(local)) {
		process.stderr.write(`${usageLine(line)}\n`);
	}
};
