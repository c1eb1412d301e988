import {fullName, logLines, mergedLines, shortfallText, wholeLogOf} from '../export/log-text.js';
import {type OpenFleet} from '../fleet/open.js';
import {messages} from '../lib/messages/messages.js';
import {isOver} from '../protocol/outcome.js';
import {printedTexts, rawsFrom} from '../protocol/raw-texts.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {emptyLog, type LogBuffer, logFromTask} from '../store/log/buffer.js';
import {mergeLogs} from '../store/log/merge.js';
import {type LogSource, partOf, sourcesOf} from '../store/log/sources.js';
import {agentBehind, placeOfTask} from '../store/lookup.js';
import {taskOutcome} from '../store/selectors/basics.js';
import {type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {agentTone} from '../ui/theme.js';
import {queryAll, type QueryDeps} from './cause.js';
import {type ExitCode, ownedTasks, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';

/** Selects logs: of a task by its id, of a stage by its number or a part of its name. */
type LogChoice = {readonly task: string | undefined; readonly node: string | undefined};

/** The log of one sub-task. `agent` is the key of the agent to fetch it from. */
type ChosenLog = {
	readonly key: string;
	readonly title: string;
	readonly agent: string | undefined;
	readonly dag: Dag;
	readonly subTask: SubTask;
};

const isNode = (node: TaskNode, number: number, wanted: string | undefined): boolean =>
	wanted === undefined || wanted === String(number) || (!/^\d+$/.test(wanted) && fullName(node.name).toLowerCase().includes(wanted.toLowerCase()));

/** The logs to print, in the order of tasks and stages; sub-tasks that never ran have none. */
const chooseLogs = (state: State, {task, node: wanted}: LogChoice): readonly ChosenLog[] => ownedTasks(state)
	.filter(({dag}) => task === undefined || dag.id === task)
	.flatMap(({owner, dag}) => (dag.nodes ?? []).flatMap((node, index) => isNode(node, index + 1, wanted)
		? node.subTasks.filter(({executeTimes, logs}) => executeTimes > 0 || (logs?.length ?? 0) > 0).map((subTask): ChosenLog => ({
			key: `${owner} ${dag.id} ${node.key} ${subTask.key}`,
			title: [placeOfTask(state, {owner, id: dag.id}), messages().tasks.engineName(dag.name), `${index + 1} ${messages().tasks.engineName(node.name)}`, subTask.agent ?? messages().output.unknownAgent].join(' > '),
			agent: agentBehind(state, owner)?.address.key,
			dag,
			subTask,
		}))
		: []));

/** Why there is no such task: the user's mistake, or undefined. */
export const problemOfTask = (state: State, task: string | undefined): string | undefined => {
	const words = messages().output.logs;
	const tasks = ownedTasks(state).map(({dag}) => dag);
	return task === undefined || tasks.some(({id}) => id === task)
		? undefined
		: words.noTask(task, words.list(...tasks.map(({id, name}) => words.task(id, messages().tasks.engineName(name)))));
};

/** Why nothing matches: the user's mistake, or undefined if the sub-tasks only have not run yet. */
const problemOfChoice = (state: State, {task, node}: LogChoice): string | undefined => {
	const words = messages().output.logs;
	const tasks = ownedTasks(state).map(({dag}) => dag);
	const chosen = tasks.filter(({id}) => task === undefined || id === task);
	const problem = problemOfTask(state, task);
	if (problem !== undefined) {
		return problem;
	}

	const nodes = chosen.flatMap(dag => dag.nodes ?? []);
	const names = [...new Set(nodes.map(({name}) => name))];
	return node !== undefined && chosen.length > 0 && chosen.every(dag => (dag.nodes ?? []).every((one, index) => !isNode(one, index + 1, node)))
		? words.noStage(node, words.list(...names.map(name => fullName(name))))
		: undefined;
};

type LogsOptions = LogChoice & {
	/** Prints new lines until the tasks have finished. */
	readonly isFollowing: boolean;
	/** Only this execution and later ones, if agents number them: runs and undos. */
	readonly since: number | undefined;
	/** All logs of a task as one, by time. */
	readonly isMerged: boolean;
};

/** Changes whenever the task shows that the log may have changed. */
const digestOf = ({state, operator, executeTimes, logs}: SubTask): string => [state, operator, executeTimes, logs?.length ?? ''].join(' ');

/** The entries of a log from an index and an attempt on. */
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

/** A task with its logs and those of the tasks on other agents that belong to it. */
type MergedTask = {readonly key: string; readonly title: string; readonly offset: number; readonly sources: readonly LogSource[]};

/** The tasks to print. One that belongs to another of them is printed with that one. */
const chooseTasks = (state: State, {task, node: wanted}: LogChoice): readonly MergedTask[] => {
	const tasks = ownedTasks(state).filter(({dag}) => task === undefined || dag.id === task).map(({owner, dag}) => {
		const nodes = (dag.nodes ?? []).filter((node, index) => isNode(node, index + 1, wanted));
		const places = nodes.length === dag.nodes?.length ? [undefined] : nodes.map(({key}) => key);
		const sources = places.flatMap(node => sourcesOf(state, {task: {owner, id: dag.id}, node, subTask: undefined}));
		return {
			dag,
			key: `${owner} ${dag.id}`,
			title: [placeOfTask(state, {owner, id: dag.id}), messages().tasks.engineName(dag.name)].join(' > '),
			offset: dag.utcOffset ?? 0,
			sources: [...new Map(sources.map(source => [source.key, source])).values()],
		};
	});
	const linked = new Set(tasks.flatMap(({dag, sources}) => sources.flatMap(source => source.dag.id === dag.id ? [] : [source.dag.id])));
	return tasks.filter(({dag, sources}) => sources.length > 0 && !linked.has(dag.id));
};

/** The lines of a log from an attempt on. */
const sinceAttempt = (buffer: LogBuffer, since: number | undefined): LogBuffer => since === undefined ? buffer : rest(buffer, 0, since);

/** Prints the logs of each task as one: again and again while following, and then only what is new. */
const createMergedPrinter = ({fleet}: Pick<OpenFleet, 'fleet'>, {since}: LogsOptions, {output, errors, signal, colorize}: QueryDeps) => {
	const fetched = new Map<string, {readonly mark: string; readonly buffer: LogBuffer}>();
	/** How many lines of each log were printed. */
	const printed = new Map<string, number>();
	let last: string | undefined;
	let worst: ExitCode = exitCodes.done.code;

	const fetch = async ({key, from, subTask, name}: LogSource): Promise<void> => {
		const known = logFromTask(undefined, subTask);
		const {buffer, shortfall, error} = from === undefined
			? {buffer: known, shortfall: undefined, error: undefined}
			: wholeLogOf(await fleet.fetchLog(from, subTask.id, signal), known);
		if (shortfall !== undefined && !fetched.has(key) && !signal.aborted) {
			const {faults: {about}, output: {unknownAgent, logs}, tasks, usage} = messages();
			const title = [tasks.engineName(name), subTask.agent ?? unknownAgent].join(' > ');
			const why = logs.incomplete(shortfallText(shortfall));
			await errors.write(`${usage.line(about(title, why))}\n`);
		}

		fetched.set(key, {mark: digestOf(subTask), buffer: sinceAttempt({...buffer, texts: printedTexts(buffer), raws: undefined}, since)});
		if (error && error.type !== 'refused') {
			worst = exitCodes.unreachable.code;
		}
	};

	const printTask = async ({key, title, offset, sources}: MergedTask): Promise<void> => {
		for (const source of sources) {
			const hasChanged = fetched.get(source.key)?.mark !== digestOf(source.subTask);
			if (hasChanged && !signal.aborted) {
				await fetch(source);
			}
		}

		if (signal.aborted) {
			return;
		}

		const merged = mergeLogs(undefined, sources.map(source => partOf(source, fetched.get(source.key)?.buffer ?? emptyLog)));
		const {parts, part, index} = merged.merged;
		const isNew = (entry: number): boolean => (index[entry] ?? 0) >= (printed.get(parts[part[entry] ?? 0]?.key ?? '') ?? 0);
		const lines = [...mergedLines(merged, offset, {named: (name, agent) => colorize(name, agentTone(agent)), isWanted: isNew})];
		for (const {key: source, buffer} of parts) {
			printed.set(source, buffer.texts.length);
		}

		if (lines.length === 0) {
			return;
		}

		const head = last === key ? '' : `${last === undefined ? '' : '\n'}== ${title} ==\n`;
		last = key;
		await output.write(`${head}${lines.join('\n')}\n`);
	};

	return {
		async print(state: State, choice: LogChoice): Promise<void> {
			for (const task of chooseTasks(state, choice)) {
				await printTask(task);
			}
		},
		worst: (): ExitCode => worst,
	};
};

/** Prints complete logs: times and attempts as far as agents report them, with a line above each log. */
export const runLogs = async (open: Pick<OpenFleet, 'store' | 'fleet' | 'firstRound'>, options: LogsOptions, deps: QueryDeps): Promise<ExitCode> => {
	const {store, fleet} = open;
	const {output, errors, signal} = deps;
	const {isFollowing, since} = options;
	const {state, code: reached} = await queryAll(open, deps);
	const problem = problemOfChoice(state, options);
	if (problem !== undefined && !signal.aborted) {
		await errors.write(`${messages().usage.line(problem)}\n`);
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
		// The lines in a task itself vanish between attempts, and start again.
		const from = before && before.count <= buffer.texts.length ? before.count : 0;
		printed.set(key, {mark: digestOf(subTask), count: buffer.texts.length});
		const part = rest(buffer, from, since);
		if (part.texts.length > 0) {
			const head = last === key ? '' : `${last === undefined ? '' : '\n'}== ${title} ==\n`;
			last = key;
			await output.write(`${head}${[...logLines({...part, texts: printedTexts(part)}, subTask, dag.utcOffset ?? 0, buffer)].join('\n')}\n`);
		}

		if (shortfall !== undefined && !before) {
			const {faults: {about}, output: {logs}} = messages();
			const why = logs.incomplete(shortfallText(shortfall));
			await errors.write(`${messages().usage.line(about(title, why))}\n`);
		}

		if (error && error.type !== 'refused') {
			code = worstOf([code, exitCodes.unreachable.code]);
		}
	};

	const merged = options.isMerged ? createMergedPrinter({fleet}, options, deps) : undefined;
	for (;;) {
		const now = store.getState();
		await merged?.print(now, options);
		const logs = merged ? [] : chooseLogs(now, options);
		for (const log of logs) {
			const hasChanged = printed.get(log.key)?.mark !== digestOf(log.subTask);
			if (hasChanged && !signal.aborted) {
				await print(log);
			}
		}

		const tasks = ownedTasks(now).filter(({dag}) => options.task === undefined || dag.id === options.task);
		const isEnd = tasks.length > 0 && tasks.every(({dag}) => isOver(taskOutcome(dag)));
		if (!isFollowing || isEnd || signal.aborted) {
			return worstOf([code, ...(merged ? [merged.worst()] : [])]);
		}

		if (store.getState() === now) {
			await untilChanged(store, signal);
		}
	}
};
