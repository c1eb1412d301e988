import process from 'node:process';
import {exitCodes} from '../headless/exit-codes.js';
import {messages} from '../lib/messages/messages.js';
import {printableLines} from '../lib/printable.js';

const redact = (text: string, secrets: readonly string[]): string => {
	let redacted = text;
	// The longest first: one secret can be the beginning of another. An error that quotes JSON holds it escaped.
	const forms = secrets.flatMap(secret => secret === '' ? [] : [secret, JSON.stringify(secret).slice(1, -1)]);
	for (const form of forms.toSorted((one, other) => other.length - one.length)) {
		redacted = redacted.replaceAll(form, '***');
	}

	return redacted;
};

// Only name, message and stack: inspecting an error would also print its properties, such as a request with its headers.
const describe = (error: unknown): string => {
	if (!(error instanceof Error)) {
		return messages().usage.thrown(typeof error);
	}

	const stack = error.stack ?? `${error.name}: ${error.message}`;
	return error.cause === undefined ? stack : `${stack}\n${messages().usage.causedBy(describe(error.cause))}`;
};

/** The terminal output after a crash: a line for the user, then the stack for developers. Without secrets, and printable. */
export const crashReport = (error: unknown, version: string, secrets: readonly string[]): string =>
	printableLines(redact(messages().usage.crashed(version, describe(error)), secrets));

/** How a run ended; `fault` is an uncaught error, `lost` why its output could not be written. */
type Ending = {readonly code: number; readonly fault?: {readonly error: unknown}; readonly lost?: Error};

const signals = [
	['SIGHUP', exitCodes.hungUp.code],
	['SIGINT', exitCodes.interrupted.code],
	['SIGTERM', exitCodes.terminated.code],
] as const;

// For restoring the terminal and closing connections; after that the process ends anyway.
const grace = 1000;

const sleep = async (delay: number): Promise<undefined> => new Promise(resolve => {
	setTimeout(() => {
		resolve(undefined);
	}, delay);
});

const terminalGone: Ending = {code: exitCodes.hungUp.code};

// A reader that has seen enough (`obwatch --help | head`) is no fault: the run's own exit code counts, if it comes to an end.
const readerGone: Ending = {code: exitCodes.done.code};

const settle = async (run: () => Promise<number>): Promise<Ending> => {
	try {
		return {code: await run()};
	} catch (error) {
		return {code: exitCodes.crashed.code, fault: {error}};
	}
};

/**
Prepares and runs something to its end: its own, or by a signal, lost output, or an uncaught error. In all but the first case `run` hears of it
through its signal and gets a second to restore the terminal. Never throws; the caller ends the process.
`prepare` may block the thread, so that no signal handler could run: until it is done, signals end the process by default.
*/
export const runToEnd = async <T>(prepare: () => Promise<T>, run: (prepared: T, signal: AbortSignal) => Promise<number>): Promise<Ending> => {
	let prepared: T;
	try {
		prepared = await prepare();
	} catch (error) {
		return {code: exitCodes.crashed.code, fault: {error}};
	}

	const controller = new AbortController();
	const {promise: forced, resolve: force} = Promise.withResolvers<Ending>();
	for (const [name, code] of signals) {
		process.on(name, () => {
			force({code});
		});
	}

	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		force(process.stdout.isTTY ? terminalGone : (error.code === 'EPIPE' ? readerGone : {code: exitCodes.outputLost.code, lost: error}));
	});
	// What stderr writes to a file or a pipe may be lost without consequence.
	process.stderr.on('error', () => {
		if (process.stderr.isTTY) {
			force(terminalGone);
		}
	});
	// Unhandled rejections come here too.
	process.on('uncaughtException', error => {
		force({code: exitCodes.crashed.code, fault: {error}});
	});

	const running = settle(async () => run(prepared, controller.signal));
	const ending = await Promise.race([running, forced]);
	controller.abort();
	const own = await Promise.race([running, sleep(grace)]);
	return ending === readerGone ? own ?? ending : ending;
};
