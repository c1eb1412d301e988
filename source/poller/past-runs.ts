// Reads how long earlier runs of tasks took: an owner's list of tasks once, then each run of a wanted task once. Slowly, one request at a time over all agents, and only while nothing else waits.

import {type AgentClient} from '../client/types.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentError} from '../protocol/errors.js';
import {isObproxyTask} from '../protocol/ids.js';
import {type Dag} from '../protocol/task.js';
import {enoughRuns, runName, type RunWish} from '../store/runs.js';
import {after, type LastResponse, pace, restedAt} from './intervals.js';
import {fetchTaskById, type ReadHistory, type WatchDeps} from './request.js';

export type PastRunsDeps = WatchDeps & {
	readonly readHistory: ReadHistory;
	/** Which runs are wanted now, the most wanted first. */
	readonly wishes: () => Iterable<RunWish>;
	/** Whether the run of a task is known already. */
	readonly isKnown: (head: Dag) => boolean;
	/** ms between two requests to one agent, at least. */
	readonly pause: number;
};

/** The runs in an owner's list that were not read yet, by their names, the latest first. `retryAt`: when a list that could not be read is tried again. */
type OwnerRuns = {readonly runs: ReadonlyMap<string, readonly Dag[]>; readonly retryAt: Timestamp | undefined};

type NextRequest = {readonly wish: RunWish; readonly head: Dag | undefined};

/** Whether a task may have succeeded: sub-tasks that were passed ended well if their main task did. */
const mayCount = ({id, state, operator}: Dag): boolean => state === 'SUCCEED' && operator !== 'ROLLBACK' && !isObproxyTask(id);

const runsIn = (list: readonly Dag[]): ReadonlyMap<string, readonly Dag[]> => {
	const latestFirst = list.filter(dag => mayCount(dag)).toSorted((one, other) => other.dagId - one.dagId);
	return new Map([...Map.groupBy(latestFirst, ({name}) => runName(name))].map(([name, runs]) => [name, runs.slice(0, enoughRuns)]));
};

/** Whether the same request can have another response later. */
const isPassing = ({type}: AgentError): boolean => type === 'unreachable' || type === 'timeout' || type === 'aborted';

/** Reads until stopped. Returns what stops it. */
export const readPastRuns = ({clientOf, clock, emit, readHistory, requestQueue, wishes, isKnown, pause}: PastRunsDeps): (() => void) => {
	const owners = new Map<string, OwnerRuns>();
	const lastOf = new Map<string, LastResponse>();
	const controller = new AbortController();
	let leaveQueue: (() => void) | undefined;
	// A function, since it also changes while the code awaits.
	const isStopped = (): boolean => controller.signal.aborted;

	/** When an agent may be asked again. */
	const freeAt = (agent: string, now: Timestamp): Timestamp => Math.max(restedAt(lastOf.get(agent), now), after(lastOf.get(agent)?.endedAt, pause, now));

	const requestFor = (wish: RunWish, now: Timestamp): NextRequest | undefined => {
		const owner = owners.get(wish.owner);
		if (!owner || (owner.retryAt !== undefined && owner.retryAt <= now)) {
			return {wish, head: undefined};
		}

		const head = owner.runs.get(wish.name)?.find(dag => !isKnown(dag));
		return head && {wish, head};
	};

	/** The first wish that an agent can be asked for now. */
	const nextRequest = (now: Timestamp): NextRequest | undefined => {
		for (const wish of wishes()) {
			const request = freeAt(wish.agent, now) <= now ? requestFor(wish, now) : undefined;
			if (request) {
				return request;
			}
		}

		return undefined;
	};

	const readList = async ({agent, owner, scope}: RunWish): Promise<void> => {
		const reply = await readHistory(agent, scope);
		const retryAt = reply.type === 'error' && isPassing(reply.error) ? clock.now() + pace.runsRetry : undefined;
		owners.set(owner, {runs: runsIn(reply.type === 'tasks' ? reply.tasks : []), retryAt});
	};

	const readRun = async (client: AgentClient, {owner, agent, name}: RunWish, {id}: Dag): Promise<void> => {
		const response = await fetchTaskById(client, id, {clock, signal: controller.signal});
		const known = owners.get(owner);
		if (isStopped() || !known) {
			return;
		}

		owners.set(owner, {...known, runs: new Map(known.runs).set(name, (known.runs.get(name) ?? []).filter(dag => dag.id !== id))});
		if (response.type === 'task' && response.task) {
			emit({type: 'past-task-received', agent, at: clock.now(), task: response.task});
		}
	};

	const send = async ({wish, head}: NextRequest, leave: () => void): Promise<void> => {
		const sentAt = clock.now();
		const client = clientOf(wish.agent);
		if (client) {
			try {
				await (head ? readRun(client, wish, head) : readList(wish));
			} catch {
				// Nothing depends on it: the run is left out.
			}
		}

		leave();
		lastOf.set(wish.agent, {endedAt: clock.now(), duration: Math.max(0, clock.now() - sentAt)});
		look(pace.runsAll);
	};

	const begin = (leave: () => void): void => {
		// What was wanted when it was queued may no longer be.
		const request = nextRequest(clock.now());
		if (request) {
			void send(request, leave);
			return;
		}

		leave();
		look(pace.runsLook);
	};

	const look = (delay: number): void => {
		if (isStopped()) {
			return;
		}

		cancel = clock.schedule(() => {
			if (nextRequest(clock.now())) {
				leaveQueue = requestQueue.enter('spare', begin);
			} else {
				look(Math.min(pause, pace.runsLook));
			}
		}, delay);
	};

	let cancel = (): void => undefined;
	look(Math.min(pause, pace.runsLook));
	return () => {
		cancel();
		leaveQueue?.();
		controller.abort();
	};
};
