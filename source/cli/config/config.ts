import {type ExemptAgent} from '../../fleet/guard.js';
import {type AgentAddress} from '../../protocol/address.js';
import {type Language} from '../values.js';

/** Where a password comes from. It never stands in the file itself. `argv`: a program with its arguments; no shell reads them. */
export type PasswordSource =
	| {readonly type: 'file'; readonly path: string}
	| {readonly type: 'command'; readonly argv: readonly [string, ...string[]]};

export type PasswordSources = {readonly root: PasswordSource | undefined; readonly agent: PasswordSource | undefined};

/** How agents behind https:// are checked, and what they are shown: paths of files, as the options --tls-… name them. */
export type TlsSources = {readonly ca: string | undefined; readonly cert: string | undefined; readonly key: string | undefined; readonly insecure: boolean | undefined};

export type GroupConfig = {
	readonly agents: ReadonlyArray<{readonly address: AgentAddress; readonly passwords: PasswordSources}>;
	readonly passwords: PasswordSources;
	readonly tls: TlsSources;
	/** Whether a key that nobody has accepted yet is refused. */
	readonly strictKeys: boolean | undefined;
	/** Whether keys that were never seen are accepted, also of agents that others name. */
	readonly acceptNewKeys: boolean | undefined;
	/** Whether the other agents of its clusters are found and watched, too. */
	readonly discover: boolean | undefined;
	/** Whether operations on its tasks are offered. */
	readonly operate: boolean | undefined;
};

/** How often what is asked, in ms. */
export type Intervals = {
	/** The task on screen, while it runs. */
	readonly running: number;
	/** Whether an agent is there. */
	readonly status: number;
	/** A task at rest. */
	readonly idle: number;
	/** Who belongs to a cluster, where others are found. */
	readonly members: number;
};

/** What happens when a task fails or is finished. `onChange`: a program with its arguments. */
export type Notifications = {readonly bell: boolean; readonly title: boolean; readonly onChange: readonly [string, ...string[]] | undefined};

/** What a config file says; undefined where it says nothing. */
export type Config = {
	readonly groups: ReadonlyMap<string, GroupConfig>;
	readonly passwords: PasswordSources;
	readonly tls: TlsSources;
	readonly strictKeys: boolean | undefined;
	readonly acceptNewKeys: boolean | undefined;
	readonly discover: boolean | undefined;
	readonly lang: Language | undefined;
	/** Bytes. */
	readonly bodyLimit: number | undefined;
	readonly intervals: {readonly [name in keyof Intervals]?: number | undefined};
	readonly theme: {readonly ascii: boolean | undefined; readonly color: boolean | undefined};
	/** The keys of an action, by its name. */
	readonly keys: ReadonlyMap<string, readonly string[]>;
	readonly notifications: {readonly [name in keyof Notifications]?: Notifications[name] | undefined};
};

/** A place in the file: the keys and indexes that lead to it. */
export type ConfigPath = ReadonlyArray<string | number>;

/** A config file that was read. */
export type ConfigFile = {
	readonly path: string;
	readonly config: Config;
	/** "config.yaml:12", for messages about that place; the nearest one above it where it is not there. */
	readonly placeOf: (path: ConfigPath) => string;
};

/** The agents that the config file wants to be left alone, and where it says so. A word of caution counts whichever groups were asked for. */
export const exemptAgentsOf = (file: ConfigFile | undefined): readonly ExemptAgent[] => [...file?.config.groups ?? []].flatMap(([name, {operate, agents}]) => {
	if (!file || operate !== false) {
		return [];
	}

	const words = `${file.placeOf(['groups', name, 'operate'])} says operate: false for @${name}`;
	return agents.map(({address}) => ({address, words}));
});

/** Why an agent that is called just so in the file is to be left alone. */
export const whyNamed = (exempt: readonly ExemptAgent[], {key}: AgentAddress): string | undefined => exempt.find(({address}) => address.key === key)?.words;
