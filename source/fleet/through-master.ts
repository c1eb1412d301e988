// A follower forwards queries to its master. If the master has a password of its own, it can respond 401 or 500 to the right
// root@sys password; then the master is queried directly (docs/protocol.md#refusals-of-one-task-or-one-way). Likewise, only its own
// agent opens an OBProxy task.

import {forwardsToMaster, identityOf} from '../protocol/identity.js';
import {type AgentClient, type AgentOperator, type Reply, type RequestOptions} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {parseGenericId} from '../protocol/ids.js';
import {type Dag} from '../protocol/task.js';
import {agentNamed, keysIn} from '../store/lookup.js';
import {type State} from '../store/state.js';

/** The follower's own name ("ip:port"), and its master. */
export type WithMaster = {readonly name: string; readonly master: AgentClient};

/** The agent (its key) that an OBProxy task's id names, if that is not `asker` and is connected. */
export const proxyOwnerIn = (state: State, asker: string, id: string): string | undefined => {
	const generic = parseGenericId(id);
	const owner = generic?.scope === 'obproxy' ? agentNamed(state, generic.agent) : undefined;
	return owner !== undefined && owner !== asker && state.agents.get(owner)?.connection.type === 'connected' ? owner : undefined;
};

/** The same client, which queries OBProxy tasks at the agents that own them: only the owner's password opens them, and no other agent can forward it (docs/protocol.md#refusals-of-one-task-or-one-way). */
export const createThroughOwner = <Client extends AgentClient>(own: Client, findOwner: (id: string) => AgentClient | undefined): Client => ({
	...own,
	fetchTask: async options => (findOwner(options.id) ?? own).fetchTask(options),
	fetchNode: async options => (findOwner(options.id) ?? own).fetchNode(options),
	fetchLogs: async options => (findOwner(options.id) ?? own).fetchLogs(options),
});

const masters: ReadonlySet<string> = new Set(['MASTER', 'TAKE OVER MASTER']);

/** Whether the agent (its key) forwards queries to a master. */
export const isFollower = (state: State, agent: string): boolean => {
	const entry = state.agents.get(agent);
	return entry !== undefined && forwardsToMaster(identityOf(entry.info, entry.status));
};

/** The agent (its key) that is the connected master of that one, and that one's own name; undefined for all but followers. */
export const masterIn = (state: State, follower: string): {readonly name: string; readonly master: string} | undefined => {
	const entry = state.agents.get(follower);
	if (entry?.name === undefined || entry.cluster === undefined || !isFollower(state, follower)) {
		return undefined;
	}

	const master = keysIn(state, entry.cluster).find(key => {
		const other = state.agents.get(key);
		return other?.connection.type === 'connected' && masters.has(identityOf(other.info, other.status));
	});
	return master === undefined ? undefined : {name: entry.name, master};
};

const refusals: ReadonlySet<number> = new Set([401, 500]);

const isRefused = (reply: Reply<unknown>): boolean => {
	if (reply.type !== 'error') {
		return false;
	}

	const {error} = reply;
	return error.type === 'unauthorized' ? error.reason !== 'held-back' : (error.type === 'refused' && refusals.has(error.status));
};

// ms. How long a follower that refused is not queried itself.
const restAfterRefusal = 60_000;

const fetchLastTask = async ({name, master}: WithMaster, {details, ...options}: RequestOptions & {readonly details: boolean}): Promise<Reply<Dag>> => {
	const reply = await master.fetchMaintenanceTasks(options);
	if (reply.type !== 'data') {
		return reply;
	}

	const dag = reply.data.find(({id}) => {
		const owner = parseGenericId(id);
		return owner?.scope === 'agent' && owner.agent === name;
	});
	if (!dag) {
		return {type: 'error', error: {type: 'protocol', problem: 'not-in-masters-list'}};
	}

	return details && !dag.nodes ? master.fetchTask({...options, id: dag.id, details}) : {...reply, data: dag};
};

export type ThroughMasterDeps = {
	/** Undefined while there is none, or it does not respond. */
	readonly findMaster: () => WithMaster | undefined;
	/** It refused and no master is known: it is worth another attempt once there is one. */
	readonly onRefused: () => void;
	readonly clock: Clock;
};

/** The same client, but if it is a follower that refuses, its master is queried instead. */
export const createThroughMaster = <Client extends AgentClient & Partial<AgentOperator>>(own: Client, {findMaster, onRefused, clock}: ThroughMasterDeps): Client => {
	let refusedAt: number | undefined;

	const fetchEither = async <T>(fetchOwn: () => Promise<Reply<T>>, fetchFrom: (found: WithMaster) => Promise<Reply<T>>): Promise<Reply<T>> => {
		const isResting = refusedAt !== undefined && clock.now() >= refusedAt && clock.now() < refusedAt + restAfterRefusal;
		const known = isResting ? findMaster() : undefined;
		if (known) {
			const reply = await fetchFrom(known);
			if (reply.type !== 'error') {
				return reply;
			}
		}

		const reply = await fetchOwn();
		refusedAt = undefined;
		if (!isRefused(reply)) {
			return reply;
		}

		const found = findMaster();
		if (!found) {
			onRefused();
			return reply;
		}

		const instead = await fetchFrom(found);
		if (instead.type === 'error') {
			return reply;
		}

		refusedAt = clock.now();
		return instead;
	};

	return {
		...own,
		fetchMaintenanceTask: async options => fetchEither(async () => own.fetchMaintenanceTask(options), async found => fetchLastTask(found, options)),
		fetchTask: async options => fetchEither(async () => own.fetchTask(options), async ({master}) => master.fetchTask(options)),
		fetchNode: async options => fetchEither(async () => own.fetchNode(options), async ({master}) => master.fetchNode(options)),
		fetchLogs: async options => fetchEither(async () => own.fetchLogs(options), async ({master}) => master.fetchLogs(options)),
		fetchClusterInfo: async options => fetchEither(async () => own.fetchClusterInfo(options), async ({master}) => master.fetchClusterInfo(options)),
	};
};
