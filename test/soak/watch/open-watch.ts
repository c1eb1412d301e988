// The program as `commands/monitor.ts` puts it together, over a terminal that keeps nothing and in a time of its own.

import {randomBytes} from 'node:crypto';
import {createPasswordVault} from '../../../source/client/passwords/vault.js';
import {type TransportDeps} from '../../../source/client/transport.js';
import {createMemoryPins, plainTls, type Transport} from '../../../source/client/types.js';
import {watchFleet} from '../../../source/fleet/fleet.js';
import {type Clock} from '../../../source/lib/clock.js';
import {type AgentAddress, parseAgentAddress} from '../../../source/protocol/address.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type JobControl} from '../../../source/ui/terminal/job-control.js';
import {openScreen} from '../../../source/ui/terminal/screen.js';
import {createTheme} from '../../../source/ui/theme.js';
import {agentPassword, rootPassword} from '../life/members.js';
import {createCountingStore, type CountingStore} from './counting-store.js';
import {createQuietTerminal, type QuietTerminal} from './quiet-terminal.js';

export type Watch = {
	readonly store: CountingStore;
	readonly terminal: QuietTerminal;
	/** Does what a person would have to: accepts keys, enters passwords. */
	readonly attend: () => void;
	/** Ends the screen and the fleet. */
	readonly stop: () => Promise<void>;
};

const noJobControl: JobControl = {
	stop: () => undefined,
	measureAgain: () => undefined,
	onContinued: () => () => undefined,
	onStopAsked: () => () => undefined,
	onWindowChanged: () => () => undefined,
	ignoreKeyboard: () => () => undefined,
};

const addressOf = (label: string): AgentAddress => {
	const parsed = parseAgentAddress(label);
	if (!parsed.ok) {
		throw new Error(parsed.problem);
	}

	return parsed.address;
};

export const openWatch = (labels: readonly string[], clock: Clock, connect: (options: TransportDeps) => Transport): Watch => {
	const addresses = labels.map(label => addressOf(label));
	const vault = createPasswordVault({root: rootPassword, agent: agentPassword});
	const store = createCountingStore(initialState(addresses, {columns: 80, rows: 24}, {isGrowing: true}), clock.now);
	const terminal = createQuietTerminal(80, 24);
	const screen = openScreen({
		stdout: terminal.stdout, stdin: terminal.stdin, store, clock, theme: createTheme(), jobControl: noJobControl, maxFps: Infinity,
		onRequest(request) {
			if (request.type === 'refresh') {
				fleet.refresh();
			}
		},
		onPassword: () => undefined,
	});
	const fleet = watchFleet({
		addresses, vault, pins: createMemoryPins(), tls: plainTls, store, clock, randomBytes: count => randomBytes(count), random: () => 0.5, seeds: addresses.map(({key}) => key), connect,
	});
	const end = screen.waitUntilExit();
	return {
		store, terminal,
		attend() {
			for (const [agent, {connection}] of store.getState().agents) {
				if (connection.type !== 'failing') {
					continue;
				}

				if (connection.error.type === 'key-changed') {
					fleet.acceptKey(agent, connection.error.offered);
				} else if (connection.error.type === 'unauthorized') {
					const {wants} = connection.error;
					vault.enter({agent}, wants, wants === 'root' ? rootPassword : agentPassword);
				}
			}
		},
		async stop() {
			screen.close();
			await end;
			await fleet.stop();
		},
	};
};
