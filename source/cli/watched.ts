// How the agents of a command line are watched: their passwords, keys and certificates.

import process from 'node:process';
import {type PinNotice, pinNoticeText} from '../client/keys/messages.js';
import {type FleetKeyPolicy, type KeyPolicy, openPins} from '../client/keys/pinning.js';
import {type FleetTls, plainTls} from '../client/types.js';
import {type OpenFleet, type OpenFleetDeps} from '../fleet/open.js';
import {randomBytes, systemClock} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {type AgentAddress} from '../protocol/address.js';
import {operations} from '../protocol/operation.js';
import {type AgentsColumn} from '../store/state.js';
import {type ThemeMode} from '../ui/theme.js';
import {type ReadDeps} from './command.js';
import {type Config, type ConfigFile} from './config/config.js';
import {type GroupPasswords, type PasswordGroup, readGroupPasswords, type RunCommand} from './config/passwords.js';
import {groupsWith, type SelectedGroup} from './config/settings.js';
import {type Passwords, passwordsOfEnvironment, readConfigTls, readPasswords, readTls} from './credentials.js';
import {failure, type Result, usageLine} from './fail.js';
import {type LocalAgents} from './local-agents.js';
import {type CommandName, type OptionName, type Values} from './options.js';
import {type Argument} from './parse.js';
import {type Plan, readPlan} from './targets.js';
import {type DemoOptions, readDemo} from './values.js';

/** Which agents to query, and how: the same for every command that queries agents. */
export type Watched = {
	/** Empty in a demo, which brings its own. */
	readonly addresses: readonly AgentAddress[];
	/** For agents without passwords of their own. */
	readonly passwords: Passwords;
	/** Agents (keys) with passwords of their own, grouped by source. */
	readonly passwordGroups: readonly PasswordGroup[];
	/** Agents (keys) whose clusters' other agents are found and watched, too. */
	readonly seeds: readonly string[];
	/** Whether any are to be found; in a demo, whether those of all are. */
	readonly isDiscovering: boolean;
	/** The selected groups of the config file: their agents (keys), and whether operations on their tasks are allowed, if set. */
	readonly groups: ReadonlyArray<{readonly name: string; readonly agents: readonly string[]; readonly isOperable: boolean | undefined}>;
	readonly keyPolicy: FleetKeyPolicy;
	readonly tls: FleetTls;
	/** Poll intervals in ms. */
	readonly rates: {readonly live: number; readonly status: number; readonly idle: number; readonly members: number};
	/** Whether earlier runs of tasks are read, kept and used. */
	readonly keepsRuns: boolean;
	/** Bytes; longer responses are cut off. */
	readonly bodyLimit: number;
	readonly isColored: boolean;
	readonly isAscii: boolean;
	readonly themeMode: ThemeMode;
	/** Of the agents table; undefined: the usual ones. */
	readonly columns: readonly AgentsColumn[] | undefined;
	readonly hasMouse: boolean;
	readonly demo?: DemoOptions;
	/** What was found on this machine, if no agent is named. */
	readonly local?: LocalAgents | undefined;
};

const keyOptions = {
	'strict-keys': {policy: 'strict', text: 'strictKeys'},
	'accept-new-keys': {policy: 'accept-new', text: 'acceptNewKeys'},
	'accept-keys': {policy: 'any', text: 'acceptKeys'},
} as const satisfies Readonly<Partial<Record<OptionName, {readonly policy: KeyPolicy; readonly text: string}>>>;

/** An option's setting for all; undefined without one. */
export const policyOfOptions = (values: Values): Result<KeyPolicy | undefined> => {
	const words = messages().usage.command;
	const [first, second] = (['strict-keys', 'accept-new-keys', 'accept-keys'] as const).filter(name => values.has(name));
	return first && second
		? failure(words.exclude(`--${first}`, `--${second}`, words[keyOptions[first].text], words[keyOptions[second].text]))
		: {ok: true, value: first && keyOptions[first].policy};
};

/** The setting of a part of the config file: its own, else that of the part around it. */
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

/**
What to do with keys that were never seen: an option's setting for all, else the file's, for all and for groups. The strictest group of an
agent counts.
*/
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

/** Commands whose agents are named by their addresses, with the settings that the file has for them. */
const isByName = (command: CommandName): boolean => new Set<string>([...operations, 'trust']).has(command);

/** Looking at keys needs no password; finding other agents does. */
const needsPasswords = (command: CommandName, values: Values): boolean => command !== 'trust' || values.has('discover');

const noCommand: RunCommand = () => ({ok: false, problem: messages().usage.secrets.programNotRun});

const commonOf = ({settings, seeds, groups, local}: Plan) => {
	const {bodyLimit, usual, theme, columns, mouse, intervals: {running, status, idle, members}} = settings;
	return {
		bodyLimit: bodyLimit.value,
		keepsRuns: usual.value,
		isColored: theme.color.value,
		isAscii: theme.ascii.value,
		themeMode: theme.mode.value,
		columns: columns.value,
		hasMouse: mouse.value,
		rates: {live: running.value, status: status.value, idle: idle.value, members: members.value},
		seeds,
		local,
		groups: groups.map(({name, group}) => ({name, agents: group.agents.map(({address}) => address.key), isOperable: group.operate})),
	};
};

/** Reads the files that the options and the groups of the config file name, and runs the programs that print their passwords, but touches nothing else. */
export const readPlanned = (command: CommandName, plan: Plan, values: Values, {env, readTextFile, config, runCommand = noCommand}: ReadDeps): Result<Watched> => {
	const keys = new Set(plan.addresses.map(({key}) => key));
	const ofGroups = isByName(command) ? groupsWith(config, keys) : plan.groups;
	const keyPolicy = keyPolicyOf(values, config, ofGroups);
	if (!keyPolicy.ok) {
		return keyPolicy;
	}

	const common = {...commonOf(plan), keyPolicy: keyPolicy.value};
	if (values.has('demo')) {
		const demo = readDemo(command, values);
		return demo.ok
			? {ok: true, value: {...common, isDiscovering: plan.settings.discover.value, addresses: [], passwords: {}, passwordGroups: [], tls: plainTls, demo: demo.value}}
			: demo;
	}

	const files = needsPasswords(command, values) ? readPasswords(values, readTextFile) : {ok: true as const, value: {}};
	if (!files.ok) {
		return files;
	}

	const given = {...passwordsOfEnvironment(env), ...files.value};
	const byOptions = readTls(values, plan.addresses, readTextFile);
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
			isDiscovering: plan.seeds.length > 0,
			addresses: plan.addresses,
			passwords: {...ofConfig.value.all, ...given},
			passwordGroups: ofConfig.value.groups,
		}}
		: ofConfig;
};

/** The same, with the agents and settings that the command line names. */
export const readWatched = (command: CommandName, list: readonly Argument[], values: Values, deps: ReadDeps): Result<Watched> => {
	const plan = readPlan(list, values, deps);
	return plan.ok ? readPlanned(command, plan.value, values, deps) : plan;
};

// The common part of commands without a screen: the user's known keys, and a fleet that is watched while they run.

/** A short key is reported only when its agent is new, so that a script that runs every minute does not repeat it. */
const withoutRepeats = (news: readonly PinNotice[]): readonly PinNotice[] => {
	const met = new Set(news.flatMap(item => item.type === 'pinned' ? [item.agent] : []));
	return news.filter(item => item.type !== 'short-key' || met.has(item.agent));
};

type FleetExtras = Pick<OpenFleetDeps, 'audit' | 'guard' | 'looksBack' | 'recorder' | 'runs'>;

/** Watches a fleet while something runs on it. At the end, one line on stderr reports what is new about the agents' keys. */
export const withFleet = async (watched: Watched, extras: FleetExtras, run: (open: OpenFleet) => Promise<number>): Promise<number> => {
	// The monitor reads its options here, too, and must not wait for an HTTP client before its first frame.
	const {openFleet} = await import('../fleet/open.js');
	const news: PinNotice[] = [];
	const pins = openPins({
		env: process.env, takesAny: watched.keyPolicy.all === 'any', now: systemClock.now, onNotice(item) {
			news.push(item);
		},
	});
	const open = await openFleet({...watched, ...extras, pins, clock: systemClock, randomBytes, random: Math.random});
	try {
		return await run(open);
	} finally {
		await open.stop();
		const said = withoutRepeats(news);
		if (said.length > 0) {
			process.stderr.write(`${usageLine(pinNoticeText(said))}\n`);
		}
	}
};
