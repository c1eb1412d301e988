// Keeps earlier runs of tasks for the next start: names, times and ids, no lines of logs. Several obwatch share the file.

import * as files from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {type Clock} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {messages} from '../lib/messages/messages.js';
import {plainJson, printable} from '../lib/printable.js';
import {closeStateFile, describeStateError, makeStateFolder, openPrivateFile, privateFileMode} from '../lib/private-files.js';
import {type PastRun, runLimits, type Runs, type RunStage} from '../store/runs.js';
import {type Store} from '../store/store.js';

/** In the state folder: one JSON object a line. */
export const runFileName = 'runs.jsonl';

const lockName = 'runs.lock';

// Bytes. All runs that are kept take a fraction of it.
const sizeLimit = 16 * 1024 * 1024;

// Stages of a run, and characters of a name, far beyond any task.
const stageLimit = 1000;

const nameLimit = 500;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= nameLimit;

const isDuration = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const durationIn = (value: unknown): number | undefined => isDuration(value) ? value : undefined;

const stageIn = (value: unknown): RunStage | undefined => {
	const [name, duration] = Array.isArray(value) ? value as readonly unknown[] : [];
	return isText(name) && (duration === null || isDuration(duration)) ? {name: printable(name), duration: durationIn(duration)} : undefined;
};

const runIn = (value: unknown): PastRun | undefined => {
	if (!isRecord(value)) {
		return undefined;
	}

	const {place, name, id, start, ms, stages} = value;
	const read = Array.isArray(stages) && stages.length <= stageLimit ? stages.map(stage => stageIn(stage)) : [undefined];
	const known = read.filter(stage => stage !== undefined);
	return isText(place) && isText(name) && isText(id) && isDuration(start) && (ms === null || isDuration(ms)) && known.length === read.length
		? {place: printable(place), name: printable(name), id: printable(id), startTime: start, duration: durationIn(ms), stages: known}
		: undefined;
};

const readLine = (line: string): PastRun | undefined => {
	try {
		return runIn(JSON.parse(line));
	} catch {
		return undefined;
	}
};

const writeLine = ({place, name, id, startTime, duration, stages}: PastRun): string => plainJson(JSON.stringify({
	place, name, id, start: startTime, ms: duration ?? null, stages: stages.map(stage => [stage.name, stage.duration ?? null]),
}));

/** What the file has; `damaged` lines of it could not be read. */
type ReadRuns = {readonly runs: readonly PastRun[]; readonly damaged: number};

const nothingRead: ReadRuns = {runs: [], damaged: 0};

const parse = (text: string): ReadRuns => {
	const lines = text.split('\n').filter(line => line.trim() !== '');
	const runs = lines.slice(0, 2 * runLimits.all).map(line => readLine(line)).filter(run => run !== undefined);
	return {runs, damaged: lines.length - runs.length};
};

// There is no such file, or there cannot be one: of the folder, others speak.
const withoutFile = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** Rejects with the system's error. A missing file is none, and one that is, or may be, another user's is not read (see `isOfOthers`). */
const readRuns = async (folder: string): Promise<ReadRuns> => {
	try {
		const handle = await openPrivateFile(path.join(folder, runFileName), 'read');
		try {
			await closeStateFile(folder, handle);
			const {size} = await handle.stat();
			return size > sizeLimit ? {...nothingRead, damaged: 1} : parse(await handle.readFile('utf8'));
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (withoutFile.has(errorCode(error))) {
			return nothingRead;
		}

		throw error;
	}
};

// In ms. Another obwatch has the lock for a moment; one that was killed has it no longer.
const lockRetry = 50;

const lockPatience = 2000;

const lockLimit = 30_000;

const isStale = async (lock: string, clock: Clock): Promise<boolean> => {
	try {
		const {mtimeMs} = await files.stat(lock);
		return clock.now() - mtimeMs > lockLimit;
	} catch {
		return false;
	}
};

/** Runs `work` while no other obwatch writes. Whether it did. */
const withLock = async (folder: string, clock: Clock, work: () => Promise<void>): Promise<boolean> => {
	const lock = path.join(folder, lockName);
	const end = clock.now() + lockPatience;
	for (;;) {
		try {
			const handle = await openPrivateFile(lock, 'new');
			await handle.close();
			break;
		} catch (error) {
			if (errorCode(error) !== 'EEXIST') {
				throw error;
			}

			if (await isStale(lock, clock)) {
				await files.rm(lock, {force: true});
			} else if (clock.now() >= end) {
				return false;
			} else {
				await new Promise<void>(resolve => {
					clock.schedule(resolve, lockRetry);
				});
			}
		}
	}

	try {
		await work();
	} finally {
		await files.rm(lock, {force: true});
	}

	return true;
};

/** Replaces the whole file at once. Until then, other processes read the old one. */
const writeRuns = async (folder: string, runs: Runs): Promise<void> => {
	const draft = path.join(folder, `.${runFileName}.${process.pid}.part`);
	try {
		// One that was killed may have left it.
		await files.rm(draft, {force: true});
		const handle = await openPrivateFile(draft, 'new');
		try {
			await handle.chmod(privateFileMode);
			await handle.writeFile([...runs.values()].flat().map(run => `${writeLine(run)}\n`).join(''), 'utf8');
			await handle.sync();
		} finally {
			await handle.close();
		}

		await files.rename(draft, path.join(folder, runFileName));
	} finally {
		await files.rm(draft, {force: true});
	}
};

type RunFileDeps = {
	/** Undefined if none is known: then runs are known only while the program runs. */
	readonly folder: string | undefined;
	readonly store: Store;
	readonly clock: Clock;
	/** Whether new runs are written. */
	readonly isWritten: boolean;
	/** Called once with what is wrong with the file, in words. */
	readonly report: (problem: string) => void;
};

export type RunFile = {
	/** When what the file has is in the store. */
	readonly loaded: Promise<void>;
	/** Writes what is new, and ends. */
	readonly stop: () => Promise<void>;
};

// ms from a new run to when it is written, with others that come meanwhile.
const writeAfter = 30_000;

/** Loads the runs of earlier times into the store, and writes new ones. Never rejects: without the file, less is known. */
export const keepRunFile = ({folder, store, clock, isWritten, report}: RunFileDeps): RunFile => {
	let written = store.getState().runs;
	let cancel: (() => void) | undefined;
	let hasReported = false;
	let isBroken = folder === undefined || written === undefined;
	const tell = (problem: string): void => {
		if (hasReported || folder === undefined) {
			return;
		}

		hasReported = true;
		report(messages().faults.about(path.join(folder, runFileName), problem));
	};

	const load = async (): Promise<void> => {
		if (isBroken || folder === undefined) {
			return;
		}

		try {
			const {runs, damaged} = await readRuns(folder);
			if (damaged > 0) {
				tell(messages().agents.runs.damaged(damaged));
			}

			const before = store.getState().runs;
			store.dispatch({type: 'runs-loaded', runs});
			// What was learned meanwhile is still to be written.
			written = written === before ? store.getState().runs : written;
		} catch (error) {
			isBroken = true;
			tell(describeStateError(error));
		}
	};

	const save = async (): Promise<void> => {
		const {runs} = store.getState();
		if (isBroken || folder === undefined || !runs || runs === written) {
			return;
		}

		try {
			await makeStateFolder(folder);
			await withLock(folder, clock, async () => {
				// Another obwatch may have written other runs.
				const others = await readRuns(folder);
				store.dispatch({type: 'runs-loaded', runs: others.runs});
				const all = store.getState().runs ?? runs;
				await writeRuns(folder, all);
				written = all;
			});
		} catch (error) {
			isBroken = true;
			tell(describeStateError(error));
		}
	};

	const loaded = load();
	const saveNow = async (): Promise<void> => {
		await loaded;
		await save();
	};

	let saving: Promise<void> = Promise.resolve();
	const saveLater = (): void => {
		if (isBroken || cancel !== undefined || store.getState().runs === written) {
			return;
		}

		cancel = clock.schedule(() => {
			cancel = undefined;
			saving = saveNow();
		}, writeAfter);
	};

	const unsubscribe = isWritten ? store.subscribe(saveLater) : () => undefined;
	return {
		loaded,
		async stop() {
			unsubscribe();
			cancel?.();
			await loaded;
			await saving;
			if (isWritten) {
				await save();
			}
		},
	};
};
