import {type AgentClientDeps, createAgentClient} from '../client/client.js';
import {type FleetKeyPolicy, trustsNewKey, usualKeyPolicy} from '../client/keys/pinning.js';
import {createKnownIds} from '../client/task-rules.js';
import {type AgentClient, type AgentOperator, type FleetTls, type KeyPins, type PasswordVault} from '../client/types.js';
import {createResponseWorker, readerProgram} from '../client/worker/pool.js';
import {type Clock, type Turns} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {pace, type Rates, usualRates} from '../poller/intervals.js';
import {fetchLog} from '../poller/logs-state.js';
import {createPoller} from '../poller/poller.js';
import {sendWithDeadline} from '../poller/request.js';
import {type AgentAddress} from '../protocol/address.js';
import {type RandomBytes} from '../protocol/seal.js';
import {type Recorder} from '../recording/recorder.js';
import {type PollEvent} from '../store/actions.js';
import {type FetchLog} from '../store/log/buffer.js';
import {topScreen} from '../store/lookup.js';
import {selectMissingTask} from '../store/selectors/links.js';
import {attentionLeft, isRunKnown, selectFocus, selectRunWishes} from '../store/selectors/poll-focus.js';
import {type OperationResponse, type Order} from '../store/operations/track.js';
import {type Screen, type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {type Audit, noAudit} from './audit.js';
import {createDiscovery, type DiscoveryNews} from './discovery.js';
import {type OperationGuard} from './guard.js';
import {createOperating} from './operator.js';
import {createThroughMaster, createThroughOwner, isFollower, masterIn, proxyOwnerIn} from './through-master.js';

export type FleetDeps = {
	readonly addresses: readonly AgentAddress[];
	readonly vault: PasswordVault;
	readonly pins: KeyPins;
	/** What happens with keys that were never seen. */
	readonly keyPolicy?: FleetKeyPolicy | undefined;
	readonly tls: FleetTls;
	readonly store: Store;
	readonly clock: Clock;
	/** Given where keys are heard, between slices of what many agents say at once. */
	readonly turns?: Turns | undefined;
	readonly randomBytes: RandomBytes;
	/** 0 to 1. */
	readonly random: () => number;
	/** Agents (keys) whose clusters' other agents are found and watched too. */
	readonly seeds?: readonly string[];
	/** Polling rates that differ from the default. */
	readonly rates?: Partial<Rates>;
	/** Bytes of a response; a longer one is cut off and reported. Default 32 MB. */
	readonly bodyLimit?: number | undefined;
	/** Where operations are written down; without it none is sent. */
	readonly audit?: Audit | undefined;
	/** Which agents are exempt from operations; default none. */
	readonly guard?: OperationGuard | undefined;
	/** Called with the duration of each response of an agent, good or bad, in ms. */
	readonly onResponse?: ((agent: string, duration: number) => void) | undefined;
	/** The caller waits for the whole picture: the first round runs without pauses, and this is called when each request has succeeded or failed. */
	readonly onFirstRound?: (() => void) | undefined;
	/** ms between two requests to one agent for earlier runs of tasks; undefined: there are none. */
	readonly runsPause?: number | undefined;
	/** See `PollerDeps`. */
	readonly looksBack?: boolean | undefined;
	/** The state says whether not everything was read yet since the start. */
	readonly saysReading?: boolean | undefined;
	/** Records every query and its response. */
	readonly recorder?: Recorder | undefined;
	/** See `AgentClientDeps`. */
	readonly connect?: AgentClientDeps['connect'];
};

/** The watched agents: polled into the store, what is on screen first. */
export type Fleet = {
	readonly refresh: () => void;
	/** Continues with agents whose keys were accepted elsewhere (`obwatch trust`). */
	readonly reviewKeys: () => void;
	/** Accepts the offered key if it still has that fingerprint; whether it did. */
	readonly acceptKey: (agent: string, offered: string) => boolean;
	/** All lines of a log, fetched now beside routine polling. */
	readonly fetchLog: FetchLog;
	/** Sends an operation once, then watches for its effect; the store gets the result too. */
	readonly operate: (order: Order) => Promise<OperationResponse>;
	/** Why an agent (its key) is exempt from operations, as far as it has said which agent it is. */
	readonly whyExempt: (agent: string) => Promise<string | undefined>;
	/** Ends every request, timer and connection. Resolves once an operation in progress is written down. */
	readonly stop: () => Promise<void>;
};

// In ms.
const focusEvery = 250;

// Longer than the first attempts at an agent that does not respond.
const readingPatience = 30_000;

/** Whether a screen is about all agents, so that nearly every response changes what it is made of. */
const isOfAll = (screen: Screen): boolean => screen.type === 'agents' || (screen.type === 'history' && screen.owner === undefined);

// ms. The user waits for it, and nothing else does: longer than for the log on screen.
const fullLogTimeout = 60_000;

/** A found agent gets the settings of the agent that named it, unless it has its own. */
const inheritFrom = <T>(known: Map<string, T>, found: string, foundBy: string): void => {
	const like = known.get(foundBy);
	if (like !== undefined && !known.has(found)) {
		known.set(found, like);
	}
};

/** Starts watching. */
export const watchFleet = ({
	addresses, vault, pins, keyPolicy = usualKeyPolicy, tls, store, clock, turns, randomBytes, random, seeds = [], rates = {}, bodyLimit, audit = noAudit, guard, onResponse, onFirstRound, runsPause, looksBack, saysReading = false, recorder, connect,
}: FleetDeps): Fleet => {
	recorder?.begin(addresses.map(({key}) => key));
	const knownIds = createKnownIds();
	const worker = readerProgram === undefined ? undefined : createResponseWorker(readerProgram, clock);
	const tlsByAgent = new Map(tls.own);
	const policyByAgent = new Map(keyPolicy.own);
	const newClient = (address: AgentAddress, isFound: boolean): AgentClient & AgentOperator => {
		const own = createAgentClient({
			address, vault, pins, trustsNew: trustsNewKey(policyByAgent.get(address.key) ?? keyPolicy.all, isFound), tls: tlsByAgent.get(address.key) ?? tls, knownIds, clock, turns, random: randomBytes, bodyLimit, worker, connect,
			onExchange: recorder && (exchange => {
				recorder.hear(address.key, exchange);
			}),
		});
		const throughMaster = createThroughMaster(own, {
			findMaster() {
				const found = masterIn(store.getState(), address.key);
				const master = clients.get(found?.master ?? '');
				return found && master && {name: found.name, master};
			},
			onRefused() {
				if (isFollower(store.getState(), address.key)) {
					refusing.add(address.key);
				}
			},
			clock,
		});
		return createThroughOwner(throughMaster, id => clients.get(proxyOwnerIn(store.getState(), address.key, id) ?? ''));
	};

	/** Followers that refused before their master was known. */
	const refusing = new Set<string>();
	const retryRefusing = (state: State): void => {
		for (const key of refusing) {
			if (!masterIn(state, key)) {
				continue;
			}

			refusing.delete(key);
			poller.wake(key);
		}
	};

	const clients = new Map(addresses.map(address => [address.key, newClient(address, false)]));
	const seedKeys = new Set(seeds);
	const followed = new Set(seeds);
	const discovery = seedKeys.size === 0 ? undefined : createDiscovery(addresses.map(address => ({address, isSeed: seedKeys.has(address.key)})));

	const follow = (event: DiscoveryNews): void => {
		switch (event.type) {
			case 'agents-found': {
				store.dispatch(event);
				for (const {address: {key}, foundBy} of event.found) {
					vault.adopt(key, foundBy);
					inheritFrom(tlsByAgent, key, foundBy);
					inheritFrom(policyByAgent, key, foundBy);

					followed.add(key);
				}

				const found = event.found.map(({address}) => newClient(address, true));
				for (const client of found) {
					clients.set(client.address.key, client);
				}

				poller.add(found);
				break;
			}

			case 'agent-dropped': {
				poller.remove(event.agent);
				clients.get(event.agent)?.dispose();
				clients.delete(event.agent);
				store.dispatch(event);
				break;
			}

			case 'agent-left':
			case 'agent-returned': {
				store.dispatch(event);
				break;
			}

			case 'too-many-found': {
				store.dispatch({type: 'notice-shown', text: messages().notices.tooManyFound(event.limit)});
				break;
			}
		}
	};

	const emit = (event: PollEvent): void => {
		store.dispatch(event);
		for (const next of discovery?.hear(event) ?? []) {
			follow(next);
		}
	};

	const endReading = (): void => {
		if (store.getState().isReading) {
			store.dispatch({type: 'reading-changed', isReading: false});
		}
	};

	const poller = createPoller({
		clients: [...clients.values()], clock, turns, random, emit, assignCluster: vault.assignCluster, onResponse, onQueried: recorder?.expect, looksBack,
		onFirstRound: onFirstRound ?? (saysReading ? endReading : undefined), isHurried: onFirstRound !== undefined,
		pastRuns: runsPause === undefined ? undefined : {pause: runsPause, wishes: () => selectRunWishes(store.getState()), isKnown: head => isRunKnown(store.getState(), head)},
		ratesOf: agent => ({...usualRates, ...rates, members: followed.has(agent) ? rates.members ?? pace.members : usualRates.members}),
	});
	// A link is queried once when it is opened, never on a timer (docs/protocol.md#which-ids-may-be-queried), and one at a time.
	let opened: ReturnType<typeof selectMissingTask>;
	const followLink = (state: State): void => {
		const missing = selectMissingTask(state);
		if (missing?.agent === opened?.agent && missing?.id === opened?.id) {
			return;
		}

		if (opened) {
			poller.closeLink(opened.agent, opened.id);
		}

		if (missing) {
			poller.openLink(missing.agent, missing.id);
		}

		opened = missing;
	};

	const operating = createOperating({
		clients, clock, audit, guard, store, look: poller.refresh,
	});

	let focused: State['view'] | undefined;
	let cancelFocus: (() => void) | undefined;
	let cancelAttention: (() => void) | undefined;
	const focusPoller = (): void => {
		cancelFocus?.();
		cancelAttention?.();
		cancelFocus = undefined;
		const state = store.getState();
		focused = state.view;
		const attention = attentionLeft(state, clock.now());
		poller.setFocus({...selectFocus(state), isAttended: attention > 0});
		cancelAttention = attention > 0 ? clock.schedule(focusPoller, attention) : undefined;
	};

	const focus = (): void => {
		const state = store.getState();
		operating.follow(state);
		followLink(state);
		retryRefusing(state);
		// Polling seldom moves the rows of a long table, and checking takes time with every agent.
		if (state.view === focused && isOfAll(topScreen(state))) {
			cancelFocus ??= clock.schedule(focusPoller, focusEvery);
			return;
		}

		focusPoller();
	};

	const unsubscribe = [
		store.subscribe(focus),
		vault.subscribe(() => {
			poller.wake();
		}),
	];
	focus();
	poller.start();
	// A calm screen must not look like a whole one before everything was read once.
	if (saysReading && !poller.isSettled()) {
		store.dispatch({type: 'reading-changed', isReading: true});
	}

	const cancelReading = saysReading ? clock.schedule(endReading, readingPatience) : undefined;

	const reviewKeys = (): void => {
		for (const client of clients.values()) {
			void client.reviewKey().then(isAccepted => {
				if (isAccepted) {
					poller.wake(client.address.key);
				}
			});
		}
	};

	return {
		refresh() {
			poller.refresh();
			reviewKeys();
		},
		reviewKeys,
		acceptKey(agent, offered) {
			const isAccepted = clients.get(agent)?.acceptKey(offered) ?? false;
			poller.wake(agent);
			return isAccepted;
		},
		operate: operating.operate,
		whyExempt: operating.whyExempt,
		async fetchLog(agent, subTask, signal) {
			const client = clients.get(agent);
			return client
				? sendWithDeadline(async given => fetchLog(client, subTask, given), {clock, timeout: fullLogTimeout, signal})
				: {type: 'error', error: {type: 'protocol', problem: 'not-watched'}};
		},
		async stop() {
			for (const end of unsubscribe) {
				end();
			}

			cancelFocus?.();
			cancelAttention?.();
			cancelReading?.();

			const ended = operating.stop();
			poller.stop();
			for (const client of clients.values()) {
				client.dispose();
			}

			worker?.stop();
			await ended;
		},
	};
};
