import {type Clock} from '../../lib/clock.js';
import {type DemoKeyPair} from '../crypto.js';
import {createEngine, type Engine} from '../engine/engine.js';
import {type Story} from '../engine/model.js';
import {type Wire, writeTime} from '../engine/wire.js';

/** The state of an agent at the time of a request. */
export type AgentState = {
	readonly member: Member;
	readonly world: World;
	readonly auth: 'v1' | 'v2';
	readonly agentPassword: string | undefined;
	readonly rootPassword: string;
	readonly takesAnyPassword: boolean;
	readonly pid: number;
	/** ms since 1970, by its own clock. */
	readonly startedAt: number;
	/** Error of its clock, ms. */
	readonly clockOffset: number;
	readonly now: number;
	/** 0 observer down, 1 running, 2 restricted, 3 connected; undefined: as its identity implies. */
	readonly obState: number | undefined;
	readonly key: () => Promise<DemoKeyPair>;
};

// A fleet's shared world: its agents, their tasks, and the time for both.

/** An agent in the world. Agents with the same `cluster` know each other. */
export type Member = {
	readonly key: string;
	readonly ip: string;
	readonly port: number;
	readonly zone: string;
	readonly cluster: string | undefined;
	readonly identity: string;
	/** Whether it is a member of its cluster now; if not, it is alone. */
	readonly isMember: () => boolean;
	/** Whether it can be reached now. */
	readonly isUp: () => boolean;
};

/** The inputs of a world, in ms of its own time; zero is when the first agent started to listen. */
export type Script = {
	/** When it begins; negative, so that tasks may have a past. */
	readonly begin: number;
	readonly story: Story;
};

export type World = {
	readonly members: readonly Member[];
	readonly engine: Engine;
	/** The world's time, up to which its tasks have been played. */
	readonly now: () => number;
	readonly identityOf: (key: string) => string;
	/** The members that an agent knows, itself included. */
	readonly groupOf: (member: Member) => readonly Member[];
	/** `offset` is the error of the agent's clock, in ms. */
	readonly wire: (offset: number) => Wire;
};

type WorldDeps = {
	readonly clock: Clock;
	readonly seed: number;
	/** How many times faster than the clock the world runs. */
	readonly speed: number;
	readonly members: readonly Member[];
	readonly script: Script;
};

export const createWorld = ({clock, seed, speed, members, script}: WorldDeps): World => {
	const origin = clock.now();
	const clusters = [...new Set(members.flatMap(({cluster}) => cluster === undefined ? [] : [cluster]))];
	const engine = createEngine({
		owners: [
			...members.map(({key, ip, port}) => ({key, address: {ip, port}})),
			...clusters.map(key => ({key, address: undefined})),
		],
		identities: Object.fromEntries(members.map(({key, identity}) => [key, identity])),
		story: script.story,
		begin: script.begin,
		seed,
	});
	const byKey = new Map(members.map(member => [member.key, member]));
	const now = (): number => {
		const time = (clock.now() - origin) * speed;
		engine.advance(time);
		return time;
	};

	return {
		members,
		engine,
		now,
		identityOf: key => byKey.get(key)?.isMember() === false ? 'SINGLE' : engine.identityOf(key) ?? 'SINGLE',
		groupOf: member => member.cluster === undefined || !member.isMember()
			? [member]
			: members.filter(({cluster, isMember}) => cluster === member.cluster && isMember()),
		wire: offset => ({
			now: now(),
			// Even a faster world writes the times of the real clock.
			time: time => writeTime(origin + offset, time / speed),
			agent(key) {
				const {ip, port} = byKey.get(key) ?? {ip: '', port: 0};
				return {ip, port};
			},
			idOf: key => engine.read(key)?.id,
		}),
	};
};
