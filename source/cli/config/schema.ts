// The schema of the config file. Loaded only if there is one, because loading it takes time before the first frame.

import path from 'node:path';
import {type Document, isNode, LineCounter, parseDocument, type YAMLError} from 'yaml';
import * as z from 'zod';
import {type WebhookFormat} from '../../export/webhook-formats.js';
import {type Language, messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {parseAgentAddress} from '../../protocol/address.js';
import {type ChangeKind} from '../../store/changes.js';
import {type AgentsColumn} from '../../store/state.js';
import {failure, type Result} from '../fail.js';
import {refusedPasswordOptions} from '../options.js';
import {nearest} from '../parse.js';
import {readInterval, readLanguage, readSize, readThemeMode} from '../values.js';
import {type Config, type ConfigFile, type ConfigPath, type GroupConfig, type PasswordSource, type PasswordSources, type TlsSources, type WebhookConfig} from './config.js';

const refusedKeys: ReadonlySet<string> = new Set(refusedPasswordOptions.map(name => name.replaceAll('-', '_')));

// Only a group has them.
const groupKeys: ReadonlySet<string> = new Set(['agents', 'operate']);

const unknownKey = (key: string, known: readonly string[]): string => {
	if (refusedKeys.has(key)) {
		return messages().usage.config.password;
	}

	const {groupKey, unknownKey: unknown} = messages().usage.config;
	return groupKeys.has(key) && known.includes('groups') ? groupKey(key) : unknown(nearest(key, known));
};

/** Exactly these keys, all optional. */
const record = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, {
	error: issue => issue.code === 'unrecognized_keys' ? unknownKey(issue.keys[0] ?? '', Object.keys(shape)) : undefined,
});

/** Text (or a number, which YAML makes of "32") that a reader converts. */
const written = <T>(read: (text: string) => Result<T>) => z.union([z.string(), z.number()], {error: () => messages().usage.config.textOrNumber}).transform((value, context): T => {
	const result = read(String(value));
	if (result.ok) {
		return result.value;
	}

	context.addIssue({code: 'custom', message: messages().usage.config.badValue(printable(String(value)), result.problem)});
	return z.NEVER;
});

/** One of these names. The problem says which one it may be. */
const oneNamed = <Name extends string>(names: readonly Name[], say: (name: string, guess: string | undefined, names: readonly string[]) => string) =>
	z.string({error: () => messages().usage.value.oneOf(names)}).transform((text, context): Name => {
		const name = names.find(each => each === text);
		if (name !== undefined) {
			return name;
		}

		// "fail" may be failing or failed.
		const isOpen = names.filter(each => each.startsWith(text)).length > 1;
		context.addIssue({code: 'custom', message: say(printable(text), isOpen ? undefined : nearest(text.toLowerCase(), names), names)});
		return z.NEVER;
	});

const flag = z.boolean({error: () => messages().usage.config.trueOrFalse}).optional();

const argv = z.array(z.string({error: () => messages().usage.config.text}), {error: () => messages().usage.config.program})
	.refine((list): list is [string, ...string[]] => list[0] !== undefined && list[0] !== '', {error: () => messages().usage.value.noProgram});

const languageOf = (text: string): Result<Language> => {
	const language = readLanguage(text);
	return language ? {ok: true, value: language} : {ok: false, problem: messages().usage.value.language};
};

const addressSchema = z.string({error: () => messages().usage.config.address}).transform((text, context) => {
	const parsed = parseAgentAddress(text);
	if (parsed.ok) {
		return parsed.address;
	}

	// What stands before an @ may be a password.
	const shown = text.includes('@') ? `***${text.slice(text.lastIndexOf('@'))}` : text;
	context.addIssue({code: 'custom', message: messages().usage.agents.badInFile(printable(shown), printable(parsed.problem))});
	return z.NEVER;
});

/** The folder that paths in the file begin at, and the user's home for those that begin with "~/". */
export type Folders = {readonly own: string; readonly home: string | undefined};

const resolvePath = (text: string, {own, home}: Folders): string =>
	text.startsWith('~/') && home !== undefined ? path.join(home, text.slice(2)) : path.resolve(own, text);

// Every column, or it does not compile.
const agentsColumns: Readonly<Record<AgentsColumn, true>> = {
	agent: true, role: true, task: true, outcome: true, stage: true, why: true, time: true, zone: true, obshell: true, lock: true, started: true, usual: true,
};

const columnNames = Object.keys(agentsColumns).filter((name): name is AgentsColumn => Object.hasOwn(agentsColumns, name));

const groupName = /^[a-z\d][\w.-]*$/i;

// Here and not beside their types: this file shares no more code with others than it must, because each file of the program costs time.
export const webhookFormats = ['dingtalk', 'feishu', 'wecom', 'slack', 'json'] as const satisfies readonly WebhookFormat[];

export const changeKinds = ['started', 'failing', 'failed', 'finished', 'unreachable', 'access', 'database'] as const satisfies readonly ChangeKind[];

/** Those that a webhook is for if the file does not say. An upgrade or a stop takes databases down on purpose. */
const usualKinds = changeKinds.filter(kind => kind !== 'started' && kind !== 'database');

// A token of a service's: DingTalk's "SEC…", a long word of mixed letters and digits, or a UUID. Such a file can be named with "./" before it.
const secretLike = /^(?:SEC[\da-z]{16,}|[\da-f]{32,}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{20,})$/;

/** The path of a file with a secret. The problem must not show it if it is that secret. `urlProblem`: if it is a URL. */
const pathOfSecret = (folders: Folders, urlProblem: string) => {
	const {filePath, noFile, secretForFile} = messages().usage.config;
	return z.string({error: filePath}).min(1, {error: noFile})
		.refine(text => !/^(?:[a-z][a-z\d+.-]*:\/\/|https?:)/i.test(text.trim()), {error: urlProblem})
		.refine(text => !secretLike.test(text.trim()), {error: secretForFile})
		.transform(text => resolvePath(text, folders));
};

/** Webhooks, each with a name: its own, or its format and a number if several have it. */
const webhooksSchema = (folders: Folders) => {
	const {config: words} = messages().webhooks;
	const {urlInstead, urlForFile} = messages().usage.config;
	const file = pathOfSecret(folders, urlInstead);
	const webhook = record({
		name: z.string().regex(groupName, {error: words.name}).optional(),
		format: oneNamed(webhookFormats, words.format),
		on: z.array(oneNamed(changeKinds, words.kind)).min(1, {error: words.noKind(changeKinds)}).optional(),
		url_file: pathOfSecret(folders, urlForFile),
		secret_file: file.optional(),
		tls_ca: file.optional(),
	}).transform(({name, format, on = usualKinds, url_file: urlFile, secret_file: secretFile, tls_ca: ca}, context) => {
		if (secretFile !== undefined && format !== 'dingtalk' && format !== 'feishu') {
			context.addIssue({code: 'custom', message: words.secret(format), path: ['secret_file']});
		}

		return {name, format, on, urlFile, secretFile, ca};
	});
	return z.array(webhook, {error: words.list}).transform((list, context): readonly WebhookConfig[] => {
		const names = new Set<string>();
		return list.map(({name, ...item}, index) => {
			const number = list.slice(0, index + 1).filter(other => other.name === undefined && other.format === item.format).length;
			const own = name ?? (number > 1 ? `${item.format}-${number}` : item.format);
			if (names.has(own)) {
				context.addIssue({code: 'custom', message: words.sameName, path: [index, 'name']});
			}

			names.add(own);
			return {...item, name: own};
		});
	});
};

type TlsKeys = {readonly tls_ca?: string | undefined; readonly tls_cert?: string | undefined; readonly tls_key?: string | undefined; readonly tls_insecure?: boolean | undefined};

const tlsOf = ({tls_ca: ca, tls_cert: cert, tls_key: key, tls_insecure: insecure}: TlsKeys): TlsSources => ({ca, cert, key, insecure});

const schemaFor = (folders: Folders) => {
	const words = messages().usage.config;
	const file = z.string({error: words.filePath}).min(1, {error: words.noFile}).transform((text): PasswordSource => ({type: 'file', path: resolvePath(text, folders)}));
	const command = argv.transform((list): PasswordSource => ({type: 'command', argv: list}));
	const passwordKeys = {
		password_file: file.optional(), password_command: command.optional(), agent_password_file: file.optional(), agent_password_command: command.optional(),
	};
	const pem = z.string({error: words.filePath}).min(1, {error: words.noFile}).transform(text => resolvePath(text, folders)).optional();
	const trustKeys = {tls_ca: pem, tls_cert: pem, tls_key: pem, tls_insecure: flag, strict_keys: flag, accept_new_keys: flag};
	type PasswordKeys = Readonly<Partial<Record<keyof typeof passwordKeys, PasswordSource | undefined>>>;

	type Context = {readonly addIssue: (issue: {code: 'custom'; message: string; path: string[]}) => void};

	const sourcesOf = (keys: PasswordKeys, context: Context): PasswordSources => {
		const oneOf = (prefix: string, own: PasswordSource | undefined, program: PasswordSource | undefined): PasswordSource | undefined => {
			if (own && program) {
				context.addIssue({code: 'custom', message: words.twoSources(prefix), path: [`${prefix}password_command`]});
			}

			return own ?? program;
		};

		return {
			root: oneOf('', keys.password_file, keys.password_command),
			agent: oneOf('agent_', keys.agent_password_file, keys.agent_password_command),
		};
	};

	const keysOf = ({strict_keys: strictKeys, accept_new_keys: acceptNewKeys}: {readonly strict_keys?: boolean | undefined; readonly accept_new_keys?: boolean | undefined}, context: Context): Pick<GroupConfig, 'strictKeys' | 'acceptNewKeys'> => {
		if (strictKeys === true && acceptNewKeys === true) {
			context.addIssue({code: 'custom', message: words.twoPolicies, path: ['accept_new_keys']});
		}

		return {strictKeys, acceptNewKeys};
	};

	const agent = z.preprocess(
		value => typeof value === 'string' ? {address: value} : value,
		record({address: addressSchema, ...passwordKeys}).transform((keys, context) => ({address: keys.address, passwords: sourcesOf(keys, context)})),
	);
	const group = record({
		agents: z.array(agent, {error: words.agents}).min(1, {error: messages().usage.agents.none}),
		...passwordKeys,
		...trustKeys,
		discover: flag,
		operate: flag,
	}).transform((keys, context): GroupConfig => ({
		agents: keys.agents, passwords: sourcesOf(keys, context), tls: tlsOf(keys), ...keysOf(keys, context), discover: keys.discover, operate: keys.operate,
	}));
	// An agent's row begins with its name, and so does what it says of its troubles.
	const columns = z.array(oneNamed(columnNames, words.column), {error: words.columns}).min(1, {error: words.columns}).transform((list, context): readonly AgentsColumn[] => {
		const again = list.findIndex((name, index) => list.indexOf(name) < index);
		if (again !== -1) {
			context.addIssue({code: 'custom', message: words.columnTwice(list[again] ?? ''), path: [again]});
		}

		if (list.indexOf('agent') > 0) {
			context.addIssue({code: 'custom', message: words.columnFirst, path: [list.indexOf('agent')]});
		}

		return list[0] === 'agent' ? list : ['agent', ...list];
	});
	const duration = written(readInterval).optional();
	const keyNames = z.union([z.string().transform(key => [key]), z.array(z.string())], {error: words.keyNames});

	return record({
		groups: z.record(
			z.string().regex(groupName, {error: words.groupName}),
			group,
			{error: issue => issue.code === 'invalid_type' ? words.groups : undefined},
		).optional(),
		...passwordKeys,
		...trustKeys,
		discover: flag,
		usual: flag,
		lang: written(languageOf).optional(),
		body_limit: written(readSize).optional(),
		intervals: record({running: duration, status: duration, idle: duration, members: duration}).optional(),
		agents_columns: columns.optional(),
		theme: record({ascii: flag, color: flag, mode: written(readThemeMode).optional()}).optional(),
		mouse: flag,
		keys: z.record(z.string(), keyNames, {error: issue => issue.code === 'invalid_type' ? words.keys : undefined}).optional(),
		notifications: record({bell: flag, title: flag, on_change: argv.optional(), webhooks: webhooksSchema(folders).optional()}).optional(),
	}).transform(({groups = {}, keys = {}, lang, discover, usual, mouse, body_limit: bodyLimit, intervals = {}, theme = {}, agents_columns: chosen, notifications = {}, ...others}, context): Config => ({
		groups: new Map(Object.entries(groups)),
		passwords: sourcesOf(others, context),
		tls: tlsOf(others),
		...keysOf(others, context),
		discover, usual, lang, bodyLimit, intervals, mouse,
		columns: chosen,
		theme: {ascii: theme.ascii, color: theme.color, mode: theme.mode},
		keys: new Map(Object.entries(keys)),
		notifications: {bell: notifications.bell, title: notifications.title, onChange: notifications.on_change},
		webhooks: notifications.webhooks ?? [],
	}));
};

/** The first thing that is wrong: where, and in a few words. */
export type ConfigProblem = {readonly path: ReadonlyArray<string | number>; readonly words: string};

// Never the value: a password file may have been taken for this one.
const typeOf = (value: unknown): string => {
	if (value === null || value === undefined) {
		return 'nothing';
	}

	return Array.isArray(value) ? 'array' : typeof value;
};

/** The name of a type in a message. */
const typeName = (type: string): string => new Map(Object.entries(messages().usage.config.types)).get(type === 'record' ? 'object' : type) ?? type;

/** A mistyped key comes first: what is missing may be what it was meant to be. */
const problemOf = ({issues}: z.ZodError): ConfigProblem => {
	const issue = issues.find(({code}) => code === 'unrecognized_keys') ?? issues[0];
	const at = (issue?.path ?? []).map(part => typeof part === 'number' ? part : String(part));
	if (issue?.code === 'unrecognized_keys') {
		return {path: [...at, ...issue.keys.slice(0, 1)], words: issue.message};
	}

	return {path: at, words: issue?.code === 'invalid_key' ? issue.issues[0]?.message ?? issue.message : issue?.message ?? messages().usage.config.wrong};
};

/** What a parsed file says, or the first thing that is wrong with it. An empty file says nothing, which is fine. */
export const readConfig = (value: unknown, folders: Folders): {readonly ok: true; readonly config: Config} | {readonly ok: false; readonly problem: ConfigProblem} => {
	const parsed = schemaFor(folders).safeParse(value ?? {}, {
		error: issue => issue.code === 'invalid_type' ? messages().usage.config.expected(typeName(issue.expected), typeName(typeOf(issue.input))) : undefined,
	});
	return parsed.success ? {ok: true, config: parsed.data} : {ok: false, problem: problemOf(parsed.error)};
};

/** "groups.prod.agents[1]". */
const pathText = (parts: ConfigPath): string => printable(parts.map((part, index) => {
	if (typeof part === 'number') {
		return `[${part}]`;
	}

	return index === 0 ? part : `.${part}`;
}).join(''));

/** An agent that is plain text has no address key inside. */
const asWritten = (document: Document.Parsed, parts: ConfigPath): ConfigPath => {
	const around = parts.slice(0, -1);
	return typeof document.getIn(around) === 'string' ? around : parts;
};

const lineIn = (document: Document.Parsed, counter: LineCounter, parts: ConfigPath): number | undefined => {
	for (let {length} = parts; length >= 0; length--) {
		const node: unknown = document.getIn(parts.slice(0, length), true);
		if (isNode(node) && node.range) {
			const [start] = node.range;
			return counter.linePos(start).line;
		}
	}

	return undefined;
};

/** The reader's own texts are in English, and in words of the YAML specification. */
const yamlText = ({code, message}: YAMLError): string => {
	const {config} = messages().usage;
	const known: Readonly<Record<string, string>> = config.yaml;
	if (code === 'MISSING_CHAR') {
		return message.startsWith('Missing closing') ? messages().usage.value.unclosedQuote : (message.startsWith('Implicit map keys') ? config.noColon : config.notYaml(code));
	}

	return code === 'BAD_INDENT' && message.startsWith('Flow ') ? config.unclosedBracket : known[code] ?? config.notYaml(code);
};

/** Reads the text of a config file. The problem is one line with the file's name, the line, and the place in the file. */
export const parseConfig = (file: string, text: string, home: string | undefined): Result<ConfigFile> => {
	const counter = new LineCounter();
	const document = parseDocument(text, {lineCounter: counter, prettyErrors: false, version: '1.2', schema: 'core', merge: false});
	const name = printable(path.basename(file));
	const {faults: {about}, usage: {config}} = messages();
	const [error] = [...document.errors, ...document.warnings];
	if (error) {
		return failure(about(`${name}:${counter.linePos(error.pos[0]).line}`, yamlText(error)));
	}

	const placeOf = (parts: ConfigPath): string => {
		const line = lineIn(document, counter, parts);
		return line === undefined ? name : `${name}:${line}`;
	};

	let value: unknown;
	try {
		value = document.toJS({maxAliasCount: 100});
	} catch {
		// Aliases without an anchor, or far too many of them.
		return failure(about(name, config.yaml.BAD_ALIAS));
	}

	const read = readConfig(value, {own: path.dirname(path.resolve(file)), home});
	if (!read.ok) {
		const {path: full, words} = read.problem;
		const place = asWritten(document, full);
		return failure(place.length === 0 ? about(placeOf(place), words) : config.atKey(placeOf(place), pathText(place), words));
	}

	return {ok: true, value: {path: file, config: read.config, placeOf}};
};
