import {type Timestamp} from '../../protocol/timestamp.js';
import {type SeenProcess} from '../state.js';
import {type TaskCells, type Window} from './parts.js';

/** The versions that agents run, where they are more than one: of obshell or of OceanBase, each with how many run it, the most frequent first. */
export type VersionMix = {readonly of: 'obshell' | 'OceanBase'; readonly versions: ReadonlyArray<{readonly version: string; readonly count: number}>};

/** All that is known of an agent without asking for more. Texts are empty and numbers undefined where it did not say; `observer` and `trouble` are in the user's words. */
export type CardView = {
	readonly type: 'card';
	readonly breadcrumb: readonly string[];
	/** The first line in sight. */
	readonly top: number;
	/** How it is asked, and the name that it has for itself where that is another one. */
	readonly address: string;
	readonly name: string | undefined;
	readonly isConnected: boolean;
	/** Why it does not answer, since when; and the error whole: each part by its name. */
	readonly trouble: string | undefined;
	readonly error: ReadonlyArray<{readonly name: string; readonly value: string}>;
	readonly lastSeenAt: Timestamp | undefined;
	readonly version: string;
	readonly database: {readonly name: 'OceanBase' | 'seekdb'; readonly version: string};
	readonly architecture: string;
	/** The versions in its cluster, or in the fleet where it is in none, if they differ. */
	readonly mixes: readonly VersionMix[];
	readonly zone: string;
	readonly role: string;
	readonly process: SeenProcess | undefined;
	readonly isLocked: boolean | undefined;
	readonly observer: string;
	/** Its clock minus ours, ms. */
	readonly skew: number | undefined;
	readonly skewWords: string;
	readonly fingerprint: string | undefined;
	readonly auth: string;
	readonly logFolder: string | undefined;
	readonly cluster: {readonly name: string; readonly members: readonly string[]} | undefined;
	/** Minutes east of UTC of the agent's clock. */
	readonly utcOffset: number | undefined;
};

/** An agent of a cluster. Only of watched ones more is known than what the others say. */
export type MemberRow = {
	readonly key: string;
	readonly agent: string;
	readonly zone: string;
	readonly role: string;
	readonly version: string;
	readonly obVersion: string;
	readonly observer: string;
	/** In one word: "connected", "unreachable", "not watched". */
	readonly connection: string;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

export type ClusterView = {
	readonly type: 'cluster';
	readonly breadcrumb: readonly string[];
	readonly members: number;
	readonly watched: number;
	readonly mixes: readonly VersionMix[];
	readonly task: TaskCells | undefined;
	/** The agent that is asked for the cluster's own tasks. */
	readonly speaker: string | undefined;
	readonly list: Window<MemberRow>;
};
