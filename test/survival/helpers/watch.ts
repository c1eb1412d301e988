// Watches agents with the real client, poller and store over real connections, in a time of its own: it stops while a request is on its way, and jumps
// when only timers are left.

import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, onTestFinished} from 'vitest';
import {createAgentClient} from '../../../source/client/client.js';
import {createPasswordVault} from '../../../source/client/passwords/vault.js';
import {createKnownIds} from '../../../source/client/task-rules.js';
import {type AgentClient, createMemoryPins, plainTls} from '../../../source/client/types.js';
import {createPoller, type Poller} from '../../../source/poller/poller.js';
import {type PasswordKind} from '../../../source/protocol/errors.js';
import {type PollEvent} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type AgentsRow} from '../../../source/store/selectors/agents.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {type ScreenView, selectScreen} from '../../../source/ui/parts.js';
import {addressOf, ten} from '../../helpers/tasks.js';
import {until} from '../../helpers/until.js';
import {createVirtualClock, type VirtualClock} from '../../helpers/virtual-clock.js';

/** Where an agent is found, and what of its questions waits for time to pass. */
export type Watched = {readonly label: string; readonly held?: () => number; readonly connections?: () => number};

export type Watch = {
	readonly store: Store;
	readonly poller: Poller;
	readonly events: readonly PollEvent[];
	readonly clientOf: (label: string) => AgentClient;
	readonly screen: () => ScreenView;
	/** The agent's row of the agents screen, which must be the one in front. */
	readonly row: (label: string) => AgentsRow;
	/** What the row says is wrong, with "HH:MM" for the time of day. */
	readonly words: (label: string) => string | undefined;
	/** Lets so many seconds pass. */
	readonly pass: (seconds: number) => Promise<void>;
	/** Lets time pass until that holds, looking every 100 ms; resolves with the seconds it took. */
	readonly passUntil: (condition: () => boolean, reason: string, limit: number) => Promise<number>;
	/** How many questions that agent was asked so far. */
	readonly questions: (label: string) => number;
	/** Lets a minute pass; resolves with how many questions that agent was asked in it. */
	readonly minuteOf: (label: string) => Promise<number>;
	/** How often trouble with that agent was told so far. */
	readonly tellings: (label: string) => number;
};

export type WatchOptions = {
	/** Bytes; see `AgentClientOptions`. */
	readonly bodyLimit?: number | undefined;
};

export type World = {
	readonly clock: VirtualClock;
	/** Begins to watch; at the end of the test everything is ended, and nothing may be left. */
	readonly watchAll: (watched: readonly Watched[], passwords?: Readonly<Partial<Record<PasswordKind, string>>>, options?: WatchOptions) => Watch;
	/** Ends it with the test, last come first. */
	readonly keep: <T extends {readonly stop: () => Promise<void>}>(thing: T) => T;
};

// Real ms in which a question over loopback comes to an end, whatever else the machine does.
const settledWithin = 120_000;

type Ending<A, R> = (ask: A) => Promise<R>;

export const createWorld = (): World => {
	const underWay = new Map<string, number>();
	let watched: readonly Watched[] = [];
	const isQuiet = (): boolean => watched.every(({label, held}) => (underWay.get(label) ?? 0) === (held?.() ?? 0));

	const settle = async (): Promise<void> => {
		const startedAt = performance.now();
		// Twice in a row: what one answer sets off begins a turn later.
		for (let quietTurns = 0; quietTurns < 2; quietTurns = isQuiet() ? quietTurns + 1 : 0) {
			await nextTurn();
			if (performance.now() - startedAt > settledWithin) {
				throw new Error(`waited in vain for questions to end: ${watched.map(({label, held}) => `${label} ${underWay.get(label) ?? 0} asked, ${held?.() ?? 0} held`).join('; ')}`);
			}
		}
	};

	const clock = createVirtualClock(ten, settle);
	const rejections: unknown[] = [];
	const onRejection = (reason: unknown): void => {
		rejections.push(reason);
	};

	process.on('unhandledRejection', onRejection);
	onTestFinished(() => {
		process.off('unhandledRejection', onRejection);
		expect(rejections).toEqual([]);
	});

	const counted = (label: string, client: AgentClient, questions: Map<string, number>): AgentClient => {
		const count = <A, R>(fetch: Ending<A, R>): Ending<A, R> => async ask => {
			questions.set(label, (questions.get(label) ?? 0) + 1);
			underWay.set(label, (underWay.get(label) ?? 0) + 1);
			try {
				return await fetch(ask);
			} finally {
				underWay.set(label, (underWay.get(label) ?? 0) - 1);
			}
		};

		return {
			...client,
			fetchInfo: count(client.fetchInfo), fetchStatus: count(client.fetchStatus), measureSkew: count(client.measureSkew),
			fetchMaintenanceTask: count(client.fetchMaintenanceTask), fetchClusterTask: count(client.fetchClusterTask), fetchUnfinishedTasks: count(client.fetchUnfinishedTasks),
			fetchTask: count(client.fetchTask), fetchNode: count(client.fetchNode), fetchLogs: count(client.fetchLogs), fetchClusterInfo: count(client.fetchClusterInfo),
		};
	};

	return {
		clock,
		keep(thing) {
			onTestFinished(thing.stop);
			return thing;
		},
		watchAll(targets, passwords = {}, {bodyLimit} = {}) {
			watched = targets;
			const addresses = targets.map(({label}) => addressOf(label));
			const vault = createPasswordVault(passwords);
			const handedOut = createKnownIds();
			const questions = new Map<string, number>();
			const clients = addresses.map(address => counted(address.key, createAgentClient({
				address, vault, pins: createMemoryPins(), tls: plainTls, knownIds: handedOut, clock, random: count => randomBytes(count), bodyLimit,
			}), questions));
			const store = createStore(initialState(addresses, {columns: 120, rows: 40}), clock.now);
			const events: PollEvent[] = [];
			const poller = createPoller({
				clients, clock, random: () => 0, assignCluster: vault.assignCluster,
				emit(event) {
					events.push(event);
					store.dispatch(event);
				},
			});
			const focus = (): void => {
				poller.setFocus(selectFocus(store.getState()));
			};

			store.subscribe(focus);
			focus();
			poller.start();

			onTestFinished(async () => {
				poller.stop();
				for (const client of clients) {
					client.dispose();
				}

				await until(() => targets.every(({connections}) => (connections?.() ?? 0) === 0), 'every connection to be closed');
				expect(clock.pending()).toBe(0);
			});

			const screen = (): ScreenView => selectScreen(store.getState(), clock.now());
			const row = (label: string): AgentsRow => {
				const view = screen();
				const found = view.type === 'agents' ? view.list.rows.find(({key}) => key === label) : undefined;
				if (!found) {
					throw new Error(`no row for ${label}`);
				}

				return found;
			};

			return {
				store, poller, events, screen, row,
				clientOf: label => clients.find(({address}) => address.key === label)!,
				words: label => row(label).problem?.replaceAll(/\b\d\d:\d\d\b/g, 'HH:MM'),
				async pass(seconds) {
					await clock.advance(seconds * 1000);
				},
				async passUntil(condition, reason, limit) {
					const startedAt = clock.now();
					while (!condition()) {
						if (clock.now() - startedAt >= limit * 1000) {
							throw new Error(`${limit} s passed in vain for ${reason}\n${targets.map(({label}) => `${label}: ${row(label).problem ?? 'fine'}`).join('\n')}`);
						}

						await clock.advance(100);
					}

					return (clock.now() - startedAt) / 1000;
				},
				questions: label => questions.get(label) ?? 0,
				async minuteOf(label) {
					const before = questions.get(label) ?? 0;
					await clock.advance(60_000);
					return (questions.get(label) ?? 0) - before;
				},
				tellings: label => events.filter(({type, agent}) => type === 'agent-failed' && agent === label).length,
			};
		},
	};
};
