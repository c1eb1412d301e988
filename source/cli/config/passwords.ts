import {existsSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {errorCode} from '../../lib/errno.js';
import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {isUnsafeForRoot} from '../../lib/private-files.js';
import {passwordIn, type PasswordKind, type Passwords, readPasswordFile} from '../credentials.js';
import {failure, type Result} from '../fail.js';
import {type ReadTextFile} from '../input-file.js';
import {type ConfigFile, type ConfigPath, type PasswordSource, type PasswordSources} from './config.js';
import {type SelectedGroup} from './settings.js';

/** The output of a program, or in a few words why there is none. */
export type CommandOutput = {readonly ok: true; readonly text: string} | {readonly ok: false; readonly problem: string};

/** Runs a program, without a shell, and waits for its end. */
export type RunCommand = (argv: readonly [string, ...string[]]) => CommandOutput;

/** Agents (keys) that have the same passwords. */
export type PasswordGroup = {readonly agents: readonly string[]; readonly passwords: Passwords};

export type GroupPasswords = {
	/** For agents without passwords of their own. */
	readonly all: Passwords;
	readonly groups: readonly PasswordGroup[];
};

/** The source of a password, if there is one, and the agents that it is for: some, or all. */
type Wanted = {readonly kind: PasswordKind; readonly source: PasswordSource; readonly path: ConfigPath; readonly agents: 'all' | readonly string[]};

const keyOf = (kind: PasswordKind, type: PasswordSource['type']): string => `${kind === 'agent' ? 'agent_' : ''}password_${type}`;

const sourceFor = (kind: PasswordKind, {root, agent}: PasswordSources): PasswordSource | undefined => kind === 'root' ? root : agent;

/** The source for each agent of a group: its own, else the group's. */
const sourcesIn = (kind: PasswordKind, {name, group}: SelectedGroup): ReadonlyArray<{readonly agent: string; readonly source: PasswordSource; readonly path: ConfigPath}> =>
	group.agents.flatMap(({address: {key: agent}, passwords}, index) => {
		const own = sourceFor(kind, passwords);
		const source = own ?? sourceFor(kind, group.passwords);
		return source ? [{agent, source, path: ['groups', name, ...(own ? ['agents', index] : []), keyOf(kind, source.type)]}] : [];
	});

const wantedOf = (kind: PasswordKind, file: ConfigFile, groups: readonly SelectedGroup[], agents: ReadonlySet<string>): readonly Wanted[] => {
	const all = groups.flatMap(group => sourcesIn(kind, group)).filter(({agent}) => agents.has(agent));
	// Only the first group with a source for an agent counts.
	const counting = [...new Map(all.toReversed().map(item => [item.agent, item])).values()].toReversed();
	const bySource = Map.groupBy(counting, ({source}) => JSON.stringify(source));
	const common = sourceFor(kind, file.config.passwords);
	return [
		...bySource.values().flatMap(([first, ...others]): readonly Wanted[] => first ? [{...first, kind, agents: [first, ...others].map(({agent}) => agent)}] : []),
		...(common ? [{kind, source: common, path: [keyOf(kind, common.type)], agents: 'all'} as const] : []),
	];
};

const readSource = ({kind, source, path: place}: Wanted, file: ConfigFile, readTextFile: ReadTextFile, run: RunCommand): Result<string> => {
	const {faults: {about}, usage: {secrets: words}} = messages();
	const where = about(file.placeOf(place), String(place.at(-1) ?? ''));
	if (source.type === 'file') {
		return readPasswordFile(kind, `${where} ${printable(source.path)}`, source.path, readTextFile);
	}

	const program = printable(source.argv[0]);
	const output = run(source.argv);
	if (!output.ok) {
		return failure(about(where, words.program(program, output.problem)));
	}

	if (output.text === '') {
		return failure(about(where, kind === 'root' ? words.printedNothingRoot(program) : words.printedNothing(program)));
	}

	const password = passwordIn(kind, output.text);
	return password.ok ? password : failure(about(where, words.printed(program, password.problem)));
};

/**
The passwords that a config file gives for those `agents` that are in groups, and for all. Each file is read and each program run once,
however many agents it is for. Kinds in `without` are skipped, because a stronger source gives them.
*/
export const readGroupPasswords = (file: ConfigFile, groups: readonly SelectedGroup[], {agents, without, readTextFile, run}: {
	/** All selected agents. */
	readonly agents: ReadonlySet<string>;
	readonly without: Passwords;
	readonly readTextFile: ReadTextFile;
	readonly run: RunCommand;
}): Result<GroupPasswords> => {
	const kinds = (['root', 'agent'] as const).filter(kind => without[kind] === undefined);
	let all: Passwords = {};
	const shared: PasswordGroup[] = [];
	for (const wanted of kinds.flatMap(kind => wantedOf(kind, file, groups, agents))) {
		const password = readSource(wanted, file, readTextFile, run);
		if (!password.ok) {
			return password;
		}

		if (wanted.agents === 'all') {
			all = {...all, [wanted.kind]: password.value};
		} else {
			shared.push({agents: wanted.agents, passwords: {[wanted.kind]: password.value}});
		}
	}

	return {ok: true, value: {all, groups: shared}};
};

// In ms: it may prompt for a passphrase.
const deadline = 60_000;

const mostOutput = 64 * 1024;

const problemOf = (error: Error, timeout: number): string => {
	const words = messages().usage.secrets;
	switch (errorCode(error)) {
		case 'ETIMEDOUT': {
			return words.programSlow(timeout / 1000);
		}

		case 'ENOENT': {
			return words.programMissing;
		}

		case 'EACCES': {
			return words.programForbidden;
		}

		case 'ENOBUFS': {
			return words.programOutput;
		}

		default: {
			return words.programFault(errorCode(error));
		}
	}
};

/** The path of a program; undefined if there is none. */
const pathOf = (program: string, search = ''): string | undefined => program.includes('/')
	? program
	: search.split(path.delimiter).map(folder => path.join(folder === '' ? '.' : folder, program)).find(file => existsSync(file));

/**
Runs a program without a shell and returns its output. It can prompt for a passphrase on the terminal, and gets an environment without
obwatch's variables.
*/
export const createRunCommand = (env: Readonly<Record<string, string | undefined>>, timeout = deadline): RunCommand => ([program, ...rest]): CommandOutput => {
	const file = pathOf(program, env['PATH']);
	if (file !== undefined && isUnsafeForRoot(file)) {
		return {ok: false, problem: messages().usage.secrets.programUnsafe};
	}

	// Rarely needed before the first frame.
	const {spawnSync} = process.getBuiltinModule('node:child_process');
	const {stdout, error, status, signal} = spawnSync(program, rest, {
		env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OBWATCH_'))),
		stdio: ['inherit', 'pipe', 'inherit'],
		encoding: 'utf8',
		timeout,
		killSignal: 'SIGKILL',
		maxBuffer: mostOutput,
		shell: false,
	});
	if (error) {
		return {ok: false, problem: problemOf(error, timeout)};
	}

	return status === 0 ? {ok: true, text: stdout} : {ok: false, problem: messages().usage.secrets.programEnded(status ?? signal ?? '?')};
};
