import {existsSync, statSync} from 'node:fs';
import process from 'node:process';
import {createOwnExporter} from '../export/exporter.js';
import {exitCodes} from '../headless/exit-codes.js';
import {type Clock, systemClock as clock} from '../lib/clock.js';
import {type Request} from '../store/actions.js';
import {type FetchLog} from '../store/log/buffer.js';
import {type Store} from '../store/store.js';
import {expireNotices, noteRests, workOnLogs} from '../ui/effects/timers.js';
import {createJobControl} from '../ui/terminal/job-control.js';
import {type openScreen as OpenScreen, type Screen, type ScreenDeps} from '../ui/terminal/screen.js';

type AnyRequest = Parameters<ScreenDeps['onRequest']>[0];

/** Requests that concern neither leaving nor exports. */
export type ScreenRequest = Extract<Request, {type: 'refresh' | 'operate' | 'accept-keys' | 'replay'}>;

type ShownDeps = Pick<ScreenDeps, 'stdout' | 'store' | 'theme' | 'keys' | 'present' | 'keyClock' | 'hasMouse' | 'onPassword'> & {
	readonly onRequest: (request: ScreenRequest) => void;
	/** For exports. */
	readonly fetchLog: FetchLog;
	/** What exports must not contain. */
	readonly secrets: () => readonly string[];
	/** Runs behind the screen until it is closed. If it throws, the screen closes. */
	readonly work: (screen: Screen, closed: AbortSignal) => Promise<void>;
	/** Of obwatch. */
	readonly version: string;
	/** Closes the screen. */
	readonly signal: AbortSignal;
};

/** The file that runs: the module, or the executable that holds it. */
const ownFile = (): string => {
	const [, script] = process.argv;
	return script !== undefined && existsSync(script) ? script : process.execPath;
};

/** What tells one version of a file from the next; undefined if it is not there. */
const stampOf = (file: string): string | undefined => {
	const found = statSync(file, {throwIfNoEntry: false});
	return found && `${found.ino} ${found.mtimeMs} ${found.size}`;
};

const interval = 60_000;

/** Says within a minute that the program's file was replaced or removed. An upgrade can be both, one after the other. The running program goes on. Returns what ends the watching. */
export const watchOwnFile = (store: Store, {schedule}: Pick<Clock, 'schedule'>, file = ownFile()): (() => void) => {
	const first = stampOf(file);
	let said: 'removed' | 'replaced' | undefined;
	let cancel: (() => void) | undefined;
	const look = (): void => {
		const now = stampOf(file);
		const found = now === first ? undefined : (now === undefined ? 'removed' : 'replaced');
		if (found !== said) {
			const others = store.getState().cautions.filter(({type}) => type !== said);
			store.dispatch({type: 'cautions-changed', cautions: found === undefined ? others : [...others, {type: found}]});
			said = found;
		}

		cancel = schedule(look, interval);
	};

	cancel = first === undefined ? undefined : schedule(look, interval);
	return () => {
		cancel?.();
	};
};

/**
Shows the store of a monitor or a replay, until the user quits, the terminal is gone or the signal comes. Resolves to the exit code when all
work behind the screen has ended; rejects with its errors or those of rendering. The terminal is restored in any case.
*/
export const showScreen = async (openScreen: typeof OpenScreen, {onRequest, fetchLog, secrets, work, version, signal, ...shown}: ShownDeps): Promise<number> => {
	const {store} = shown;
	const closing = new AbortController();
	let {code}: {code: number} = exitCodes.done;
	let fault: {readonly error: unknown} | undefined;
	// Requests come with keys, and no key is read before the next turn of the event loop.
	let handle: (request: AnyRequest) => void = () => undefined;
	const screen = openScreen({
		...shown, stdin: process.stdin, stderr: process.stderr, clock, jobControl: createJobControl(process),
		onRequest(request) {
			handle(request);
		},
	});
	const exporter = createOwnExporter({store, clock, screen, fetchLog, version, secrets});
	handle = request => {
		switch (request.type) {
			case 'quit': {
				code = exitCodes[request.isInterrupt ? 'interrupted' : 'done'].code;
				screen.close();
				break;
			}

			case 'copy':
			case 'save-log':
			case 'open-pager':
			case 'save-bundle':
			case 'save-report': {
				exporter.request(request);
				break;
			}

			case 'refresh':
			case 'operate':
			case 'accept-keys':
			case 'replay': {
				onRequest(request);
				break;
			}
		}
	};

	const close = (): void => {
		// First: a pager must not keep the terminal.
		void exporter.stop();
		screen.close();
	};

	const workOrClose = async (): Promise<void> => {
		try {
			await work(screen, closing.signal);
		} catch (error) {
			fault = {error};
			screen.close();
		}
	};

	const ends = [expireNotices(store, clock), workOnLogs(store, clock), noteRests(store, clock), watchOwnFile(store, clock)];
	signal.addEventListener('abort', close);
	const working = workOrClose();
	try {
		if (await screen.waitUntilExit() === 'gone') {
			code = exitCodes.hungUp.code;
		}
	} finally {
		signal.removeEventListener('abort', close);
		closing.abort();
		await Promise.all([exporter.stop(), working]);
		for (const end of ends) {
			end();
		}
	}

	if (fault) {
		throw fault.error;
	}

	return code;
};
