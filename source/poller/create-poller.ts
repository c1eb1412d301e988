import {isDeepStrictEqual} from 'node:util';
import {type Clock} from '../protocol/clock.js';
import {type AgentClient} from '../client/agent-client.js';
import {type PollEvent} from '../store/event.js';
import {createAgentLoop, type AgentLoop} from './agent-loop.js';
import {type HistoryFocus} from './history-memory.js';
import {createEndWatch, type EndWatch, type UnendedTask} from './end-watch.js';
import {createHistoryWatch, type HistoryWatch} from './history-watch.js';
import {type LogFocus} from './log-memory.js';
import {createLogWatch, type LogWatch} from './log-watch.js';
import {createMainWatch, type MainWatch} from './main-watch.js';
import {pace, usualRates, type Rates} from './pace.js';
import {createRoster, type Roster} from './roster.js';
import {createSlots, type Slots} from './slots.js';

/** What is on screen: the keys of agents and clusters whose rows are in sight or whose task is open, which task that is, the log, and the histories that are open. */
export type PollFocus = {
	readonly visible: readonly string[];
	/** Whether somebody looks at it all, as usual where that is not said. */
	readonly isAttended?: boolean;
	/** How many rows in sight show something that is under way; each of many of them is asked for less often. */
	readonly activeRows?: number;
	readonly open: {readonly owner: string; readonly id: string} | undefined;
	readonly log?: LogFocus | undefined;
	readonly histories?: readonly HistoryFocus[];
	/** Tasks that went out of sight before they had ended: how they ended is asked for. */
	readonly unended?: readonly UnendedTask[];
};

export type Poller = {
	/** Begins to ask all agents. Once more after `stop`, it begins anew. */
	readonly start: () => void;
	/** Ends everything; nothing is emitted afterwards. */
	readonly stop: () => void;
	/** More agents, asked from now on (or from the next `start` on) behind those that are there. One whose key is there already is not taken twice. */
	readonly add: (clients: readonly AgentClient[]) => void;
	/** Stops asking an agent, for good; its client is the caller's to dispose of. */
	readonly remove: (agent: string) => void;
	/** Looks at one agent, or at all, now. */
	readonly refresh: (agent?: string) => void;
	/** A password changed or a key was accepted, for one agent or for whomever it concerns. */
	readonly wake: (agent?: string) => void;
	/** Costs nothing where nothing changed. */
	readonly setFocus: (focus: PollFocus) => void;
	/** Asks an agent (by key, one that is watched) once for the task of that id, before its other questions; `linked-task-received` or `linked-task-failed` tells what came of it. Asked twice before that, it is asked once. */
	readonly openLink: (agent: string, id: string) => void;
};

export type PollerOptions = {
	/** In the user's order. */
	readonly clients: readonly AgentClient[];
	readonly clock: Clock;
	/** 0 to 1 */
	readonly random: () => number;
	readonly emit: (event: PollEvent) => void;
	/** Called when an agent is found to belong to a cluster, or to another one; `cluster` is an opaque mark. */
	readonly assignCluster?: (agent: string, cluster: string) => void;
	/** Requests under way at once, over all agents. */
	readonly concurrency?: number;
	/** How often what is asked, by the agent; as usual where that is not said. */
	readonly ratesOf?: (agent: string) => Rates;
	/** Hears how long each answer of an agent took, good or bad, in ms. */
	readonly onAnswer?: ((agent: string, duration: number) => void) | undefined;
	/** Somebody waits until every agent was asked everything once: that is done without pauses, and this is called once when each question was answered or has failed. */
	readonly onFirstRound?: (() => void) | undefined;
};

const noFocus: PollFocus = {visible: [], open: undefined};

/** Everything that runs between `start` and `stop`. */
type Running = {readonly slots: Slots; readonly roster: Roster; readonly logWatch: LogWatch; readonly historyWatch: HistoryWatch; readonly mainWatch: MainWatch; readonly endWatch: EndWatch};

/** One loop per agent, and the agreement among them on who asks for a cluster's own tasks. */
export const createPoller = ({clients, clock, random, emit, assignCluster = () => undefined, concurrency = 64, ratesOf = () => usualRates, onAnswer, onFirstRound}: PollerOptions): Poller => {
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
		running?.slots.stop();
		running?.logWatch.stop();
		running?.historyWatch.stop();
		running?.mainWatch.stop();
		running?.endWatch.stop();
		running = undefined;
	};

	const applyFocus = ({visible, isAttended = true, activeRows = 0, open, log, histories = [], unended = []}: PollFocus): void => {
		const keys = new Set([...visible, ...(open ? [open.owner] : [])]);
		// A key that is no agent's is a cluster's; which one, its speakers need not know.
		const isClusterOnScreen = [...keys].some(key => !loops.has(key));
		for (const [agent, loop] of loops) {
			loop.setFocus({isOnScreen: keys.has(agent), isClusterOnScreen, activeRows, openTask: open?.id, isAttended});
		}

		running?.logWatch.setFocus(log);
		running?.historyWatch.setFocus(histories);
		running?.endWatch.setFocus(unended);
	};

	let isFirstRoundDone = false;
	/** Whoever is held back by another's trial goes on when that one is judged, so it does not count as done while anybody is under way. */
	const look = (): void => {
		if (isFirstRoundDone || !running?.roster.isSettled() || !running.mainWatch.isSettled() || loops.size < watched.size || loops.values().some(loop => loop.round() === 'under way')) {
			return;
		}

		isFirstRoundDone = true;
		onFirstRound?.();
	};

	const hurry = onFirstRound && look;

	/** Begins to ask agents one after the other, so that not all are asked in one moment. */
	const begin = (added: readonly AgentClient[], {slots, roster, mainWatch}: Running): void => {
		const step = hurry ? 0 : Math.min(pace.staggerStep, pace.staggerTotal / Math.max(1, added.length));
		for (const [index, client] of added.entries()) {
			const {key} = client.address;
			loops.set(key, createAgentLoop({
				client, clock, random, slots,
				emit(event) {
					emit(event);
					mainWatch.hear(event);
				},
				isShown: id => roster.isShown(key, id),
				rates: ratesOf(key),
				delay: index * step,
				onRound: hurry,
				onAnswer: onAnswer && (duration => {
					onAnswer(key, duration);
				}),
				report(health) {
					roster.hear(key, health);
				},
			}));
		}

		applyFocus(focus);
	};

	return {
		start() {
			stop();
			isFirstRoundDone = false;
			const slots = createSlots(concurrency, clock);
			running = {
				slots,
				roster: createRoster({
					agents: [...watched.keys()], loopOf: agent => loops.get(agent), clock, assignCluster, onRegrouped: hurry,
				}),
				logWatch: createLogWatch({clientOf: agent => watched.get(agent), clock, random, emit, slots}),
				historyWatch: createHistoryWatch({clientOf: agent => watched.get(agent), clock, emit, slots}),
				mainWatch: createMainWatch({clientOf: agent => watched.get(agent), clock, random, emit, slots, onSettled: hurry}),
				endWatch: createEndWatch({clientOf: agent => watched.get(agent), clock, random, emit, slots}),
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
