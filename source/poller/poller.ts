import {isDeepStrictEqual} from 'node:util';
import {type AgentClient} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {isLaterId, parseGenericId} from '../protocol/ids.js';
import {type Dag} from '../protocol/task.js';
import {type HistoryFocus} from '../store/history.js';
import {type PollEvent} from '../store/actions.js';
import {type DelegateState, needsDatabase, newDelegateState, united} from './agent/cluster-state.js';
import {clusterByAgent, clustersKnown, electDelegate, groupsOf, type Health, unknownHealth} from './agent/events.js';
import {type AgentLoop, createAgentLoop} from './agent/loop.js';
import {createEndWatch, type EndWatch, type UnendedTask} from './end-watch.js';
import {createHistoryWatch, type HistoryWatch} from './history.js';
import {pace, type Rates, usualRates} from './intervals.js';
import {type LogFocus} from './logs-state.js';
import {createLogWatch, type LogWatch} from './logs.js';
import {createMainWatch, type MainWatch} from './main-watch.js';
import {createRequestQueue, type RequestQueue} from './request-queue.js';

/** Elects the agents that query for more than themselves, as their health changes. */
type Roster = {
	readonly hear: (agent: string, health: Health) => void;
	/** One more agent, the last in order. */
	readonly add: (agent: string) => void;
	readonly remove: (agent: string) => void;
	/** Whether the task of that id, which the agent lists, is the last maintenance task of some agent or of its cluster. */
	readonly isShown: (agent: string, id: string) => boolean;
	readonly isElsewhere: (id: string) => boolean;
	/** Whether its agent is being queried and may report the task of that id as its last one. */
	readonly isAwaited: (id: string) => boolean;
	/** The agent listed these unfinished tasks, for itself or its cluster. */
	readonly hearList: (agent: string, list: readonly Dag[]) => void;
	/** Whether every known agent has found its group; false for a moment after an agent's first response. */
	readonly isSettled: () => boolean;
	readonly stop: () => void;
};

type RosterDeps = {
	/** All keys, in the user's order. */
	readonly agents: readonly string[];
	readonly loopOf: (agent: string) => Pick<AgentLoop, 'setDelegate' | 'hearList'> | undefined;
	readonly clock: Clock;
	/** Called when an agent turns out to belong to a cluster, or to another one. */
	readonly assignCluster: (agent: string, cluster: string) => void;
	/** Called after agents were grouped again. */
	readonly onRegrouped?: (() => void) | undefined;
};

const regroupDelayFactor = 20;

// In ms. Who is in one cluster decides which agents may try a password, so that few agents are grouped at once.
const cheapRegroup = 10;

// In ms.
const longestRegroupDelay = 1000;

const createRoster = ({agents, loopOf, clock, assignCluster, onRegrouped}: RosterDeps): Roster => {
	const healths = new Map(agents.map(agent => [agent, unknownHealth]));
	const delegates = new Map<string, string>();
	const idle = new Map<string, DelegateState>();
	let known: ReturnType<typeof clustersKnown> = new Map();
	let assigned: ReadonlyMap<string, string> = new Map();
	let groups: ReadonlyMap<string, readonly string[]> = new Map();
	let groupOf: ReadonlyMap<string, string> = new Map();
	let cancelRegroup: (() => void) | undefined;
	/** In ms, of the last time. */
	let regroupCost = 0;
	/** Which agents show a task as an owner's last one, by its id: every list names tasks, and there can be thousands of agents. */
	const showing = new Map<string, Set<string>>();

	const noteShown = (agent: string, before: Health | undefined, now: Health | undefined): void => {
		for (const id of before?.taskIds ?? []) {
			if (showing.get(id)?.delete(agent) && showing.get(id)?.size === 0) {
				showing.delete(id);
			}
		}

		for (const id of now?.taskIds ?? []) {
			showing.set(id, (showing.get(id) ?? new Set()).add(agent));
		}
	};

	/** What the delegates of dissolved groups knew, by the group that each of them is in now. */
	const takeDelegateStates = (dissolved: readonly string[]): ReadonlyMap<string, readonly DelegateState[]> => {
		const successors = dissolved.flatMap(group => {
			const delegate = delegates.get(group);
			const delegateState = (delegate === undefined ? undefined : loopOf(delegate)?.setDelegate(undefined)) ?? idle.get(group);
			delegates.delete(group);
			idle.delete(group);
			const successor = delegate === undefined ? undefined : groupOf.get(delegate);
			return successor === undefined || !delegateState ? [] : [{successor, delegateState}];
		});
		return new Map(Map.groupBy(successors, ({successor}) => successor).entries().map(([successor, delegateStates]) => [successor, delegateStates.map(({delegateState}) => delegateState)]));
	};

	const elect = (names: readonly string[]): void => {
		// For example, a cluster came into being: what was followed until then is still followed.
		const transferred = takeDelegateStates(names.filter(group => !groups.has(group)));
		const changes = names.filter(group => groups.has(group)).flatMap(group => {
			const next = electDelegate(groups.get(group) ?? [], healths);
			const now = delegates.get(group);
			return next === now && !transferred.has(group) ? [] : [{group, now, next}];
		});
		for (const {group, now} of changes) {
			const delegateState = now === undefined ? undefined : loopOf(now)?.setDelegate(undefined);
			delegates.delete(group);
			const all = [delegateState ?? idle.get(group) ?? [], transferred.get(group) ?? []].flat();
			if (all.length > 0) {
				idle.set(group, united(all));
			}
		}

		for (const {group, next} of changes) {
			if (next === undefined) {
				continue;
			}

			loopOf(next)?.setDelegate(idle.get(group) ?? newDelegateState);
			delegates.set(group, next);
			idle.delete(group);
		}
	};

	const regroup = (): void => {
		cancelRegroup = undefined;
		const begunAt = clock.now();
		known = clustersKnown(healths, known);
		const clusters = clusterByAgent(healths, known);
		for (const [agent, cluster] of clusters) {
			if (assigned.get(agent) !== cluster) {
				assignCluster(agent, cluster);
			}
		}

		assigned = clusters;
		groups = groupsOf(healths, clusters);
		groupOf = new Map([...groups].flatMap(([group, members]) => members.map(member => [member, group] as const)));
		elect([...new Set([...delegates.keys(), ...idle.keys(), ...groups.keys()])]);
		regroupCost = clock.now() - begunAt;
		onRegrouped?.();
	};

	// Many agents respond for the first time at once; all are grouped in one go. Ten thousand respond over a minute: grouping them takes a small part of it.
	const regroupSoon = (): void => {
		cancelRegroup ??= clock.schedule(regroup, regroupCost < cheapRegroup ? 0 : Math.min(longestRegroupDelay, regroupCost * regroupDelayFactor));
	};

	return {
		add(agent) {
			healths.set(agent, healths.get(agent) ?? unknownHealth);
		},
		remove(agent) {
			noteShown(agent, healths.get(agent), undefined);
			healths.delete(agent);
			regroupSoon();
		},
		hear(agent, health) {
			const before = healths.get(agent);
			healths.set(agent, health);
			noteShown(agent, before, health);
			if (before?.name !== health.name || before?.identity !== health.identity || before?.cluster !== health.cluster) {
				regroupSoon();
				return;
			}

			const group = groupOf.get(agent);
			elect(group === undefined ? [] : [group]);
		},
		isSettled: () => cancelRegroup === undefined,
		isShown(agent, id) {
			// Every cluster numbers its tasks from 1.
			return showing.get(id)?.values().some(other => !needsDatabase(id) || other === agent || groupOf.get(other) === groupOf.get(agent)) ?? false;
		},
		isElsewhere(id) {
			const generic = parseGenericId(id);
			return generic?.scope === 'agent' && healths.values().every(({name}) => name !== generic.agent);
		},
		isAwaited(id) {
			const generic = parseGenericId(id);
			return generic?.scope === 'agent' && healths.values().some(({name, isQueried, taskIds}) => isQueried && name === generic.agent && taskIds.some(other => isLaterId(id, other)));
		},
		hearList(agent, list) {
			const group = groupOf.get(agent);
			for (const member of group === undefined ? [] : groups.get(group) ?? []) {
				loopOf(member)?.hearList(list);
			}
		},
		stop() {
			cancelRegroup?.();
		},
	};
};

/** What is on screen: the keys of agents and clusters whose rows are visible or whose task is open, which task that is, the logs, and the open histories. */
type PollFocus = {
	readonly visible: readonly string[];
	/** Whether the user is watching; default true. */
	readonly isAttended?: boolean;
	/** How many visible rows show something active; the more there are, the less often each is polled. */
	readonly activeRows?: number;
	readonly open: {readonly owner: string; readonly id: string} | undefined;
	readonly logs?: readonly LogFocus[];
	readonly histories?: readonly HistoryFocus[];
	/** Tasks that left the screen before their end, which is still queried. */
	readonly unended?: readonly UnendedTask[];
};

export type Poller = {
	/** Starts polling all agents. After `stop`, it starts again. */
	readonly start: () => void;
	/** Ends everything; nothing is emitted afterwards. */
	readonly stop: () => void;
	/** More agents, polled from now on (or from the next `start`) after the others. A key that is there already is ignored. */
	readonly add: (clients: readonly AgentClient[]) => void;
	/** Stops polling an agent for good; the caller disposes of its client. */
	readonly remove: (agent: string) => void;
	/** Polls one agent, or all, now. */
	readonly refresh: (agent?: string) => void;
	/** A password changed or a key was accepted, for one agent or for all. */
	readonly wake: (agent?: string) => void;
	/** Costs nothing if nothing changed. */
	readonly setFocus: (focus: PollFocus) => void;
	/** Queries a watched agent (by key) once for the task of that id, before its other requests; `linked-task-received` or `linked-task-failed` brings the result. A second call before that is ignored. */
	readonly openLink: (agent: string, id: string) => void;
};

export type PollerDeps = {
	/** In the user's order. */
	readonly clients: readonly AgentClient[];
	readonly clock: Clock;
	/** 0 to 1. */
	readonly random: () => number;
	readonly emit: (event: PollEvent) => void;
	/** Called when an agent turns out to belong to a cluster, or to another one; `cluster` is an opaque key. */
	readonly assignCluster?: (agent: string, cluster: string) => void;
	/** Most requests at once, over all agents. */
	readonly concurrency?: number;
	/** The polling rates of an agent; default `usualRates`. */
	readonly ratesOf?: (agent: string) => Rates;
	/** Called with the duration of each response of an agent, good or bad, in ms. */
	readonly onResponse?: ((agent: string, duration: number) => void) | undefined;
	/** The caller waits for the first round: it runs without pauses, and this is called once when each request has succeeded or failed. */
	readonly onFirstRound?: (() => void) | undefined;
};

const noFocus: PollFocus = {visible: [], open: undefined};

/** Everything that runs between `start` and `stop`. */
type Running = {readonly requestQueue: RequestQueue; readonly roster: Roster; readonly logWatch: LogWatch; readonly historyWatch: HistoryWatch; readonly mainWatch: MainWatch; readonly endWatch: EndWatch};

/** One loop per agent, and the election of the delegates that query clusters' tasks. */
export const createPoller = ({clients, clock, random, emit, assignCluster = () => undefined, concurrency = 64, ratesOf = () => usualRates, onResponse, onFirstRound}: PollerDeps): Poller => {
	const watched = new Map(clients.map(client => [client.address.key, client]));
	let loops = new Map<string, AgentLoop>();
	let running: Running | undefined;
	let focus = noFocus;

	const each = (agent: string | undefined, run: (loop: AgentLoop) => void): void => {
		for (const [key, loop] of loops) {
			if (agent === undefined || agent === key) {
				run(loop);
			}
		}
	};

	const stop = (): void => {
		each(undefined, loop => {
			loop.stop();
		});
		loops = new Map();
		running?.roster.stop();
		running?.requestQueue.stop();
		running?.logWatch.stop();
		running?.historyWatch.stop();
		running?.mainWatch.stop();
		running?.endWatch.stop();
		running = undefined;
	};

	const applyFocus = ({visible, isAttended = true, activeRows = 0, open, logs = [], histories = [], unended = []}: PollFocus): void => {
		const keys = new Set([...visible, ...(open ? [open.owner] : [])]);
		// A key that is no agent's is a cluster's; delegates need not know which.
		const isClusterOnScreen = [...keys].some(key => !loops.has(key));
		for (const [agent, loop] of loops) {
			loop.setFocus({isOnScreen: keys.has(agent), isClusterOnScreen, activeRows, openTask: open?.id, isAttended});
		}

		running?.logWatch.setFocus(logs);
		running?.historyWatch.setFocus(histories);
		running?.endWatch.setFocus(unended);
	};

	let isFirstRoundDone = false;
	/** An agent that is held back by another's trial continues after its verdict, so the round is not done while any agent is under way. */
	const look = (): void => {
		if (isFirstRoundDone || !running?.roster.isSettled() || !running.mainWatch.isSettled() || loops.size < watched.size || loops.values().some(loop => loop.round() === 'under way')) {
			return;
		}

		isFirstRoundDone = true;
		onFirstRound?.();
	};

	const hurry = onFirstRound && look;

	/** Starts agents one after the other, so that requests do not all go out at the same moment. */
	const begin = (added: readonly AgentClient[], {requestQueue, roster, mainWatch}: Running): void => {
		const step = hurry ? 0 : Math.min(pace.staggerStep, pace.staggerTotal / Math.max(1, added.length));
		for (const [index, client] of added.entries()) {
			const {key} = client.address;
			loops.set(key, createAgentLoop({
				client, clock, random, requestQueue,
				emit(event) {
					emit(event);
					mainWatch.hear(event);
				},
				standing: {isShown: id => roster.isShown(key, id), isElsewhere: roster.isElsewhere, isAwaited: roster.isAwaited},
				rates: ratesOf(key),
				delay: index * step,
				onRound: hurry,
				onResponse: onResponse && (duration => {
					onResponse(key, duration);
				}),
				report(health) {
					roster.hear(key, health);
				},
				onList(list) {
					roster.hearList(key, list);
				},
			}));
		}

		applyFocus(focus);
	};

	return {
		start() {
			stop();
			isFirstRoundDone = false;
			const requestQueue = createRequestQueue(concurrency, clock);
			running = {
				requestQueue,
				roster: createRoster({
					agents: [...watched.keys()], loopOf: agent => loops.get(agent), clock, assignCluster, onRegrouped: hurry,
				}),
				logWatch: createLogWatch({clientOf: agent => watched.get(agent), clock, random, emit, requestQueue}),
				historyWatch: createHistoryWatch({clientOf: agent => watched.get(agent), clock, emit, requestQueue}),
				mainWatch: createMainWatch({clientOf: agent => watched.get(agent), clock, random, emit, requestQueue, onSettled: hurry}),
				endWatch: createEndWatch({clientOf: agent => watched.get(agent), clock, random, emit, requestQueue}),
			};
			begin([...watched.values()], running);
		},
		stop,
		add(more) {
			const added = more.filter(({address: {key}}) => !watched.has(key));
			for (const client of added) {
				watched.set(client.address.key, client);
				running?.roster.add(client.address.key);
			}

			if (running) {
				begin(added, running);
			}
		},
		remove(agent) {
			watched.delete(agent);
			loops.get(agent)?.stop();
			loops.delete(agent);
			running?.roster.remove(agent);
			running?.mainWatch.remove(agent);
		},
		refresh(agent) {
			each(agent, loop => {
				loop.refresh();
			});
			running?.logWatch.refresh(agent);
			running?.historyWatch.refresh(agent);
			running?.endWatch.refresh(agent);
		},
		wake(agent) {
			each(agent, loop => {
				loop.wake();
			});
			running?.logWatch.wake(agent);
			running?.historyWatch.wake(agent);
			running?.mainWatch.wake();
			running?.endWatch.refresh(agent);
		},
		setFocus(next) {
			if (isDeepStrictEqual(focus, next)) {
				return;
			}

			focus = next;
			applyFocus(next);
		},
		openLink(agent, id) {
			loops.get(agent)?.openLink(id);
		},
	};
};
