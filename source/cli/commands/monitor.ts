// The screen. It uses real clocks, randomness, terminal and agents.

import module from 'node:module';
import process from 'node:process';
import {type FleetKeyPolicy, openPins} from '../../client/keys/pinning.js';
import {createPasswordVault} from '../../client/passwords/vault.js';
import {createMemoryPins, type FleetTls} from '../../client/types.js';
import {type Webhook} from '../../export/webhook-formats.js';
import {type Fleet} from '../../fleet/fleet.js';
import {type ExemptAgent} from '../../fleet/guard.js';
import {askAboutFoundKeys, createPinNotices} from '../../fleet/key-notices.js';
import {openDemo} from '../../fleet/open-demo.js';
import {createPasswordNotices} from '../../fleet/password-notices.js';
import {exitCodes} from '../../headless/exit-codes.js';
import {createTurns, randomBytes, systemClock as clock, untilAborted, within} from '../../lib/clock.js';
import {leaveRemovedFolder} from '../../lib/folders.js';
import {messages} from '../../lib/messages/messages.js';
import {pace} from '../../poller/intervals.js';
import {type FileRecorder} from '../../recording/recorder.js';
import {type EnteredPassword} from '../../store/actions.js';
import {initialState} from '../../store/initial-state.js';
import {mayOperate} from '../../store/operations/plan.js';
import {refreshText} from '../../store/selectors/connection.js';
import {type Caution, type FoundKey, type Operable} from '../../store/state.js';
import {createStore, type Store} from '../../store/store.js';
import {createTerminalNotifier} from '../../ui/effects/bell-and-title.js';
import {runOnChange} from '../../ui/effects/on-change-command.js';
import {tickHourly} from '../../ui/effects/timers.js';
import {keysFor} from '../../ui/keys/resolve.js';
import {type KeyRecord} from '../../ui/keys/table.js';
import {loadScreen, screenTheme, sizedTerminal} from '../../ui/terminal/load-screen.js';
import {type Screen} from '../../ui/terminal/screen.js';
import {type Command, type RunDeps} from '../command.js';
import {exemptAgentsOf, type Notifications, whyNamed} from '../config/config.js';
import {secretsOf} from '../credentials.js';
import {fail, problemOfTerminal} from '../fail.js';
import {localAgentLines} from '../local-agents.js';
import {readRecorded, type RecordingOptions, withRecorder} from '../recorder.js';
import {type ScreenRequest, showScreen} from '../show-screen.js';
import {finishWebhooks, readWebhooks, startWebhooks} from '../webhooks.js';
import {type Watched} from '../watched.js';

type MonitorOptions = Watched & {
	/** The agents on whose tasks operations are allowed. */
	readonly operable: Operable;
	/** The agents that are exempt from operations, under any name. */
	readonly exempt: readonly ExemptAgent[];
	/** The key table with the config file's keys. */
	readonly keys: readonly KeyRecord[];
	readonly notifications: Notifications;
	readonly webhooks: readonly Webhook[];
	readonly recording: RecordingOptions | undefined;
};

/**
What the command line allows, unless a group of the config file says otherwise; the strictest group of an agent counts. Exempt agents are
exempt even if they are named by their addresses only.
*/
const operableOf = ({groups, addresses}: Pick<Watched, 'groups' | 'addresses'>, exempt: readonly ExemptAgent[], byDefault: boolean): Operable => {
	const agents = new Map<string, boolean>();
	for (const {agents: members, isOperable} of groups) {
		for (const agent of isOperable === undefined ? [] : members) {
			agents.set(agent, isOperable === true && agents.get(agent) !== false);
		}
	}

	const why = new Map<string, string>();
	for (const address of addresses) {
		const words = whyNamed(exempt, address);
		if (words === undefined) {
			continue;
		}

		agents.set(address.key, false);
		why.set(address.key, words);
	}

	return {byDefault, agents, why};
};

const read: Command<MonitorOptions>['read'] = (list, values, deps) => {
	const recorded = readRecorded(list, values, deps);
	if (!recorded.ok) {
		return recorded;
	}

	const {recording, plan: {keys, settings}, watched} = recorded.value;
	const {bell, title, onChange} = settings.notifications;
	// The exemptions of the config file do not concern the demo's agents.
	const exempt = values.has('demo') ? [] : exemptAgentsOf(deps.config);
	// What happens in a demo is no news.
	const webhooks = readWebhooks(values.has('demo') ? undefined : deps.config, deps.readTextFile);
	if (!webhooks.ok) {
		return webhooks;
	}

	return {ok: true, value: {
		...watched,
		recording,
		operable: operableOf(watched, exempt, values.has('operate')),
		exempt,
		keys,
		notifications: {bell: bell.value, title: title.value, onChange: onChange.value},
		webhooks: webhooks.value,
	}};
};

const cautionsOf = ({all}: FleetKeyPolicy, {isUnchecked, own}: FleetTls): readonly Caution[] => [
	...(isUnchecked || own?.values().some(each => each.isUnchecked) ? [{type: 'certificates-unchecked'} as const] : []),
	...(all === 'any' ? [{type: 'keys-unchecked'} as const] : []),
];

/** What exists before the screen and the fleet: the store between them, and what handles passwords and keys. */
const openSession = async (options: MonitorOptions, {columns, rows}: {readonly columns: number; readonly rows: number}, recorder?: FileRecorder) => {
	const {demo: wanted, isDiscovering, passwordGroups, keyPolicy, operable, keepsRuns, webhooks} = options;
	const demo = wanted && await openDemo({...wanted, isGrowing: isDiscovering, clock});
	const {addresses, passwords} = demo ?? options;
	const vault = createPasswordVault(passwords, passwordGroups);
	const cautions = cautionsOf(keyPolicy, options.tls);
	const store = createStore(initialState(addresses, {columns, rows}, {isGrowing: isDiscovering, operable, keepsRuns, columns: options.columns, cautions: [...cautions, ...(recorder ? [{type: 'recording'} as const] : [])]}), clock.now);
	// At the start the user counts as present.
	store.dispatch({type: 'key-pressed'});
	const [said] = localAgentLines(options.local);
	if (said !== undefined) {
		store.dispatch({type: 'notice-shown', text: said});
	}

	recorder?.follow(problem => {
		const others = store.getState().cautions.filter(({type}) => type !== 'recording' && type !== 'not-recording');
		store.dispatch({type: 'cautions-changed', cautions: [...others, problem === undefined ? {type: 'recording'} : {type: 'not-recording', problem}]});
	});
	const pinNotices = createPinNotices(store, clock);
	// The demo's agents end with it, and so do their keys.
	const pins = demo ? createMemoryPins() : openPins({env: process.env, takesAny: keyPolicy.all === 'any', now: clock.now, onNotice: pinNotices.onNews});
	const passwordNotices = createPasswordNotices(vault, store, clock);
	const ends = [tickHourly(store, clock), passwordNotices.stop, pinNotices.stop, askAboutFoundKeys(store, clock)];
	return {
		demo, addresses, vault, store, pins, passwordNotices,
		secrets: [...secretsOf({passwords, passwordGroups, webhooks})],
		end() {
			for (const end of ends) {
				end();
			}
		},
	};
};

type Session = Awaited<ReturnType<typeof openSession>>;

type SessionDeps = {readonly options: MonitorOptions; readonly stateFolder: string | undefined; readonly recorder: FileRecorder | undefined; readonly closed: AbortSignal};

/** Starts polling, with code that is loaded after the first frame, which does not need it. Undefined if the screen is closed by then. */
const beginFleet = async ({demo, addresses, vault, store, pins}: Session, {options, stateFolder, recorder, closed}: SessionDeps): Promise<Fleet | undefined> => {
	const {keepRunFile, openAuditFile, openOperationGuard, watchFleet} = await import('../../fleet/open.js');
	if (closed.aborted) {
		return undefined;
	}

	const {keyPolicy, tls, exempt, isDiscovering, seeds, rates, bodyLimit, keepsRuns} = options;
	// The demo's agents end with it, and so do their runs.
	const runFile = keepsRuns && !demo
		? keepRunFile({
			folder: stateFolder, store, clock, isWritten: true, report(problem) {
				store.dispatch({type: 'notice-shown', text: problem, isProblem: true});
			},
		})
		: undefined;
	const fleet = watchFleet({
		addresses, vault, pins, keyPolicy, tls, store, clock, turns: createTurns(), randomBytes, random: Math.random,
		audit: openAuditFile(stateFolder, clock.now),
		guard: openOperationGuard(exempt, clock),
		seeds: demo && isDiscovering ? addresses.map(({key}) => key) : seeds,
		rates: {...rates, ...demo?.rates},
		bodyLimit,
		recorder,
		runsPause: keepsRuns ? demo?.runsPause ?? pace.runs : undefined,
		looksBack: true,
		// The demo's agents begin with it.
		saysReading: demo === undefined,
	});
	return {
		...fleet,
		async stop() {
			await fleet.stop();
			await runFile?.stop();
		},
	};
};

/** Reports changes through the terminal's bell and title, and through the user's program. Returns what ends it. */
const reportChanges = ({bell, title, onChange}: Notifications, store: Store, screen: Screen): (() => Promise<void>) => {
	const endNotifier = createTerminalNotifier({store, write: screen.writeControl, hasBell: bell, hasTitle: title, isTmux: process.env['TMUX'] !== undefined});
	const program = onChange && runOnChange({
		command: onChange, store, clock, env: process.env, report(text) {
			store.dispatch({type: 'notice-shown', text});
		},
	});
	return async () => {
		const own = endNotifier();
		if (own !== '' && process.stdout.writable) {
			process.stdout.write(own);
		}

		await program?.stop();
	};
};

/** Reports changes to webhooks. That one fails is a notice first, and then in the footer until it works again, with its reason above the keys of the help: the user relies on it. */
const startReports = (options: MonitorOptions, store: Store) => startWebhooks(options, {
	store,
	report(text) {
		store.dispatch({type: 'notice-shown', text, isProblem: true});
	},
	onFailing(failing) {
		const others = store.getState().cautions.filter(({type}) => type !== 'webhooks-failing');
		store.dispatch({type: 'cautions-changed', cautions: [...others, ...(failing.length > 0 ? [{type: 'webhooks-failing', failing} as const] : [])]});
	},
});

const acceptKeys = (offers: readonly FoundKey[], store: Store, fleet: Fleet | undefined): void => {
	const changed = offers.filter(({agent, offered}) => !(fleet?.acceptKey(agent, offered) ?? false)).length;
	if (changed > 0) {
		store.dispatch({type: 'notice-shown', text: messages().notices.keysChangedAgain(changed), isProblem: true});
	} else {
		store.dispatch({type: 'notice-shown', text: messages().notices.keysTrusted(offers.length)});
	}
};

const handleRequest = (request: ScreenRequest, store: Store, fleet: Fleet | undefined): void => {
	switch (request.type) {
		case 'refresh': {
			fleet?.refresh();
			store.dispatch({type: 'notice-shown', text: refreshText(store.getState())});
			break;
		}

		case 'operate': {
			// Checked again, although the screen does not send operations that are not allowed.
			if (mayOperate(store.getState(), request.order.agent)) {
				void fleet?.operate(request.order);
			}

			break;
		}

		case 'accept-keys': {
			acceptKeys(request.keys, store, fleet);
			break;
		}

		case 'replay': {
			// Keys of a replay do not exist here.
			break;
		}
	}
};

// In ms, for accepted keys that are not stored and what webhooks were not told yet when the user quits.
const lastNews = 1000;

const notPolledYet = {type: 'error', error: {type: 'protocol', problem: 'not-polled'}} as const;

const runMonitor = async (options: MonitorOptions, {version, stateFolder, signal, onSecret}: RunDeps, recorder?: FileRecorder): Promise<number> => {
	leaveRemovedFolder();
	const stdout = sizedTerminal(process.stdout, process.env);
	const session = await openSession(options, stdout, recorder);
	const {store, secrets} = session;
	let fleet: Fleet | undefined;
	try {
		const openScreen = await loadScreen(process.stdin, signal);
		if (!openScreen) {
			return exitCodes.done.code;
		}

		return await showScreen(openScreen, {
			stdout, store, theme: screenTheme(options, process.env), keys: keysFor('live', options.keys), keyClock: clock, hasMouse: options.hasMouse, version, signal,
			secrets: () => secrets,
			fetchLog: async (...question) => fleet ? fleet.fetchLog(...question) : notPolledYet,
			onRequest(request) {
				handleRequest(request, store, fleet);
			},
			onPassword({agent, scope, kind, password}: EnteredPassword) {
				onSecret(password);
				secrets.push(password);
				recorder?.addSecret(password);
				session.passwordNotices.entered({agent, scope, kind});
				session.vault.enter(scope === 'all' ? 'all' : {agent}, kind, password);
			},
			async work(screen, closed) {
				const stopReporting = reportChanges(options.notifications, store, screen);
				const webhooks = startReports(options, store);
				// Node writes its compile cache only at a clean end, and a monitor stays open for weeks.
				const cancelFlush = clock.schedule(module.flushCompileCache, 1000);
				try {
					fleet = await beginFleet(session, {options, stateFolder, recorder, closed});
					await untilAborted(closed);
				} finally {
					cancelFlush();
					await Promise.all([stopReporting(), finishWebhooks(webhooks, lastNews, signal), within(session.pins.stored(), {timeout: lastNews, clock, signal: new AbortController().signal})]);
				}
			},
		});
	} finally {
		session.end();
		await fleet?.stop();
		await session.demo?.stop();
	}
};

/** Shows the screen until the user quits or the signal comes. */
export const monitor: Command<MonitorOptions> = {
	read,
	async run(options, deps) {
		const problem = problemOfTerminal(messages().usage.terminal.insteadOfMonitor);
		return problem === undefined
			? withRecorder(options, {isTold: false, version: deps.version}, async recorder => runMonitor(options, deps, recorder))
			: fail(problem, exitCodes.usage.code);
	},
};
