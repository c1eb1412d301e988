import {type FleetKeyPolicy} from '../client/keys/pinning.js';
import {createPasswordVault, type PasswordGroup} from '../client/passwords/vault.js';
import {createMemoryPins, type FleetTls, type KeyPins} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {pace, type Rates} from '../poller/intervals.js';
import {type AgentAddress} from '../protocol/address.js';
import {type RandomBytes} from '../protocol/seal.js';
import {type Recorder} from '../recording/recorder.js';
import {initialState} from '../store/initial-state.js';
import {type State} from '../store/state.js';
import {createStore, type Store} from '../store/store.js';
import {type Audit} from './audit.js';
import {type Fleet, watchFleet} from './fleet.js';
import {type OperationGuard} from './guard.js';
import {openDemo} from './open-demo.js';
import {keepRunFile} from './run-file.js';

// In one import with the rest of what asks agents.
export {openRecorder} from '../recording/recorder.js';
export {openAuditFile} from './audit.js';
export {watchFleet} from './fleet.js';
export {openOperationGuard} from './guard.js';
export {keepRunFile} from './run-file.js';

export type OpenFleetDeps = {
	/** Empty in a demo, which brings its own. */
	readonly addresses: readonly AgentAddress[];
	readonly passwords: {readonly root?: string; readonly agent?: string};
	/** Not used in a demo, whose agents end with it, and so do their keys. */
	readonly pins: KeyPins;
	/** See `FleetDeps`. */
	readonly keyPolicy?: FleetKeyPolicy | undefined;
	readonly tls: FleetTls;
	readonly demo?: {readonly seed: number; readonly speed: number};
	/** Agents (keys) that have passwords of their own. */
	readonly passwordGroups: readonly PasswordGroup[];
	/** Agents (keys) whose clusters' other agents are found and watched too. */
	readonly seeds: readonly string[];
	readonly rates: Rates;
	/** Bytes of a response. */
	readonly bodyLimit: number;
	/** Whether other agents are to be found; in a demo, whether those of all clusters are. */
	readonly isDiscovering: boolean;
	readonly clock: Clock;
	readonly randomBytes: RandomBytes;
	/** 0 to 1. */
	readonly random: () => number;
	/** Where operations are written down; without it none is sent. */
	readonly audit?: Audit | undefined;
	/** Which agents are exempt from operations; default none. */
	readonly guard?: OperationGuard | undefined;
	/** See `PollerDeps`. */
	readonly looksBack?: boolean | undefined;
	/** Records every query and its response. */
	readonly recorder?: Recorder | undefined;
	/** See `initialState`. */
	readonly keepsRuns?: boolean;
	/** Earlier runs of tasks: in which folder they are kept, whether agents are asked for more, and who hears what is wrong with the file. */
	readonly runs?: {readonly folder: string | undefined; readonly isAsked: boolean; readonly report: (problem: string) => void} | undefined;
};

/** A watched fleet and its store, for modes without a screen. */
export type OpenFleet = {
	readonly store: Store;
	/** The store's state before the first request. */
	readonly begin: State;
	readonly fleet: Fleet;
	/** Resolves when every request of the first round has succeeded or failed. */
	readonly firstRound: Promise<void>;
	/** The duration of each agent's last response, by its key, in ms. */
	readonly latencies: ReadonlyMap<string, number>;
	/** Every password in use, for redaction. */
	readonly secrets: readonly string[];
	readonly stop: () => Promise<void>;
};

// ms between checks for keys that `obwatch trust` accepted, since no key press triggers them here. Nothing is read unless an agent waits for one.
const reviewEvery = 15_000;

// Nothing is drawn; this many agents are polled every second while active, the others every three.
const noScreen = {columns: 200, rows: 50};

/** Starts watching, without pauses until the first round is done. */
export const openFleet = async ({
	addresses, passwords, passwordGroups, seeds, rates, bodyLimit, pins, keyPolicy, tls, demo, isDiscovering, clock, randomBytes, random, audit, guard, looksBack, recorder, keepsRuns = true, runs,
}: OpenFleetDeps): Promise<OpenFleet> => {
	const fleetDemo = demo && await openDemo({...demo, isGrowing: isDiscovering, clock});
	const watched = fleetDemo?.addresses ?? addresses;
	const used = fleetDemo?.passwords ?? passwords;
	const begin = initialState(watched, noScreen, {isGrowing: isDiscovering, keepsRuns});
	const store = createStore(begin, clock.now);
	const {promise: firstRound, resolve} = Promise.withResolvers<void>();
	const latencies = new Map<string, number>();
	// The demo's agents end with it, and so do their runs.
	const runFile = runs && keepsRuns && !fleetDemo ? keepRunFile({...runs, store, clock, isWritten: runs.isAsked}) : undefined;
	await runFile?.loaded;
	const fleet = watchFleet({
		addresses: watched, vault: createPasswordVault(used, passwordGroups), pins: fleetDemo ? createMemoryPins() : pins, keyPolicy, tls, store, clock, randomBytes, random, onFirstRound: resolve, audit, guard, looksBack, recorder,
		seeds: fleetDemo && isDiscovering ? watched.map(({key}) => key) : seeds,
		rates: {...rates, ...fleetDemo?.rates},
		bodyLimit,
		runsPause: keepsRuns && runs?.isAsked ? fleetDemo?.runsPause ?? pace.runs : undefined,
		onResponse(agent, duration) {
			latencies.set(agent, duration);
		},
	});
	let cancelReview: (() => void) | undefined;
	const reviewLater = (): void => {
		cancelReview = clock.schedule(() => {
			fleet.reviewKeys();
			reviewLater();
		}, reviewEvery);
	};

	reviewLater();
	return {
		store,
		begin,
		fleet,
		firstRound,
		latencies,
		secrets: [used, ...passwordGroups.map(group => group.passwords)].flatMap(given => Object.values(given)).filter(secret => secret !== undefined),
		async stop() {
			cancelReview?.();
			await fleet.stop();
			await runFile?.stop();
			await fleetDemo?.stop();
		},
	};
};
