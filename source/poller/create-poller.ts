import {isDeepStrictEqual} from 'node:util';
import {type Clock} from '../protocol/clock.js';
import {type AgentClient} from '../client/agent-client.js';
import {type PollEvent} from '../store/event.js';
import {createAgentLoop, type AgentLoop} from './agent-loop.js';
import {type LogFocus} from './log-memory.js';
import {createLogWatch, type LogWatch} from './log-watch.js';
import {pace} from './pace.js';
import {createRoster, type Roster} from './roster.js';
import {createSlots} from './slots.js';

/** What is on screen: the keys of agents and clusters whose rows are in sight or whose task is open, which task that is, and the log. */
export type PollFocus = {
	readonly visible: readonly string[];
	readonly open: {readonly owner: string; readonly id: string} | undefined;
	readonly log?: LogFocus | undefined;
};

export type Poller = {
	/** Begins to ask all agents. Once more after `stop`, it begins anew. */
	readonly start: () => void;
	/** Ends everything; nothing is emitted afterwards. */
	readonly stop: () => void;
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
};

const noFocus: PollFocus = {visible: [], open: undefined};

/** One loop per agent, and the agreement among them on who asks for a cluster's own tasks. */
export const createPoller = ({clients, clock, random, emit, assignCluster = () => undefined, concurrency = 64}: PollerOptions): Poller => {
	let loops = new Map<string, AgentLoop>();
	let roster: Roster | undefined;
	let logWatch: LogWatch | undefined;
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
		roster?.stop();
		logWatch?.stop();
		logWatch = undefined;
	};

	const applyFocus = ({visible, open, log}: PollFocus): void => {
		const keys = new Set([...visible, ...(open ? [open.owner] : [])]);
		// A key that is no agent's is a cluster's; which one, its speakers need not know.
		const isClusterOnScreen = [...keys].some(key => !loops.has(key));
		for (const [agent, loop] of loops) {
			loop.setFocus({isOnScreen: keys.has(agent), isClusterOnScreen, openTask: open?.id});
		}

		logWatch?.setFocus(log);
	};

	return {
		start() {
			stop();
			const slots = createSlots(concurrency);
			logWatch = createLogWatch({clients, clock, random, emit, slots});
			const newRoster = createRoster({
				agents: clients.map(({address}) => address.key), loopOf: agent => loops.get(agent), clock, assignCluster,
			});
			roster = newRoster;
			const step = Math.min(pace.staggerStep, pace.staggerTotal / Math.max(1, clients.length));
			for (const [index, client] of clients.entries()) {
				const {key} = client.address;
				loops.set(key, createAgentLoop({
					client, clock, random, emit, slots,
					isShown: newRoster.isShown,
					delay: index * step,
					report(health) {
						newRoster.hear(key, health);
					},
				}));
			}

			applyFocus(focus);
		},
		stop,
		refresh(agent) {
			each(agent, loop => {
				loop.refresh();
			});
			logWatch?.refresh(agent);
		},
		wake(agent) {
			each(agent, loop => {
				loop.wake();
			});
			logWatch?.wake(agent);
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
