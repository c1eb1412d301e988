import {type WebhookFormat} from '../../export/webhook-formats.js';
import {type ExemptAgent} from '../../fleet/guard.js';
import {type Language, messages} from '../../lib/messages/messages.js';
import {type AgentAddress} from '../../protocol/address.js';
import {type ChangeKind} from '../../store/changes.js';
import {type AgentsColumn} from '../../store/state.js';
import {type ThemeMode} from '../../ui/theme.js';

/** Where a password comes from. It is never in the file itself. `argv`: a program with its arguments, run without a shell. */
export type PasswordSource =
	| {readonly type: 'file'; readonly path: string}
	| {readonly type: 'command'; readonly argv: readonly [string, ...string[]]};

export type PasswordSources = {readonly root: PasswordSource | undefined; readonly agent: PasswordSource | undefined};

/** How agents behind https:// are verified, and the client certificate: paths of files, like those of --tls-… options. */
export type TlsSources = {readonly ca: string | undefined; readonly cert: string | undefined; readonly key: string | undefined; readonly insecure: boolean | undefined};

export type GroupConfig = {
	readonly agents: ReadonlyArray<{readonly address: AgentAddress; readonly passwords: PasswordSources}>;
	readonly passwords: PasswordSources;
	readonly tls: TlsSources;
	/** Whether to refuse keys that were not accepted yet. */
	readonly strictKeys: boolean | undefined;
	/** Whether to accept keys that were never seen, even of found agents. */
	readonly acceptNewKeys: boolean | undefined;
	/** Whether to find and watch the other agents of its clusters. */
	readonly discover: boolean | undefined;
	/** Whether to offer operations on its tasks. */
	readonly operate: boolean | undefined;
};

/** Poll intervals in ms. */
export type Intervals = {
	/** The running task on screen. */
	readonly running: number;
	/** Whether an agent is alive. */
	readonly status: number;
	/** Tasks that do not run. */
	readonly idle: number;
	/** The members of a cluster, if discovery is on. */
	readonly members: number;
};

/** What to do when a task fails or ends. `onChange`: a program with its arguments. */
export type Notifications = {readonly bell: boolean; readonly title: boolean; readonly onChange: readonly [string, ...string[]] | undefined};

/** A webhook: whether and where its URL, its secret and its authorities are, as paths of files. */
export type WebhookConfig = {
	readonly name: string;
	readonly format: WebhookFormat;
	readonly on: readonly ChangeKind[];
	readonly urlFile: string;
	readonly secretFile: string | undefined;
	readonly ca: string | undefined;
};

/** The contents of a config file; undefined means not set. */
export type Config = {
	readonly groups: ReadonlyMap<string, GroupConfig>;
	readonly passwords: PasswordSources;
	readonly tls: TlsSources;
	readonly strictKeys: boolean | undefined;
	readonly acceptNewKeys: boolean | undefined;
	readonly discover: boolean | undefined;
	readonly usual: boolean | undefined;
	readonly lang: Language | undefined;
	/** Bytes. */
	readonly bodyLimit: number | undefined;
	readonly intervals: {readonly [name in keyof Intervals]?: number | undefined};
	readonly theme: {readonly ascii: boolean | undefined; readonly color: boolean | undefined; readonly mode: ThemeMode | undefined};
	/** Of the agents table, in order. */
	readonly columns: readonly AgentsColumn[] | undefined;
	/** Whether to handle the mouse. */
	readonly mouse: boolean | undefined;
	/** The keys of an action, by its name. */
	readonly keys: ReadonlyMap<string, readonly string[]>;
	readonly notifications: {readonly [name in keyof Notifications]?: Notifications[name] | undefined};
	readonly webhooks: readonly WebhookConfig[];
};

/** A place in the file: the keys and indexes that lead to it. */
export type ConfigPath = ReadonlyArray<string | number>;

/** A config file that was read. */
export type ConfigFile = {
	readonly path: string;
	readonly config: Config;
	/** "config.yaml:12", for messages about that place; if it is not in the file, the nearest one above it. */
	readonly placeOf: (path: ConfigPath) => string;
};

/** The agents that the config file exempts from operations, and where. An exemption counts even if its group was not selected. */
export const exemptAgentsOf = (file: ConfigFile | undefined): readonly ExemptAgent[] => [...file?.config.groups ?? []].flatMap(([name, {operate, agents}]) => {
	if (!file || operate !== false) {
		return [];
	}

	const words = messages().usage.config.exempt(file.placeOf(['groups', name, 'operate']), name);
	return agents.map(({address}) => ({address, words}));
});

/** Where the file exempts an agent under exactly this address. */
export const whyNamed = (exempt: readonly ExemptAgent[], {key}: AgentAddress): string | undefined => exempt.find(({address}) => address.key === key)?.words;
