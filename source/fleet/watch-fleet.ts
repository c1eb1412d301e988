import {type AgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';
import {type RandomBytes} from '../protocol/seal.js';
import {createAgentClient} from '../client/create-agent-client.js';
import {createHandedOutIds} from '../client/handed-out-ids.js';
import {type PasswordVault} from '../client/password-vault.js';
import {ask} from '../poller/ask.js';
import {createPoller} from '../poller/create-poller.js';
import {fetchLog} from '../poller/log-answer.js';
import {type Store} from '../store/create-store.js';
import {selectMissingTask} from '../store/select/links.js';
import {selectFocus} from '../store/select/select-focus.js';
import {type State} from '../store/state.js';
import {type FetchLog} from '../store/log/fetched-log.js';

export type FleetOptions = {
	readonly addresses: readonly AgentAddress[];
	readonly vault: PasswordVault;
	readonly language: string;
	readonly store: Store;
	readonly clock: Clock;
	readonly randomBytes: RandomBytes;
	/** 0 to 1 */
	readonly random: () => number;
	/** Bytes of an answer; what is longer is cut off, and said so. 32 MB unless told otherwise. */
	readonly bodyLimit?: number | undefined;
};

/** The agents under watch: polled into the store, what is on screen first. */
export type Fleet = {
	readonly refresh: () => void;
	/** Whether the key with that fingerprint still is the one on offer, and so is accepted. */
	readonly acceptKey: (agent: string, offered: string) => boolean;
	/** All lines of a log, asked for now beside the routine questions. */
	readonly fetchLog: FetchLog;
	/** Ends every question, timer and connection. */
	readonly stop: () => void;
};

// In ms. Somebody waits for it, and nothing else does: longer than for the log on screen.
const wholeLogTimeout = 60_000;

/** Begins to watch. */
export const watchFleet = ({addresses, vault, language, store, clock, randomBytes, random, bodyLimit}: FleetOptions): Fleet => {
	const handedOut = createHandedOutIds();
	const clients = addresses.map(address => createAgentClient({
		address, vault, handedOut, language, clock, random: randomBytes, bodyLimit,
	}));
	const poller = createPoller({
		clients, clock, random, emit: store.dispatch, assignCluster: vault.assignCluster,
	});
	// A link is asked for once when it is opened, never on a timer (API reference, section 2).
	let opened: string | undefined;
	const followLink = (state: State): void => {
		const missing = selectMissingTask(state);
		const link = missing && `${missing.agent} ${missing.id}`;
		if (missing && link !== opened) {
			poller.openLink(missing.agent, missing.id);
		}

		opened = link;
	};

	const focus = (): void => {
		const state = store.getState();
		poller.setFocus(selectFocus(state));
		followLink(state);
	};

	const unsubscribe = [
		store.subscribe(focus),
		vault.subscribe(() => {
			poller.wake();
		}),
	];
	focus();
	poller.start();
	return {
		refresh() {
			poller.refresh();
		},
		acceptKey(agent, offered) {
			const isAccepted = clients.find(({address}) => address.key === agent)?.acceptKey(offered) ?? false;
			poller.wake(agent);
			return isAccepted;
		},
		async fetchLog(agent, subTask, signal) {
			const client = clients.find(({address}) => address.key === agent);
			return client
				? ask(async given => fetchLog(client, subTask, given), {clock, timeout: wholeLogTimeout, signal})
				: {type: 'error', error: {type: 'protocol', message: 'this agent is not watched'}};
		},
		stop() {
			for (const end of unsubscribe) {
				end();
			}

			poller.stop();
			for (const client of clients) {
				client.dispose();
			}
		},
	};
};
