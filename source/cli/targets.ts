// The agents of a command line, and their settings.

import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {type AgentAddress, parseAgentAddress} from '../protocol/address.js';
import {overrideKeys} from '../ui/keys/resolve.js';
import {type KeyRecord, keyTable} from '../ui/keys/table.js';
import {type ReadDeps} from './command.js';
import {type ConfigFile} from './config/config.js';
import {addressesOf, isGroupName, mergeSettings, type SelectedGroup, selectGroups, type Settings} from './config/settings.js';
import {failure, type Result} from './fail.js';
import {type ReadTextFile} from './input-file.js';
import {type LocalAgents} from './local-agents.js';
import {type Values} from './options.js';
import {type Argument, isAddressArgument, nearest, realPart} from './parse.js';

/** An agent as it was written. `origin`: where it was written, for the message if it is wrong. */
type Written = {readonly text: string; readonly origin: string};

/** The agents of this machine: through their sockets, else at the usual port. */
const argumentsOf = (local: LocalAgents | undefined): readonly Argument[] => local && local.usable.length > 0
	? local.usable.map(({socketPath}) => ({type: 'positional', value: `unix:${socketPath}`}))
	: [{type: 'positional', value: '127.0.0.1'}];

// No host has one in its name.
const separators = /[,;]/;

const splitList = (list: string): readonly string[] => list.split(separators).map(text => text.trim()).filter(text => text !== '');

/**
An argument for one agent can be a list, too. A socket's path may hold a separator, and so may a password before an @, of which no part may
be taken for an agent.
*/
const splitAgent = (text: string): readonly string[] => text.startsWith('unix:') || text.includes('@') ? [text] : splitList(text);

const splitFile = (text: string, path: string): readonly Written[] => text
	.split(/\r\n|[\n\r]/)
	.flatMap((line, index) => splitAgent(line.replace(/(?:^|\s)#.*/, '').trim()).map(address => ({text: address, origin: `${path}:${index + 1}`})));

/** An empty one is a mistake: an unset variable of a script must not mean "watch this machine". */
const splitArgument = (value: string, origin: string): readonly Written[] => {
	const list = splitAgent(value);
	return (list.length === 0 ? [value] : list).map(text => ({text, origin}));
};

const readFile = (path: string, readTextFile: ReadTextFile): Result<readonly Written[]> => {
	const {faults: {about}, usage: {agents}} = messages();
	const shown = printable(path);
	const file = readTextFile(path);
	if (!file.ok) {
		return failure(about(`--agents-file ${shown}`, file.problem));
	}

	const written = splitFile(file.text, shown);
	return written.length === 0 ? failure(about(`--agents-file ${shown}`, agents.none)) : {ok: true, value: written};
};

const readArgument = (argument: Argument, readTextFile: ReadTextFile): Result<readonly Written[]> => {
	if (argument.type === 'positional') {
		return {ok: true, value: splitArgument(argument.value, messages().usage.agents.commandLine)};
	}

	if (argument.name === 'agent') {
		return {ok: true, value: splitArgument(argument.value, '--agent')};
	}

	if (argument.name === 'agents') {
		const written = splitList(argument.value).map(text => ({text, origin: '--agents'}));
		// An empty variable in a script must not mean "watch this machine".
		return written.length === 0 ? failure(messages().faults.about('--agents', messages().usage.agents.none)) : {ok: true, value: written};
	}

	return argument.name === 'agents-file' ? readFile(argument.value, readTextFile) : {ok: true, value: []};
};

/** An address for messages. Text before an @ may be a password, and is masked. */
export const withoutSecrets = (text: string): string => text.includes('@') && !text.startsWith('@') ? `***${text.slice(text.lastIndexOf('@'))}` : text;

/** The arguments, with lists of groups ("@prod,@test") split. */
const withSingleGroups = (list: readonly Argument[]): readonly Argument[] => list.flatMap(argument => argument.type === 'positional' && argument.value.startsWith('@')
	? splitList(argument.value).map(value => ({...argument, value}))
	: [argument]);

/** All agents of the command line and its files in the order given, each once. */
const readAddresses = (list: readonly Argument[], readTextFile: ReadTextFile): Result<readonly AgentAddress[]> => {
	const addresses = new Map<string, AgentAddress>();
	for (const argument of list) {
		const written = readArgument(argument, readTextFile);
		if (!written.ok) {
			return written;
		}

		for (const {text, origin} of written.value) {
			const parsed = parseAgentAddress(text);
			if (!parsed.ok) {
				return failure(messages().usage.agents.bad(printable(withoutSecrets(text)), origin, printable(parsed.problem)));
			}

			addresses.set(parsed.address.key, parsed.address);
		}
	}

	return {ok: true, value: [...addresses.values()]};
};

/** What to watch and how, before any secret is read. */
export type Plan = {
	readonly settings: Settings;
	/** Each once, those named by themselves first. Empty in a demo. */
	readonly addresses: readonly AgentAddress[];
	readonly groups: readonly SelectedGroup[];
	/** The agents whose clusters are searched for other agents. */
	readonly seeds: readonly string[];
	readonly keys: readonly KeyRecord[];
	/** What was found on this machine, if no agent is named. */
	readonly local: LocalAgents | undefined;
};

const isGroup = (argument: Argument): boolean => argument.type === 'positional' && isGroupName(argument.value);

/** The key table with the config file's keys. */
export const readKeys = (file: ConfigFile | undefined): Result<readonly KeyRecord[]> => {
	const overridden = overrideKeys(keyTable, file?.config.keys ?? new Map());
	if (overridden.ok) {
		return {ok: true, value: overridden.table};
	}

	const {name, problem, known} = overridden;
	const guess = nearest(name, known ?? []);
	return failure(messages().usage.config.atKey(file?.placeOf(['keys', name]) ?? '', `keys.${printable(name)}`, messages().usage.config.guess(printable(problem), guess)));
};

const readAgents = (list: readonly Argument[], groups: readonly SelectedGroup[], readTextFile: ReadTextFile): Result<readonly AgentAddress[]> => {
	const named = readAddresses(list.filter(argument => !isGroup(argument)), readTextFile);
	return named.ok
		? {ok: true, value: [...new Map([...named.value, ...addressesOf(groups)].map(address => [address.key, address])).values()]}
		: named;
};

/** On the command line it is for all; in the file, a group's own setting overrides the general one. */
const seedsOf = (addresses: readonly AgentAddress[], groups: readonly SelectedGroup[], {discover}: Settings, isAskedForAll: boolean): readonly string[] => {
	const own = new Map(groups.toReversed().flatMap(({group}) => group.agents.map(({address}) => [address.key, group.discover] as const)));
	return addresses.map(({key}) => key).filter(key => isAskedForAll || (own.get(key) ?? discover.value));
};

// An option that would silently do nothing is a mistake to report.
const problemOfMixture = (list: readonly Argument[], values: Values): string | undefined => {
	const words = messages().usage.command;
	if (!values.has('demo')) {
		const lonely = (['seed', 'speed'] as const).find(name => values.has(name));
		return lonely && words.needs(`--${lonely}`, ['--demo']);
	}

	for (const argument of list) {
		const part = realPart(argument);
		if (argument.type === 'positional' || part === 'agents') {
			return words.demoAgents;
		}

		if (part) {
			return words[part === 'passwords' ? 'demoPasswords' : 'demoKeys'](`--${argument.name}`);
		}
	}

	return undefined;
};

/** The groups of a service that is started without agents: all that the config file has. */
const everyGroup = (file: ConfigFile | undefined): readonly SelectedGroup[] => [...file?.config.groups ?? []].map(([name, group]) => ({name, group}));

/** Reads the files that name agents, but runs nothing and reads no password. */
export const readPlan = (written: readonly Argument[], values: Values, {env, readTextFile, config, findLocalAgents}: Pick<ReadDeps, 'env' | 'readTextFile' | 'config' | 'findLocalAgents'>): Result<Plan> => {
	const mixture = problemOfMixture(written, values);
	if (mixture !== undefined) {
		return failure(mixture);
	}

	const list = withSingleGroups(written);
	const settings = mergeSettings(values, env, config);
	const keys = readKeys(config);
	const isUnnamed = !values.has('demo') && list.every(argument => !isAddressArgument(argument));
	const groups = isUnnamed && values.has('serve-metrics')
		? {ok: true as const, value: everyGroup(config)}
		: selectGroups(list.flatMap(argument => isGroup(argument) ? [argument.value] : []), config, env);
	if (!settings.ok || !keys.ok || !groups.ok) {
		return [settings, keys, groups].find(result => !result.ok) ?? failure('');
	}

	const isNamed = !isUnnamed || groups.value.length > 0;
	const local = isNamed ? undefined : findLocalAgents?.();
	const addresses = values.has('demo') ? {ok: true as const, value: []} : readAgents(isNamed ? list : [...list, ...argumentsOf(local)], groups.value, readTextFile);
	return addresses.ok
		? {ok: true, value: {
			settings: settings.value, keys: keys.value, groups: groups.value, addresses: addresses.value, local,
			seeds: seedsOf(addresses.value, groups.value, settings.value, values.has('discover')),
		}}
		: addresses;
};
