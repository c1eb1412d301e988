import {type Clock} from '../../lib/clock.js';
import {type DemoKeyPair} from '../crypto.js';
import {createEngine, type Engine} from '../engine/engine.js';
import {holdsLock, type Story} from '../engine/model.js';
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

// What agents report about themselves and each other: info, status, ob/info, agents/status.

const version = '4.5.0.0-0';

const v1Version = '4.2.2.0-0';

const obVersion = '4.3.5.0';

const build = '100000202024123117';

const homePath = '/home/admin/oceanbase';

const sqlPort = 2881;

const rpcPort = 2882;

const nanosPerMilli = 1_000_000;

const clusterIdentity = 'CLUSTER AGENT';

export const isInCluster = ({world, member}: Pick<AgentState, 'world' | 'member'>): boolean => world.identityOf(member.key) === clusterIdentity;

export const infoOf = (agent: AgentState) => {
	const {member: {ip, port, zone, key}, world} = agent;
	const common = {
		pid: agent.pid, state: 2, startAt: agent.startedAt * nanosPerMilli, homePath,
		obVersion: isInCluster(agent) ? obVersion : `${obVersion}-${build}`, architecture: 'x86_64', ip, port, zone, identity: world.identityOf(key),
	};
	return agent.auth === 'v1'
		? {...common, version: v1Version}
		: {...common, version, isObproxyAgent: false, security: agent.agentPassword !== undefined, supportedAuth: ['v2']};
};

const isUnderMaintenance = (world: World, key: string): boolean => world.engine.dagsOf(key).some(dag => holdsLock(dag));

type Status = {readonly pid: number; readonly startedAt: number; readonly obState: number | undefined; readonly auth: 'v1' | 'v2'};

const statusOfMember = ({world, member}: Pick<AgentState, 'world' | 'member'>, status: Status) => {
	const {ip, port, key} = member;
	const implied = isInCluster({world, member}) ? 3 : 0;
	const obState = status.obState ?? (world.engine.isObserverStopped(key) ? 0 : implied);
	return {
		agent: {ip, port, identity: world.identityOf(key)},
		state: 2,
		version: status.auth === 'v1' ? v1Version : version,
		pid: status.pid,
		startAt: status.startedAt * nanosPerMilli,
		port,
		obState,
		// Known once its observer has run.
		...(implied === 3 && {sqlPort}),
		underMaintenance: isUnderMaintenance(world, key),
	};
};

export const statusOf = (agent: AgentState) => statusOfMember(agent, agent);

/** Every agent that this one knows and reaches. */
export const statusOfAll = (agent: AgentState) => Object.fromEntries(agent.world.groupOf(agent.member)
	.filter(member => member.isUp())
	.map(member => [member.key, statusOfMember({world: agent.world, member}, member.key === agent.member.key ? agent : {...agent, obState: undefined, pid: agent.pid + member.port})]));

const describe = (world: World, {ip, port, zone, key}: Member) => ({ip, port, zone, identity: world.identityOf(key), version});

const hasCluster = ({cluster, isMember}: Member): boolean => cluster !== undefined && isMember();

/** The cluster's servers by zone, once it has a database. */
const topologyOf = (world: World, members: readonly Member[]): object => Object.fromEntries(Map.groupBy(members, ({zone}) => zone).entries().map(([zone, servers]) => [
	zone,
	servers.map(({ip, port, key}) => ({
		svr_ip: ip, svr_port: rpcPort, sql_port: sqlPort, agent_port: port, with_rootserver: key === members[0]?.key ? 'YES' : 'NO',
		status: world.engine.isObserverStopped(key) ? 'INACTIVE' : 'ACTIVE', build_version: `${obVersion}_${build}`,
	})),
]));

export const clusterInfoOf = ({world, member}: AgentState) => {
	const members = world.groupOf(member);
	const isRunning = isInCluster({world, member});
	return {
		agent_info: members.map(other => describe(world, other)),
		obcluster_info: {
			id: hasCluster(member) ? 1 : 0, name: hasCluster(member) ? member.cluster ?? '' : '', version: isRunning ? obVersion : '',
			topology: isRunning && hasCluster(member) ? topologyOf(world, members) : null, is_shared_storage: false,
		},
	};
};
