import {isDeepStrictEqual} from 'node:util';
import {type AgentClient} from '../client/types.js';
import {type Clock, type Turns} from '../lib/clock.js';
import {type HistoryFocus} from '../store/history.js';
import {type PollEvent} from '../store/actions.js';
import {unreadAfter} from './agent/events.js';
import {type AgentLoop, createAgentLoop} from './agent/loop.js';
import {createEndWatch, type EndWatch, type UnendedTask} from './end-watch.js';
import {createHistoryWatch, type HistoryWatch} from './history.js';
import {pace, type Rates, usualRates} from './intervals.js';
import {type LogFocus} from './logs-state.js';
import {createLookBack, type LookBack} from './look-back.js';
import {createLogWatch, type LogWatch} from './logs.js';
import {createMainWatch, type MainWatch} from './main-watch.js';
import {type PastRunsDeps, readPastRuns} from './past-runs.js';
import {createHistoryReader, type WatchDeps} from './request.js';
import {createRequestQueue, type RequestQueue} from './request-queue.js';
import {createRoster, type Roster} from './roster.js';

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
	/** Whether each request of the first round has succeeded or failed, also those for failures of before the start. */
	readonly isSettled: () => boolean;
	/** The user does not want to see that task any more: it is not queried, or the query is aborted. */
	readonly closeLink: (agent: string, id: string) => void;
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
	/** See `createRequestQueue`. */
	readonly turns?: Turns | undefined;
	/** Most requests at once, over all agents. */
	readonly concurrency?: number;
	/** The polling rates of an agent; default `usualRates`. */
	readonly ratesOf?: (agent: string) => Rates;
	/** Earlier runs of tasks are read, see `readPastRuns`; undefined: none is. */
	readonly pastRuns?: Pick<PastRunsDeps, 'wishes' | 'isKnown' | 'pause'> | undefined;
	/** Failed tasks that are in no list but a history are looked for, once. */
	readonly looksBack?: boolean | undefined;
	/** Called with the duration of each response of an agent, good or bad, in ms. */
	readonly onResponse?: ((agent: string, duration: number) => void) | undefined;
	/** Called when a list makes a query for an agent's last task worthwhile. */
	readonly onQueried?: ((agent: string) => void) | undefined;
	/** Called once when each request of the first round has succeeded or failed. */
	readonly onFirstRound?: (() => void) | undefined;
	/** The caller waits for the first round, so that it runs without pauses. */
	readonly isHurried?: boolean | undefined;
};

const noFocus: PollFocus = {visible: [], open: undefined};

/** Everything that runs between `start` and `stop`. */
type Running = {readonly requestQueue: RequestQueue; readonly roster: Roster; readonly logWatch: LogWatch; readonly historyWatch: HistoryWatch; readonly mainWatch: MainWatch; readonly endWatch: EndWatch; readonly stopPastRuns: (() => void) | undefined; readonly lookBack: LookBack | undefined; readonly histories: AbortController};

/** One loop per agent, and the election of the delegates that query clusters' tasks. */
export const createPoller = ({clients, clock, turns, random, emit, assignCluster = () => undefined, concurrency = 64, ratesOf = () => usualRates, pastRuns, looksBack = false, onResponse, onQueried, onFirstRound, isHurried = false}: PollerDeps): Poller => {
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
		running?.stopPastRuns?.();
		running?.lookBack?.stop();
		running?.histories.abort();
		running = undefined;
	};

	const applyFocus = ({visible, isAttended = true, activeRows = 0, open, logs = [], histories = [], unended = []}: PollFocus): void => {
		const keys = new Set([...visible, ...(open ? [open.owner] : [])]);
		// A key that is no agent's is a cluster's; delegates need not know which.
		const isClusterOnScreen = [...keys].some(key => !loops.has(key));
		const elsewhere = {isOnScreen: false, isClusterOnScreen, activeRows, openTask: open?.id, isAttended};
		const inSight = {...elsewhere, isOnScreen: true};
		for (const [agent, loop] of loops) {
			loop.setFocus(keys.has(agent) ? inSight : elsewhere);
		}

		running?.logWatch.setFocus(logs);
		running?.historyWatch.setFocus(histories);
		running?.endWatch.setFocus(unended);
	};

	let isFirstRoundDone = false;
	/** The agent that was under way when this was last asked: of thousands, most often it still is. */
	let lastUnderWay = '';
	const isUnderWay = (agent: string): boolean => loops.get(agent)?.round() === 'under way';

	const isAnyUnderWay = (): boolean => {
		if (!isUnderWay(lastUnderWay)) {
			lastUnderWay = loops.keys().find(agent => isUnderWay(agent)) ?? '';
		}

		return isUnderWay(lastUnderWay);
	};

	/** An agent that is held back by another's trial continues after its verdict, so the round is not done while any agent is under way. */
	const isSettled = (): boolean => running !== undefined && running.roster.isSettled() && running.mainWatch.isSettled() && running.lookBack?.isSettled() !== false
		&& loops.size >= watched.size && !isAnyUnderWay();

	const look = (): void => {
		if (isFirstRoundDone || !isSettled()) {
			return;
		}

		isFirstRoundDone = true;
		onFirstRound?.();
	};

	const onProgress = onFirstRound && look;

	/** Starts agents one after the other, so that requests do not all go out at the same moment. */
	const begin = (added: readonly AgentClient[], {requestQueue, roster, mainWatch, lookBack}: Running): void => {
		const step = isHurried ? 0 : Math.min(pace.staggerStep, pace.staggerTotal / Math.max(1, added.length));
		for (const [index, client] of added.entries()) {
			const {key} = client.address;
			loops.set(key, createAgentLoop({
				client, clock, random, requestQueue,
				emit(event) {
					emit(event);
					mainWatch.hear(event);
					lookBack?.hear(event);
				},
				standing: {isShown: id => roster.isShown(key, id), isElsewhere: roster.isElsewhere, isAwaited: roster.isAwaited, isLost: roster.isLost},
				rates: ratesOf(key),
				delay: index * step,
				onRound: onProgress,
				isHurried,
				onResponse: onResponse && (duration => {
					onResponse(key, duration);
				}),
				onQueried: onQueried && (() => {
					onQueried(key);
				}),
				onAnswered() {
					roster.hearAnswer(key);
				},
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
			const requestQueue = createRequestQueue(concurrency, clock, turns);
			const histories = new AbortController();
			const deps: WatchDeps = {clientOf: agent => watched.get(agent), clock, emit, requestQueue};
			const readHistory = createHistoryReader({...deps, signal: histories.signal});
			running = {
				requestQueue,
				histories,
				roster: createRoster({
					agents: [...watched.keys()], loopOf: agent => loops.get(agent), clock, assignCluster, onRegrouped: onProgress,
					onUnread(agent, followed) {
						for (const event of unreadAfter(followed, {agent, at: clock.now()})) {
							emit(event);
						}
					},
				}),
				logWatch: createLogWatch({...deps, random}),
				historyWatch: createHistoryWatch(deps),
				mainWatch: createMainWatch({...deps, random, onSettled: onProgress}),
				lookBack: looksBack ? createLookBack({...deps, readHistory, isHurried, onSettled: onProgress}) : undefined,
				endWatch: createEndWatch({...deps, random}),
				stopPastRuns: pastRuns && readPastRuns({...pastRuns, ...deps, readHistory}),
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
			onProgress?.();
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
		isSettled,
		openLink(agent, id) {
			loops.get(agent)?.openLink(id);
		},
		closeLink(agent, id) {
			loops.get(agent)?.closeLink(id);
		},
	};
};
