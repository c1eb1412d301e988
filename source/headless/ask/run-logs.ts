import {exitCodes} from '../../cli/exit-codes.js';
import {type OpenFleet} from '../../fleet/open-fleet.js';
import {printedTexts, rawsFrom} from '../../protocol/raw-texts.js';
import {type SubTask} from '../../protocol/task.js';
import {logFromTask, type LogBuffer} from '../../store/log/log-buffer.js';
import {type Store} from '../../store/create-store.js';
import {logLines} from '../../take-away/log-text.js';
import {wholeLogOf} from '../../take-away/whole-log.js';
import {worstOf, type ExitCode} from '../exit-code-of.js';
import {ownedTasks} from '../owned-tasks.js';
import {isFinishedWord} from '../wait/aim.js';
import {settledOutcome} from '../../store/transitions.js';
import {askAll, type AskSurroundings} from './ask.js';
import {chooseLogs, problemOfChoice, type ChosenLog, type LogChoice} from './choose-logs.js';

export type LogsOptions = LogChoice & {
	/** Prints what comes, until the tasks have finished. */
	readonly isFollowing: boolean;
	/** Only this execution and later ones, where agents tell them apart. */
	readonly since: number | undefined;
};

/** What changes with the lines of a log, as far as its task tells. */
const markOf = ({state, operator, executeTimes, logs}: SubTask): string => [state, operator, executeTimes, logs?.length ?? ''].join(' ');

/** The entries of a log from an index and an execution on. */
const rest = (buffer: LogBuffer, from: number, since: number | undefined): LogBuffer => {
	const {texts, raws, times, executions} = buffer;
	const first = since === undefined || !executions ? 0 : executions.findIndex(execution => execution >= since);
	const start = first === -1 ? texts.length : Math.max(first, from);
	return {...buffer, texts: texts.slice(start), raws: rawsFrom(raws, start).raws, times: times?.subarray(start), executions: executions?.subarray(start)};
};

const untilChanged = async (store: Store, signal: AbortSignal): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	const unsubscribe = store.subscribe(resolve);
	const stop = (): void => {
		resolve();
	};

	signal.addEventListener('abort', stop);
	await promise;
	unsubscribe();
	signal.removeEventListener('abort', stop);
};

/** Prints logs whole: times and executions as far as agents tell them, a line above each log. */
export const runLogs = async (open: Pick<OpenFleet, 'store' | 'fleet' | 'firstRound'>, options: LogsOptions, surroundings: AskSurroundings): Promise<ExitCode> => {
	const {store, fleet} = open;
	const {output, errors, signal} = surroundings;
	const {isFollowing, since} = options;
	const {state, code: reached} = await askAll(open, surroundings);
	const problem = problemOfChoice(state, options);
	if (problem !== undefined && !signal.aborted) {
		await errors.write(`obwatch: ${problem}\n`);
		return worstOf([reached, exitCodes.usage.code]);
	}

	const printed = new Map<string, {readonly mark: string; readonly count: number}>();
	let last: string | undefined;
	let code = reached;

	const print = async ({key, title, agent, dag, subTask}: ChosenLog): Promise<void> => {
		const known = logFromTask(undefined, subTask);
		const {buffer, shortfall, error} = agent === undefined
			? {buffer: known, shortfall: undefined, error: undefined}
			: wholeLogOf(await fleet.fetchLog(agent, subTask.id, signal), known);
		if (signal.aborted) {
			return;
		}

		const before = printed.get(key);
		// What a task tells itself vanishes between attempts, and begins anew.
		const from = before && before.count <= buffer.texts.length ? before.count : 0;
		printed.set(key, {mark: markOf(subTask), count: buffer.texts.length});
		const part = rest(buffer, from, since);
		if (part.texts.length > 0) {
			const head = last === key ? '' : `${last === undefined ? '' : '\n'}== ${title} ==\n`;
			last = key;
			await output.write(`${head}${[...logLines({...part, texts: printedTexts(part)}, subTask, dag.utcOffset ?? 0)].join('\n')}\n`);
		}

		if (shortfall !== undefined && !before) {
			await errors.write(`obwatch: ${title}: not the whole log: ${shortfall}\n`);
		}

		if (error && error.type !== 'refused') {
			code = worstOf([code, exitCodes.unreachable.code]);
		}
	};

	for (;;) {
		const now = store.getState();
		const logs = chooseLogs(now, options);
		for (const log of logs) {
			const isNews = printed.get(log.key)?.mark !== markOf(log.subTask);
			if (isNews && !signal.aborted) {
				await print(log);
			}
		}

		const tasks = ownedTasks(now).filter(({dag}) => options.task === undefined || dag.id === options.task);
		const isOver = tasks.length > 0 && tasks.every(({dag}) => isFinishedWord(settledOutcome(dag)?.word ?? ''));
		if (!isFollowing || isOver || signal.aborted) {
			return code;
		}

		if (store.getState() === now) {
			await untilChanged(store, signal);
		}
	}
};
