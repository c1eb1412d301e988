// The composition root of the screen: here, and only here, clocks, randomness, terminal and agents are real.

import module from 'node:module';
import process from 'node:process';
import {openPins} from '../client/keys/pinning.js';
import {type FleetKeyPolicy} from '../client/keys/policy.js';
import {createPasswordVault, type PasswordGroup} from '../client/passwords/vault.js';
import {createMemoryPins, type FleetTls} from '../client/types.js';
import {createOwnExporter} from '../export/exporter.js';
import {type Fleet} from '../fleet/fleet.js';
import {type ExemptAgent} from '../fleet/guard.js';
import {askAboutFoundKeys, createPinNotices} from '../fleet/key-notices.js';
import {openDemo} from '../fleet/open-demo.js';
import {createPasswordNotices} from '../fleet/password-notices.js';
import {exitCodes} from '../headless/exit-codes.js';
import {randomBytes, systemClock} from '../lib/clock.js';
import {leaveRemovedFolder} from '../lib/folders.js';
import {type Rates} from '../poller/intervals.js';
import {type AgentAddress} from '../protocol/address.js';
import {type FileRecorder} from '../recording/recorder.js';
import {type EnteredPassword, type Request} from '../store/actions.js';
import {initialState} from '../store/initial-state.js';
import {mayOperate} from '../store/operations/availability.js';
import {refreshWords} from '../store/selectors/connection.js';
import {type FoundKey, type Operable} from '../store/state.js';
import {createStore} from '../store/store.js';
import {createTerminalNotifier} from '../ui/effects/bell-and-title.js';
import {expireNotices} from '../ui/effects/notices.js';
import {runOnChange} from '../ui/effects/on-change-command.js';
import {tickHourly, workOnLogs} from '../ui/effects/timers.js';
import {keysFor} from '../ui/keys/resolve.js';
import {type KeyRecord} from '../ui/keys/table.js';
import {createJobControl} from '../ui/terminal/job-control.js';
import {loadScreen} from '../ui/terminal/load-screen.js';
import {sizedTerminal} from '../ui/terminal/terminal-size.js';
import {createTheme} from '../ui/theme.js';

export type MonitorDeps = {
	/** Empty in a demo, which brings its own. */
	readonly addresses: readonly AgentAddress[];
	readonly passwords: {readonly root?: string; readonly agent?: string};
	/** Agents (keys) that have passwords of their own. */
	readonly passwordGroups: readonly PasswordGroup[];
	/** Agents (keys) whose clusters' other agents are found and watched, too. */
	readonly seeds: readonly string[];
	readonly rates: Rates;
	/** Bytes of an answer. */
	readonly bodyLimit: number;
	readonly keys: readonly KeyRecord[];
	readonly language: string;
	readonly keyPolicy: FleetKeyPolicy;
	readonly tls: FleetTls;
	readonly demo?: {readonly seed: number; readonly speed: number};
	/** Whether other agents are to be found; in a demo, whether those of all are. */
	readonly isDiscovering: boolean;
	readonly isAscii: boolean;
	readonly isColored: boolean;
	/** Which agents may be told to operate on tasks. */
	readonly operable: Operable;
	/** Which agents are to be left alone, whatever they are called. */
	readonly leftAlone: readonly ExemptAgent[];
	/** Where the program keeps what must outlive it; undefined where no place is known. */
	readonly stateFolder: string | undefined;
	/** Whether the terminal's bell and title tell when a task ends, and a program with its arguments that is run at every change. */
	readonly notifications: {readonly bell: boolean; readonly title: boolean; readonly onChange: readonly [name: string, ...args: string[]] | undefined};
	/** obwatch's own. */
	readonly version: string;
	/** Ends the monitor from outside: a signal, an error that nobody caught. */
	readonly signal: AbortSignal;
	/** Writes down what is answered. Its end is the caller's. */
	readonly recorder?: FileRecorder | undefined;
	/** Hears of every password that is entered, so that a crash report can leave it out. */
	readonly onSecret: (secret: string) => void;
};

const cautionsOf = ({all}: FleetKeyPolicy, {isUnchecked, own}: FleetTls): readonly string[] =>
	[...(isUnchecked || own?.values().some(each => each.isUnchecked) ? ['certificates unchecked'] : []), ...(all === 'any' ? ['keys unchecked'] : [])];

/** Shows the screen until the user quits or the signal comes. Resolves to the exit code; rejects with what was thrown while rendering, the terminal restored. */
export const runMonitor = async (options: MonitorDeps): Promise<number> => {
	const {addresses, passwords: given, passwordGroups, seeds, rates, bodyLimit, keys, language, keyPolicy, tls, demo, isDiscovering, isAscii, isColored, notifications, operable, leftAlone, stateFolder, version, recorder, signal, onSecret} = options;
	leaveRemovedFolder();
	const {stdin} = process;
	const stdout = sizedTerminal(process.stdout, process.env);
	const clock = systemClock;
	const fleetDemo = demo && await openDemo({...demo, isGrowing: isDiscovering, clock});
	const watched = fleetDemo?.addresses ?? addresses;
	const vault = createPasswordVault(fleetDemo?.passwords ?? given, passwordGroups);
	const cautions = cautionsOf(keyPolicy, tls);
	const store = createStore(initialState(watched, {columns: stdout.columns, rows: stdout.rows}, {isGrowing: isDiscovering, operable, cautions: [...cautions, ...(recorder ? ['recording'] : [])]}), clock.now);
	// Whoever has just started the program looks at it.
	store.dispatch({type: 'key-pressed'});
	const theme = createTheme({isAscii, isColorful: isColored});
	const table = keysFor('live', keys);
	// The demo's agents end with it, and so do their keys.
	const pinNotices = createPinNotices(store, clock);
	const pins = fleetDemo ? createMemoryPins() : openPins({env: process.env, takesAny: keyPolicy.all === 'any', now: clock.now, onNotice: pinNotices.onNews});

	const passwords = createPasswordNotices(vault, store, clock);
	const ends = [expireNotices(store, clock), tickHourly(store, clock), passwords.stop, pinNotices.stop, askAboutFoundKeys(store, clock)];
	const secrets = [fleetDemo?.passwords ?? given, ...passwordGroups.map(group => group.passwords)].flatMap(group => Object.values(group)).filter(secret => secret !== undefined);

	const onPassword = ({agent, scope, kind, password}: EnteredPassword): void => {
		onSecret(password);
		secrets.push(password);
		recorder?.addSecret(password);
		passwords.entered({agent, scope, kind});
		vault.enter(scope === 'all' ? 'all' : {agent}, kind, password);
	};

	recorder?.follow(problem => {
		store.dispatch({type: 'cautions-changed', cautions: [...cautions, problem === undefined ? 'recording' : `not recording: ${problem}`]});
	});

	let isOpen = true;
	let fleet: Fleet | undefined;
	/** Begins to ask the agents, with what is loaded behind the first frame, which needs none of it. */
	const begin = async (): Promise<void> => {
		const [{watchFleet}, {openAuditFile}, {openOperationGuard}] = await Promise.all([import('../fleet/fleet.js'), import('../fleet/audit.js'), import('../fleet/guard.js')]);
		if (signal.aborted || !isOpen) {
			return;
		}

		fleet = watchFleet({
			addresses: watched, vault, pins, keyPolicy, tls, language, store, clock, randomBytes, random: Math.random,
			audit: openAuditFile(stateFolder, clock.now),
			guard: openOperationGuard(leftAlone, clock),
			seeds: fleetDemo && isDiscovering ? watched.map(({key}) => key) : seeds,
			rates: {...rates, ...fleetDemo?.rates},
			bodyLimit,
			recorder,
		});
	};

	const stop = async (): Promise<void> => {
		for (const end of ends) {
			end();
		}

		await fleet?.stop();
		await fleetDemo?.stop();
	};

	let openScreen: Awaited<ReturnType<typeof loadScreen>>;
	try {
		openScreen = await loadScreen(stdin, signal);
	} finally {
		if (!openScreen) {
			await stop();
		}
	}

	if (!openScreen) {
		return exitCodes.done.code;
	}

	let {code}: {code: number} = exitCodes.done;
	const acceptKeys = (offers: readonly FoundKey[]): void => {
		const changed = offers.filter(({agent, offered}) => !(fleet?.acceptKey(agent, offered) ?? false)).length;
		if (changed > 0) {
			store.dispatch({type: 'notice-shown', text: `${changed === 1 ? 'the key' : `${changed} keys`} changed once more: look again (K)`, isProblem: true});
		} else {
			store.dispatch({type: 'notice-shown', text: `${offers.length === 1 ? 'the key is' : `${offers.length} keys are`} trusted from now on`});
		}
	};

	const onRequest = (request: Exclude<Request, {type: 'redraw' | 'suspend'}>): void => {
		switch (request.type) {
			case 'quit': {
				code = exitCodes[request.isInterrupt ? 'interrupted' : 'done'].code;
				screen.close();
				break;
			}

			case 'refresh': {
				fleet?.refresh();
				store.dispatch({type: 'notice-shown', text: refreshWords(store.getState())});
				break;
			}

			case 'copy':
			case 'save-log':
			case 'open-pager':
			case 'save-bundle': {
				takeAway.request(request);
				break;
			}

			case 'operate': {
				// Asked once more, though the screen does not ask where it is not allowed.
				if (mayOperate(store.getState(), request.order.agent)) {
					void fleet?.operate(request.order);
				}

				break;
			}

			case 'replay': {
				// Nothing is replayed here, and no key asks for it.
				break;
			}

			case 'accept-keys': {
				acceptKeys(request.keys);
				break;
			}
		}
	};

	const screen = openScreen({
		stdout, stdin, stderr: process.stderr, store, clock, keyClock: clock, theme, keys: table,
		jobControl: createJobControl(process), onRequest, onPassword,
	});
	const endLogWork = workOnLogs(store, clock);
	const endHerald = createTerminalNotifier({store, write: screen.writeControl, hasBell: notifications.bell, hasTitle: notifications.title, isTmux: process.env['TMUX'] !== undefined});
	const endOnChange = notifications.onChange && runOnChange({command: notifications.onChange, store, clock, env: process.env});
	const takeAway = createOwnExporter({
		store, clock, screen,
		fetchLog: async (...question) => fleet ? fleet.fetchLog(...question) : {type: 'error', error: {type: 'protocol', message: 'nothing was asked yet'}},
		version, secrets: () => secrets,
	});
	const finish = (): void => {
		// First: a pager must not stay behind with the terminal.
		void takeAway.stop();
		screen.close();
	};

	let fault: {readonly error: unknown} | undefined;
	const beginOrClose = async (): Promise<void> => {
		try {
			await begin();
		} catch (error) {
			fault = {error};
			screen.close();
		}
	};

	signal.addEventListener('abort', finish);
	const begun = beginOrClose();
	// Node writes down what it compiled at a clean end only, and a monitor is open for weeks.
	ends.push(clock.schedule(() => {
		module.flushCompileCache();
	}, 1000));
	try {
		const end = await screen.waitUntilExit();
		if (fault) {
			throw fault.error;
		}

		return end === 'gone' ? exitCodes.hungUp.code : code;
	} finally {
		isOpen = false;
		signal.removeEventListener('abort', finish);
		const title = endHerald();
		if (title !== '' && stdout.writable) {
			stdout.write(title);
		}

		await Promise.all([takeAway.stop(), endOnChange?.()]);
		endLogWork();
		await begun;
		await stop();
	}
};
