// What agents report about themselves and each other: info, status, ob/info, agents/status.

import {holdsLock} from '../engine/model.js';
import {type AgentState, type Member, type World} from './world.js';

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
