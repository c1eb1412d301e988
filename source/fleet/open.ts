import {type FleetKeyPolicy} from '../client/keys/policy.js';
import {createPasswordVault, type PasswordGroup} from '../client/passwords/vault.js';
import {createMemoryPins, type FleetTls, type KeyPins} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {type Rates} from '../poller/intervals.js';
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

export type OpenFleetDeps = {
	/** Empty in a demo, which brings its own. */
	readonly addresses: readonly AgentAddress[];
	readonly passwords: {readonly root?: string; readonly agent?: string};
	readonly language: string;
	/** Left alone in a demo, whose agents end with it, and so do their keys. */
	readonly pins: KeyPins;
	/** See `FleetOptions`. */
	readonly keyPolicy?: FleetKeyPolicy | undefined;
	readonly tls: FleetTls;
	readonly demo?: {readonly seed: number; readonly speed: number};
	/** Agents (keys) that have passwords of their own. */
	readonly passwordGroups: readonly PasswordGroup[];
	/** Agents (keys) whose clusters' other agents are found and watched, too. */
	readonly seeds: readonly string[];
	readonly rates: Rates;
	/** Bytes of an answer. */
	readonly bodyLimit: number;
	/** Whether other agents are to be found; in a demo, whether those of all are. */
	readonly isDiscovering: boolean;
	readonly clock: Clock;
	readonly randomBytes: RandomBytes;
	/** 0 to 1 */
	readonly random: () => number;
	/** Where operations are written down; without it none is sent. */
	readonly audit?: Audit | undefined;
	/** Which agents are left alone by operations; none unless told otherwise. */
	readonly guard?: OperationGuard | undefined;
	/** Writes down everything that agents are asked for. */
	readonly recorder?: Recorder | undefined;
};

/** A fleet under watch and the store that its answers go to, for modes without a screen. */
export type OpenFleet = {
	readonly store: Store;
	/** How the store was before anything was asked. */
	readonly begin: State;
	readonly fleet: Fleet;
	/** Settles when everything was asked once, whatever came of it. */
	readonly firstRound: Promise<void>;
	/** How long each agent's last answer took, by its key, in ms. */
	readonly latencies: ReadonlyMap<string, number>;
	/** Every password that is used, for whoever must leave them out. */
	readonly secrets: readonly string[];
	readonly stop: () => Promise<void>;
};

// In ms. Nobody presses a key here: what `obwatch trust` accepts meanwhile is looked for. Nothing is read where no agent waits for that.
const reviewEvery = 15_000;

// Nothing is drawn; so many agents are asked every second while something runs, the others every three.
const noScreen = {columns: 200, rows: 50};

/** Begins to watch, without pauses until everything was asked once. */
export const openFleet = async ({
	addresses, passwords, passwordGroups, seeds, rates, bodyLimit, language, pins, keyPolicy, tls, demo, isDiscovering, clock, randomBytes, random, audit, guard, recorder,
}: OpenFleetDeps): Promise<OpenFleet> => {
	const fleetDemo = demo && await openDemo({...demo, isGrowing: isDiscovering, clock});
	const watched = fleetDemo?.addresses ?? addresses;
	const used = fleetDemo?.passwords ?? passwords;
	const begin = initialState(watched, noScreen, {isGrowing: isDiscovering});
	const store = createStore(begin, clock.now);
	const {promise: firstRound, resolve} = Promise.withResolvers<void>();
	const latencies = new Map<string, number>();
	const fleet = watchFleet({
		addresses: watched, vault: createPasswordVault(used, passwordGroups), pins: fleetDemo ? createMemoryPins() : pins, keyPolicy, tls, language, store, clock, randomBytes, random, onFirstRound: resolve, audit, guard, recorder,
		seeds: fleetDemo && isDiscovering ? watched.map(({key}) => key) : seeds,
		rates: {...rates, ...fleetDemo?.rates},
		bodyLimit,
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
			await fleetDemo?.stop();
		},
	};
};
