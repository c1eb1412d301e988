import process from 'node:process';
import {exitCodes} from './exit-codes.js';

/** How a run ended; `fault` is what nobody caught. */
export type Ending = {readonly code: number; readonly fault?: {readonly error: unknown}};

const signals = [
	['SIGHUP', exitCodes.hungUp.code],
	['SIGINT', exitCodes.interrupted.code],
	['SIGTERM', exitCodes.terminated.code],
] as const;

// For restoring the terminal and saying goodbye to agents; who does not manage is left behind.
const grace = 1000;

const sleep = async (delay: number): Promise<void> => new Promise(resolve => {
	setTimeout(resolve, delay);
});

const settle = async (run: () => Promise<number>): Promise<Ending> => {
	try {
		return {code: await run()};
	} catch (error) {
		return {code: exitCodes.crashed.code, fault: {error}};
	}
};

/**
Prepares and runs something to its end: its own, a signal's, that of the output, or that of an error nobody caught. In all but the first `run` is told through its signal and gets a second to leave the terminal in order. Never throws; the caller ends the process.

`prepare` may block the thread, in which no handler of a signal could run: until it is done, signals end the process by themselves.
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

	// A reader that has seen enough (`obwatch --help | head`) is no fault; any other failure means that the terminal is gone.
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		force({code: error.code === 'EPIPE' ? exitCodes.done.code : exitCodes.hungUp.code});
	});
	process.stderr.on('error', () => {
		force({code: exitCodes.hungUp.code});
	});
	// Rejections nobody handles come here too.
	process.on('uncaughtException', error => {
		force({code: exitCodes.crashed.code, fault: {error}});
	});

	const running = settle(async () => run(prepared, controller.signal));
	const ending = await Promise.race([running, forced]);
	controller.abort();
	await Promise.race([running, sleep(grace)]);
	return ending;
};
