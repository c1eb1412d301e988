import {type FleetKeyPolicy, type KeyPolicy} from '../client/keys/policy.js';
import {type FleetTls, plainTls} from '../client/types.js';
import {printable} from '../lib/printable.js';
import {failure, type Result} from '../lib/result.js';
import {type AgentAddress, parseAgentAddress} from '../protocol/address.js';
import {operations} from '../protocol/operation.js';
import {overrideKeys} from '../ui/keys/resolve.js';
import {type KeyRecord, keyTable} from '../ui/keys/table.js';
import {type Config, type ConfigFile} from './config/config.js';
import {type GroupPasswords, type PasswordGroup, readGroupPasswords, type RunCommand} from './config/passwords.js';
import {printConfig} from './config/print.js';
import {addressesOf, groupsWith, isGroupName, mergeSettings, type SelectedGroup, selectGroups, type Settings} from './config/settings.js';
import {type Passwords, passwordsOfEnvironment, readConfigTls, readPasswords, readTls} from './credentials.js';
import {type DemoOptions, readDemo, type Values} from './demo-options.js';
import {type ReadTextFile} from './input-file.js';
import {type CommandName, type OptionName} from './options.js';
import {type Argument, nearest} from './parse.js';
import {type Language} from './values.js';

/** An agent as somebody wrote it. `origin`: where it was written, for the message when it is wrong. */
type Written = {readonly text: string; readonly origin: string};

const commandLine = 'the command line';

const thisMachine: Argument = {type: 'positional', value: '127.0.0.1'};

// No host has one in its name.
const separators = /[,;]/;

const splitList = (list: string): readonly string[] => list.split(separators).map(text => text.trim()).filter(text => text !== '');

/** What was meant as one agent can be a list, too. A socket's path may hold a separator, and so may a password before an @, of which no part may be taken for an agent. */
const splitAgent = (text: string): readonly string[] => text.startsWith('unix:') || text.includes('@') ? [text] : splitList(text);

const splitFile = (text: string, path: string): readonly Written[] => text
	.split(/\r\n|[\n\r]/)
	.flatMap((line, index) => splitAgent(line.replace(/(?:^|\s)#.*/, '').trim()).map(address => ({text: address, origin: `${path}:${index + 1}`})));

/** An empty one is a mistake: a variable of a script that was not set must not turn into "watch this machine". */
const splitArgument = (value: string, origin: string): readonly Written[] => {
	const list = splitAgent(value);
	return (list.length === 0 ? [value] : list).map(text => ({text, origin}));
};

const readFile = (path: string, readTextFile: ReadTextFile): Result<readonly Written[]> => {
	const shown = printable(path);
	const file = readTextFile(path);
	if (!file.ok) {
		return failure(`--agents-file ${shown}: ${file.problem}`);
	}

	const written = splitFile(file.text, shown);
	return written.length === 0 ? failure(`--agents-file ${shown}: no agent in it`) : {ok: true, value: written};
};

const readArgument = (argument: Argument, readTextFile: ReadTextFile): Result<readonly Written[]> => {
	if (argument.type === 'positional') {
		return {ok: true, value: splitArgument(argument.value, commandLine)};
	}

	if (argument.name === 'agent') {
		return {ok: true, value: splitArgument(argument.value, '--agent')};
	}

	if (argument.name === 'agents') {
		const written = splitList(argument.value).map(text => ({text, origin: '--agents'}));
		// An empty variable in a script must not turn into "watch this machine".
		return written.length === 0 ? failure('--agents: no agent in it') : {ok: true, value: written};
	}

	return argument.name === 'agents-file' ? readFile(argument.value, readTextFile) : {ok: true, value: []};
};

/** An address as messages may show it: what stands before an @ may be a password that somebody put there. */
export const withoutSecrets = (text: string): string => text.includes('@') && !text.startsWith('@') ? `***${text.slice(text.lastIndexOf('@'))}` : text;

/** The arguments, with groups that stand in one ("@prod,@test") each by itself. */
const withSingleGroups = (list: readonly Argument[]): readonly Argument[] => list.flatMap(argument => argument.type === 'positional' && argument.value.startsWith('@')
	? splitList(argument.value).map(value => ({...argument, value}))
	: [argument]);

/** Whether an argument names agents. */
export const isAddressArgument = (argument: Argument): boolean => argument.type === 'positional' || ['agent', 'agents', 'agents-file'].includes(argument.name);

/** All agents of the command line and its files in the order given, each once; without any, the agent of this machine. */
const readAddresses = (list: readonly Argument[], readTextFile: ReadTextFile): Result<readonly AgentAddress[]> => {
	const addresses = new Map<string, AgentAddress>();
	for (const argument of list.some(argument => isAddressArgument(argument)) ? list : [thisMachine]) {
		const written = readArgument(argument, readTextFile);
		if (!written.ok) {
			return written;
		}

		for (const {text, origin} of written.value) {
			const parsed = parseAgentAddress(text);
			if (!parsed.ok) {
				return failure(`bad agent "${printable(withoutSecrets(text))}" (${origin}): ${printable(parsed.problem)}`);
			}

			addresses.set(parsed.address.key, parsed.address);
		}
	}

	return {ok: true, value: [...addresses.values()]};
};

/** What is to be watched and how, before anything secret is looked at. */
type Plan = {
	readonly settings: Settings;
	/** Each once, those named by themselves first. Empty in a demo. */
	readonly addresses: readonly AgentAddress[];
	readonly groups: readonly SelectedGroup[];
	/** Those of them whose clusters' other agents are found, too. */
	readonly seeds: readonly string[];
	readonly keys: readonly KeyRecord[];
};

type PlanSurroundings = {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly readTextFile: ReadTextFile;
	readonly config: ConfigFile | undefined;
};

const isGroup = (argument: Argument): boolean => argument.type === 'positional' && isGroupName(argument.value);

/** The key table, with the keys that the file wants. */
export const readKeys = (file: ConfigFile | undefined): Result<readonly KeyRecord[]> => {
	const overridden = overrideKeys(keyTable, file?.config.keys ?? new Map());
	if (overridden.ok) {
		return {ok: true, value: overridden.table};
	}

	const {name, problem, known} = overridden;
	const guess = nearest(name, known ?? []);
	return failure(`${file?.placeOf(['keys', name]) ?? ''}: keys.${printable(name)}: ${printable(problem)}${guess === undefined ? '' : `, did you mean ${guess}?`}`);
};

const readAgents = (list: readonly Argument[], groups: readonly SelectedGroup[], readTextFile: ReadTextFile): Result<readonly AgentAddress[]> => {
	const others = list.filter(argument => !isGroup(argument));
	const named = groups.length > 0 && others.every(argument => !isAddressArgument(argument)) ? {ok: true as const, value: []} : readAddresses(others, readTextFile);
	return named.ok
		? {ok: true, value: [...new Map([...named.value, ...addressesOf(groups)].map(address => [address.key, address])).values()]}
		: named;
};

/** On the command line it is for all; in the file a group's own word beats the general one. */
const seedsOf = (addresses: readonly AgentAddress[], groups: readonly SelectedGroup[], {discover}: Settings, isAskedForAll: boolean): readonly string[] => {
	const own = new Map(groups.toReversed().flatMap(({group}) => group.agents.map(({address}) => [address.key, group.discover] as const)));
	return addresses.map(({key}) => key).filter(key => isAskedForAll || (own.get(key) ?? discover.value));
};

/** Reads the files that name agents, but runs nothing and reads no password. */
const readPlan = (written: readonly Argument[], values: Values, {env, readTextFile, config}: PlanSurroundings): Result<Plan> => {
	const list = withSingleGroups(written);
	const settings = mergeSettings(values, env, config);
	const keys = readKeys(config);
	const groups = selectGroups(list.flatMap(argument => isGroup(argument) ? [argument.value] : []), config, env);
	if (!settings.ok || !keys.ok || !groups.ok) {
		return [settings, keys, groups].find(result => !result.ok) ?? failure('');
	}

	const addresses = values.has('demo') ? {ok: true as const, value: []} : readAgents(list, groups.value, readTextFile);
	return addresses.ok
		? {ok: true, value: {
			settings: settings.value, keys: keys.value, groups: groups.value, addresses: addresses.value,
			seeds: seedsOf(addresses.value, groups.value, settings.value, values.has('discover')),
		}}
		: addresses;
};

/** Which agents to ask, and how: the same for every command that asks agents. */
export type Watched = {
	/** Empty in a demo, which brings its own. */
	readonly addresses: readonly AgentAddress[];
	/** For whoever has none of its own. */
	readonly passwords: Passwords;
	/** Agents (keys) that have passwords of their own, together where they come from one place. */
	readonly passwordGroups: readonly PasswordGroup[];
	/** Agents (keys) whose clusters' other agents are found and watched, too. */
	readonly seeds: readonly string[];
	/** Whether any are to be found; in a demo, whether those of all are. */
	readonly isDiscovering: boolean;
	/** The groups of the config file that were asked for: their agents (keys), and whether operations on their tasks are offered, where that is said. */
	readonly groups: ReadonlyArray<{readonly name: string; readonly agents: readonly string[]; readonly isOperable: boolean | undefined}>;
	/** In which agents are asked to answer. */
	readonly language: Language;
	readonly keyPolicy: FleetKeyPolicy;
	readonly tls: FleetTls;
	/** How often what is asked, in ms. */
	readonly rates: {readonly live: number; readonly status: number; readonly idle: number; readonly members: number};
	/** Bytes; longer answers are cut off. */
	readonly bodyLimit: number;
	readonly isColored: boolean;
	readonly isAscii: boolean;
	readonly demo?: DemoOptions;
};

export type Surroundings = {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly readTextFile: ReadTextFile;
	/** The config file that counts, if there is one. */
	readonly config?: ConfigFile | undefined;
	/** For passwords that programs print. */
	readonly runCommand?: RunCommand;
};

const keyOptions = {
	'strict-keys': {policy: 'strict', words: 'refuses keys that were never seen'},
	'accept-new-keys': {policy: 'accept-new', words: 'trusts keys that were never seen, but no changed ones'},
	'accept-keys': {policy: 'any', words: 'trusts any key, also a changed one'},
} as const satisfies Readonly<Partial<Record<OptionName, {readonly policy: KeyPolicy; readonly words: string}>>>;

/** What an option wants for all; undefined without one. */
const policyOfOptions = (values: Values): Result<KeyPolicy | undefined> => {
	const [first, second] = (['strict-keys', 'accept-new-keys', 'accept-keys'] as const).filter(name => values.has(name));
	return first && second
		? failure(`--${first} and --${second} exclude each other: ${[first, second].map(name => `--${name} ${keyOptions[name].words}`).join(', ')}`)
		: {ok: true, value: first && keyOptions[first].policy};
};

/** What a part of the config file wants: its own word, where it has one, else the word of what is around it. */
const policyOfFile = ({strictKeys, acceptNewKeys}: Pick<Config, 'strictKeys' | 'acceptNewKeys'>, around: KeyPolicy): KeyPolicy => {
	if (strictKeys === true) {
		return 'strict';
	}

	if (acceptNewKeys === true) {
		return 'accept-new';
	}

	return (around === 'strict' && strictKeys === false) || (around === 'accept-new' && acceptNewKeys === false) ? 'first-use' : around;
};

const strictestFirst: readonly KeyPolicy[] = ['strict', 'first-use', 'accept-new', 'any'];

/** What becomes of keys that were never seen: what an option wants for all, else what the file wants, for all and for groups. An agent in several groups takes the strictest. */
const keyPolicyOf = (values: Values, config: ConfigFile | undefined, groups: readonly SelectedGroup[]): Result<FleetKeyPolicy> => {
	const asked = policyOfOptions(values);
	if (!asked.ok || asked.value !== undefined) {
		return asked.ok ? {ok: true, value: {all: asked.value ?? 'first-use', own: new Map()}} : asked;
	}

	const all = config ? policyOfFile(config.config, 'first-use') : 'first-use';
	const own = new Map<string, KeyPolicy>();
	for (const {group} of groups) {
		const policy = policyOfFile(group, all);
		for (const {address: {key}} of group.agents) {
			own.set(key, strictestFirst.find(each => each === policy || each === own.get(key)) ?? policy);
		}
	}

	return {ok: true, value: {all, own: new Map([...own].filter(([, policy]) => policy !== all))}};
};

/** Commands whose agents are named by their addresses, and are meant as the file knows them. */
const isByName = (command: CommandName): boolean => new Set<string>([...operations, 'trust']).has(command);

/** Looking at keys takes no password; finding others does. */
const needsPasswords = (command: CommandName, values: Values): boolean => command !== 'trust' || values.has('discover');

const noCommand: RunCommand = () => ({ok: false, problem: 'is not run here'});

// An option that would silently do nothing is a mistake somebody should hear of.
const problemOfMixture = (list: readonly Argument[], values: Values): string | undefined => {
	if (!values.has('demo')) {
		const lonely = (['seed', 'speed'] as const).find(name => values.has(name));
		return lonely && `--${lonely} goes with --demo only`;
	}

	if (list.some(argument => isAddressArgument(argument))) {
		return '--demo brings its own agents; leave the others out';
	}

	const password = (['password-file', 'agent-password-file'] as const).find(name => values.has(name));
	if (password) {
		return `--demo brings its own passwords; leave --${password} out`;
	}

	const key = (['strict-keys', 'accept-new-keys', 'accept-keys', 'tls-ca', 'tls-cert', 'tls-key', 'tls-insecure'] as const).find(name => values.has(name));
	return key && `--demo brings its own keys; leave --${key} out`;
};

const commonOf = ({settings, seeds, groups}: Plan) => {
	const {lang, bodyLimit, theme, intervals: {running, status, idle, members}} = settings;
	return {
		language: lang.value,
		bodyLimit: bodyLimit.value,
		isColored: theme.color.value,
		isAscii: theme.ascii.value,
		rates: {live: running.value, status: status.value, idle: idle.value, members: members.value},
		seeds,
		groups: groups.map(({name, group}) => ({name, agents: group.agents.map(({address}) => address.key), isOperable: group.operate})),
	};
};

const isSwitch = (name: string): boolean => !['tls-ca', 'tls-cert', 'tls-key'].includes(name);

const trustOf = (values: Values) => (['tls-ca', 'tls-cert', 'tls-key', 'tls-insecure', 'strict-keys', 'accept-new-keys', 'accept-keys'] as const)
	.flatMap(name => values.has(name) ? [{name, value: isSwitch(name) ? true as const : values.get(name) ?? ''}] : []);

/** What counts, as text. Nothing secret is read. */
export const readPrinted = (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<string> => {
	const mixture = problemOfMixture(list, values);
	const plan = mixture === undefined ? readPlan(list, values, {config: undefined, ...surroundings}) : failure(mixture);
	if (!plan.ok) {
		return plan;
	}

	const policy = policyOfOptions(values);
	if (!policy.ok) {
		return policy;
	}

	const {root, agent} = passwordsOfEnvironment(surroundings.env);
	const originOf = (option: 'agent-password-file' | 'password-file', variable: string, given: string | undefined): string | undefined =>
		values.has(option) ? `--${option}` : (given === undefined ? undefined : variable);
	return {ok: true, value: printConfig({
		...plan.value,
		file: surroundings.config,
		keys: surroundings.config?.config.keys ?? new Map(),
		given: {trust: trustOf(values), root: originOf('password-file', 'OBWATCH_PASSWORD', root), agent: originOf('agent-password-file', 'OBWATCH_AGENT_PASSWORD', agent)},
	})};
};

/** Reads the files that the options and the groups of the config file name, and runs the programs that print their passwords, but touches nothing else. */
export const readWatched = (command: CommandName, list: readonly Argument[], values: Values, surroundings: Surroundings): Result<Watched & {readonly plan: Plan}> => {
	const {env, readTextFile, config, runCommand = noCommand} = surroundings;
	const mixture = problemOfMixture(list, values);
	const plan = mixture === undefined ? readPlan(list, values, {env, readTextFile, config}) : failure(mixture);
	if (!plan.ok) {
		return plan;
	}

	const keys = new Set(plan.value.addresses.map(({key}) => key));
	const ofGroups = isByName(command) ? groupsWith(config, keys) : plan.value.groups;
	const keyPolicy = keyPolicyOf(values, config, ofGroups);
	if (!keyPolicy.ok) {
		return keyPolicy;
	}

	const common = {...commonOf(plan.value), keyPolicy: keyPolicy.value};
	if (values.has('demo')) {
		const demo = readDemo(command, values);
		return demo.ok
			? {ok: true, value: {...common, plan: plan.value, isDiscovering: plan.value.settings.discover.value, addresses: [], passwords: {}, passwordGroups: [], tls: plainTls, demo: demo.value}}
			: demo;
	}

	const files = needsPasswords(command, values) ? readPasswords(values, readTextFile) : {ok: true as const, value: {}};
	if (!files.ok) {
		return files;
	}

	const given = {...passwordsOfEnvironment(env), ...files.value};
	const byOptions = readTls(values, plan.value.addresses, readTextFile);
	if (!byOptions.ok) {
		return byOptions;
	}

	const byFile: Result<FleetTls> = config && !byOptions.value ? readConfigTls(config, ofGroups, readTextFile) : {ok: true, value: plainTls};
	if (!byFile.ok) {
		return byFile;
	}

	const ofConfig: Result<GroupPasswords> = config && needsPasswords(command, values)
		? readGroupPasswords(config, ofGroups, {agents: keys, without: given, readTextFile, run: runCommand})
		: {ok: true, value: {all: {}, groups: []}};
	return ofConfig.ok
		? {ok: true, value: {
			...common,
			tls: byOptions.value ?? byFile.value,
			plan: plan.value,
			isDiscovering: plan.value.seeds.length > 0,
			addresses: plan.value.addresses,
			passwords: {...ofConfig.value.all, ...given},
			passwordGroups: ofConfig.value.groups,
		}}
		: ofConfig;
};
