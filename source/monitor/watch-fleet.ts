import {type AgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';
import {type RandomBytes} from '../protocol/seal.js';
import {createAgentClient} from '../client/create-agent-client.js';
import {createHandedOutIds} from '../client/handed-out-ids.js';
import {type PasswordVault} from '../client/password-vault.js';
import {createPoller} from '../poller/create-poller.js';
import {type Store} from '../store/create-store.js';
import {selectFocus} from '../store/select-focus.js';

export type FleetOptions = {
	readonly addresses: readonly AgentAddress[];
	readonly vault: PasswordVault;
	readonly language: string;
	readonly store: Store;
	readonly clock: Clock;
	readonly randomBytes: RandomBytes;
	/** 0 to 1 */
	readonly random: () => number;
};

/** The agents under watch: polled into the store, what is on screen first. */
export type Fleet = {
	readonly refresh: () => void;
	readonly acceptKey: (agent: string) => void;
	/** Ends every question, timer and connection. */
	readonly stop: () => void;
};

/** Begins to watch. */
export const watchFleet = ({addresses, vault, language, store, clock, randomBytes, random}: FleetOptions): Fleet => {
	const handedOut = createHandedOutIds();
	const clients = addresses.map(address => createAgentClient({
		address, vault, handedOut, language, clock, random: randomBytes,
	}));
	const poller = createPoller({
		clients, clock, random, emit: store.dispatch, assignCluster: vault.assignCluster,
	});
	const focus = (): void => {
		poller.setFocus(selectFocus(store.getState()));
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
		acceptKey(agent) {
			clients.find(({address}) => address.key === agent)?.acceptKey();
			poller.wake(agent);
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
