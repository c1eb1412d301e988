import {printable} from '../protocol/printable.js';
import {type Values} from './read-demo.js';
import {failure, type Result} from './result.js';
import {problemOfSecretFile, type ReadTextFile} from './text-file.js';

/** An empty string is a password; one that is missing was not given. */
export type Passwords = {readonly root?: string; readonly agent?: string};

/**
The first line of a password file, without its line end; an empty one is a mistake. A file that others can read is refused, as ssh refuses such a private key: whoever reads it is root@sys. `where`: how the problem begins, which never says anything of the file's text.
*/
export const readPasswordFile = (where: string, path: string, readTextFile: ReadTextFile): Result<string> => {
	const file = readTextFile(path);
	if (!file.ok) {
		return failure(`${where}: ${file.problem}`);
	}

	const exposed = problemOfSecretFile(path, file);
	if (exposed !== undefined) {
		return failure(`${where}: ${exposed}`);
	}

	const password = /^[^\r\n]*/.exec(file.text)?.[0] ?? '';
	return password === '' ? failure(`${where}: ${file.text === '' ? 'is empty' : 'its first line is empty'}`) : {ok: true, value: password};
};

const readPassword = (option: 'agent-password-file' | 'password-file', values: Values, readTextFile: ReadTextFile): Result<string | undefined> => {
	const path = values.get(option);
	return path === undefined ? {ok: true, value: undefined} : readPasswordFile(`--${option} ${printable(path)}`, path, readTextFile);
};

/** The passwords of the files that the options name. */
export const readPasswords = (values: Values, readTextFile: ReadTextFile): Result<Passwords> => {
	const root = readPassword('password-file', values, readTextFile);
	if (!root.ok) {
		return root;
	}

	const agent = readPassword('agent-password-file', values, readTextFile);
	return agent.ok
		? {ok: true, value: {...(root.value !== undefined && {root: root.value}), ...(agent.value !== undefined && {agent: agent.value})}}
		: agent;
};

/** The passwords in the environment. An empty variable counts as not set. */
export const passwordsOfEnvironment = ({OBWATCH_PASSWORD: root, OBWATCH_AGENT_PASSWORD: agent}: Readonly<Record<string, string | undefined>>): Passwords =>
	({...(root && {root}), ...(agent && {agent})});

/** Everything secret among what is used, for whoever must leave it out. */
export const secretsOf = ({passwords, passwordGroups}: {readonly passwords: Passwords; readonly passwordGroups: ReadonlyArray<{readonly passwords: Passwords}>}): readonly string[] =>
	[passwords, ...passwordGroups.map(group => group.passwords)].flatMap(given => Object.values(given)).filter(secret => secret !== undefined);
