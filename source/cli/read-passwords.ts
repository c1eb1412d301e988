import {printable} from '../protocol/printable.js';
import {type Values} from './read-demo.js';
import {failure, type Result} from './result.js';
import {problemOfSecretFile, type ReadTextFile} from './text-file.js';

/** An empty string is a password; one that is missing was not given. */
export type Passwords = {readonly root?: string; readonly agent?: string};

export type PasswordKind = keyof Passwords;

const anyLineEnd = /\r\n|[\n\r]/;

/** The password in what a file holds or a program prints: the first line, without its line end. One empty line is the empty password, which root@sys can have and an agent cannot; no line at all, or an empty one above others, is a mistake. The problem says nothing of the text. */
export const passwordIn = (kind: PasswordKind, text: string): Result<string> => {
	const [password = '', ...below] = text.split(anyLineEnd);
	if (password !== '') {
		return {ok: true, value: password};
	}

	if (kind === 'agent') {
		return failure('its first line is empty, and an agent password never is');
	}

	return below.length === 1 && below[0] === '' ? {ok: true, value: ''} : failure('its first line is empty, and others stand below');
};

/** A file that others can read is refused, as ssh refuses such a private key: whoever reads it is root@sys. `where`: how the problem begins. */
export const readPasswordFile = (kind: PasswordKind, where: string, path: string, readTextFile: ReadTextFile): Result<string> => {
	const file = readTextFile(path);
	if (!file.ok) {
		return failure(`${where}: ${file.problem}`);
	}

	const exposed = problemOfSecretFile(path, file);
	if (exposed !== undefined) {
		return failure(`${where}: ${exposed}`);
	}

	if (file.text === '') {
		return failure(`${where}: is empty${kind === 'root' ? '; for the empty password, write one empty line into it' : ''}`);
	}

	const password = passwordIn(kind, file.text);
	return password.ok ? password : failure(`${where}: ${password.problem}`);
};

const optionOf = {root: 'password-file', agent: 'agent-password-file'} as const;

const readPassword = (kind: PasswordKind, values: Values, readTextFile: ReadTextFile): Result<string | undefined> => {
	const path = values.get(optionOf[kind]);
	return path === undefined ? {ok: true, value: undefined} : readPasswordFile(kind, `--${optionOf[kind]} ${printable(path)}`, path, readTextFile);
};

/** The passwords of the files that the options name. */
export const readPasswords = (values: Values, readTextFile: ReadTextFile): Result<Passwords> => {
	const root = readPassword('root', values, readTextFile);
	if (!root.ok) {
		return root;
	}

	const agent = readPassword('agent', values, readTextFile);
	return agent.ok
		? {ok: true, value: {...(root.value !== undefined && {root: root.value}), ...(agent.value !== undefined && {agent: agent.value})}}
		: agent;
};

/** The passwords in the environment. A variable that is set and empty is the empty password of root@sys; agents have no empty one. */
export const passwordsOfEnvironment = ({OBWATCH_PASSWORD: root, OBWATCH_AGENT_PASSWORD: agent}: Readonly<Record<string, string | undefined>>): Passwords =>
	({...(root !== undefined && {root}), ...(agent && {agent})});

/** Everything secret among what is used, for whoever must leave it out. */
export const secretsOf = ({passwords, passwordGroups}: {readonly passwords: Passwords; readonly passwordGroups: ReadonlyArray<{readonly passwords: Passwords}>}): readonly string[] =>
	[passwords, ...passwordGroups.map(group => group.passwords)].flatMap(given => Object.values(given)).filter(secret => secret !== undefined);
