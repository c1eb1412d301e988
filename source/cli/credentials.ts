import process from 'node:process';
import {type FleetTls, type TlsSettings} from '../client/types.js';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {type AgentAddress} from '../protocol/address.js';
import {type ConfigFile, type TlsSources} from './config/config.js';
import {type SelectedGroup} from './config/settings.js';
import {failure, type Result, usageLine} from './fail.js';
import {problemOfSecretFile, type ReadTextFile, type TextFile} from './input-file.js';
import {type Values} from './options.js';

/** An empty string is a password; undefined was not given. */
export type Passwords = {readonly root?: string; readonly agent?: string};

export type PasswordKind = keyof Passwords;

const anyLineEnd = /\r\n|[\n\r]/;

/**
The password in a file or in a program's output: the first line, without its line end. One empty line is the empty password, which root@sys
can have and an agent cannot; no line at all, or an empty one above others, is a mistake. The problem contains nothing of the text.
*/
export const passwordIn = (kind: PasswordKind, text: string): Result<string> => {
	const [password = '', ...below] = text.split(anyLineEnd);
	if (password !== '') {
		return {ok: true, value: password};
	}

	if (kind === 'agent') {
		return failure(messages().usage.secrets.emptyAgentPassword);
	}

	return below.length === 1 && below[0] === '' ? {ok: true, value: ''} : failure(messages().usage.secrets.emptyFirstLine);
};

/**
The text of a file with a secret. One that others can read is refused, as ssh refuses such a private key: its password makes the reader
root@sys. `where`: the start of the problem's text.
*/
const readSecretFile = (where: string, path: string, readTextFile: ReadTextFile): Result<string> => {
	const file = readTextFile(path);
	if (!file.ok) {
		return failure(messages().faults.about(where, file.problem));
	}

	const exposed = problemOfSecretFile(path, file);
	return exposed === undefined ? {ok: true, value: file.text} : failure(messages().faults.about(where, exposed));
};

/** The first line of such a file, which must not be empty. */
export const readSecretLine = (where: string, path: string, readTextFile: ReadTextFile): Result<string> => {
	const text = readSecretFile(where, path, readTextFile);
	if (!text.ok) {
		return text;
	}

	const [line = ''] = text.value.split(anyLineEnd, 1);
	return line.trim() === '' ? failure(messages().faults.about(where, messages().usage.secrets.empty)) : {ok: true, value: line.trim()};
};

/** The password in such a file. */
export const readPasswordFile = (kind: PasswordKind, where: string, path: string, readTextFile: ReadTextFile): Result<string> => {
	const words = messages().usage.secrets;
	const text = readSecretFile(where, path, readTextFile);
	if (!text.ok) {
		return text;
	}

	if (text.value === '') {
		return failure(messages().faults.about(where, kind === 'root' ? words.emptyRoot : words.empty));
	}

	const password = passwordIn(kind, text.value);
	return password.ok ? password : failure(messages().faults.about(where, password.problem));
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

/** The secrets in a command's options. */
export type Secrets = {
	readonly passwords?: Passwords;
	readonly passwordGroups?: ReadonlyArray<{readonly passwords: Passwords}>;
	readonly webhooks?: ReadonlyArray<{readonly url: string; readonly secret: string | undefined}>;
};

/** All secrets in use, for redaction. */
export const secretsOf = ({passwords = {}, passwordGroups = [], webhooks = []}: Secrets): readonly string[] => [
	...[passwords, ...passwordGroups.map(group => group.passwords)].flatMap(given => Object.values(given)),
	...webhooks.flatMap(({url, secret}) => [url, new URL(url).pathname + new URL(url).search, secret]),
].filter(secret => secret !== undefined);

type Name = 'ca' | 'cert' | 'key';

const names: readonly Name[] = ['ca', 'cert', 'key'];

// Both take long to load, and are rarely needed before the first frame.
const crypto = () => process.getBuiltinModule('node:crypto');

const tls = () => process.getBuiltinModule('node:tls');

const isReadable = (read: () => unknown): boolean => {
	try {
		read();
		return true;
	} catch {
		return false;
	}
};

// OpenSSL would use the first certificate of an incomplete bundle without a message.
const problemOfCertificates = (text: string): string | undefined => {
	const blocks = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? [];
	return blocks.length > 0 && blocks.every(block => isReadable(() => new (crypto().X509Certificate)(block))) ? undefined : messages().usage.secrets.noCertificate;
};

const problemOfKey = (text: string): string | undefined => {
	if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
		return messages().usage.secrets.lockedKey;
	}

	return isReadable(() => crypto().createPrivateKey(text)) ? undefined : messages().usage.secrets.noKey;
};

const problemOfText = (name: Name, text: string): string | undefined => name === 'key' ? problemOfKey(text) : problemOfCertificates(text);

const problemOfFile = (name: Name, path: string, file: TextFile): string | undefined => {
	const problem = file.ok ? problemOfText(name, file.text) : file.problem;
	const exposed = name === 'key' && file.ok ? problemOfSecretFile(path, file) : undefined;
	return exposed ?? problem;
};

/**
Reads TLS settings and checks them as far as possible without an agent. `nameOf`: the name of each setting at its source ("--tls-ca"). The
problem names the setting and its file, never anything of its text.
*/
const readSources = (sources: TlsSources, nameOf: (name: keyof TlsSources) => string, readTextFile: ReadTextFile): Result<TlsSettings> => {
	const words = messages().usage.secrets;
	const isUnchecked = sources.insecure === true;
	// The text before the first one is not part of any.
	const bare = (name: keyof TlsSources): string => nameOf(name).replace(/^.*(?:: |：)/, '');
	if (isUnchecked && sources.ca !== undefined) {
		return failure(words.exclude(nameOf('ca'), bare('insecure')));
	}

	if ((sources.cert === undefined) !== (sources.key === undefined)) {
		return failure(words.together(nameOf('cert'), bare('key'), bare(sources.cert === undefined ? 'cert' : 'key')));
	}

	const texts = new Map<Name, string>();
	for (const name of names) {
		const path = sources[name];
		if (path === undefined) {
			continue;
		}

		const file = readTextFile(path);
		const problem = problemOfFile(name, path, file);
		if (problem !== undefined || !file.ok) {
			return failure(messages().faults.about(`${nameOf(name)} ${printable(path)}`, problem ?? ''));
		}

		texts.set(name, file.text);
	}

	const [authorities, certificate, key] = names.map(name => texts.get(name));
	if (!isReadable(() => tls().createSecureContext({cert: certificate, key}))) {
		return failure(words.otherKey(nameOf('key'), bare('cert')));
	}

	return {ok: true, value: {...(authorities !== undefined && {authorities}), ...(certificate !== undefined && {certificate}), ...(key !== undefined && {key}), isUnchecked}};
};

const isSaid = ({ca, cert, key, insecure}: TlsSources): boolean => [ca, cert, key, insecure].some(value => value !== undefined);

/** The certificates in a file, which anyone may read. */
export const readAuthorities = (where: string, path: string, readTextFile: ReadTextFile): Result<string> => {
	const file = readTextFile(path);
	const problem = problemOfFile('ca', path, file);
	return problem === undefined && file.ok ? {ok: true, value: file.text} : failure(messages().faults.about(where, problem ?? ''));
};

/** The TLS options; undefined without any. */
export const readTls = (values: Values, addresses: readonly AgentAddress[], readTextFile: ReadTextFile): Result<TlsSettings | undefined> => {
	const sources: TlsSources = {ca: values.get('tls-ca'), cert: values.get('tls-cert'), key: values.get('tls-key'), insecure: values.has('tls-insecure') || undefined};
	if (!isSaid(sources)) {
		return {ok: true, value: undefined};
	}

	const read = readSources(sources, name => `--tls-${name}`, readTextFile);
	if (read.ok && addresses.every(address => address.type === 'unix' || !address.secure)) {
		const given = (['ca', 'cert', 'key', 'insecure'] as const).find(name => sources[name] !== undefined);
		return failure(messages().usage.secrets.noTlsAgent(`--tls-${given ?? ''}`));
	}

	return read;
};

/** A group's own authorities override the general ones, and so does its client certificate. */
const merged = (own: TlsSources, {ca, cert, key, insecure}: TlsSources): TlsSources => ({
	...(own.ca === undefined && own.insecure === undefined ? {ca, insecure} : {ca: own.ca, insecure: own.insecure}),
	...(own.cert === undefined && own.key === undefined ? {cert, key} : {cert: own.cert, key: own.key}),
});

/** The TLS settings of a config file, for all and for the agents of groups. Of an agent in several groups the first one counts. */
export const readConfigTls = (file: ConfigFile, groups: readonly SelectedGroup[], readTextFile: ReadTextFile): Result<FleetTls> => {
	const common = readSources(file.config.tls, name => messages().faults.about(file.placeOf([`tls_${name}`]), `tls_${name}`), readTextFile);
	if (!common.ok) {
		return common;
	}

	const own = new Map<string, TlsSettings>();
	for (const {name, group} of groups.toReversed()) {
		if (!isSaid(group.tls)) {
			continue;
		}

		const read = readSources(merged(group.tls, file.config.tls), key => messages().faults.about(file.placeOf(['groups', name, `tls_${key}`]), `tls_${key}`), readTextFile);
		if (!read.ok) {
			return read;
		}

		for (const {address} of group.agents) {
			own.set(address.key, read.value);
		}
	}

	return {ok: true, value: {...common.value, own}};
};

/** Warns on stderr if some agents' certificates are not checked. On the screen a line says so all the time. */
export const warnOfUncheckedCertificates = ({addresses, tls: {isUnchecked, own}}: {readonly addresses: readonly AgentAddress[]; readonly tls: FleetTls}): void => {
	if (addresses.some(address => address.type === 'tcp' && address.secure && (own?.get(address.key)?.isUnchecked ?? isUnchecked))) {
		process.stderr.write(`${usageLine(messages().usage.command.uncheckedCertificates)}\n`);
	}
};
