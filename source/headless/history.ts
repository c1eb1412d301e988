import {type OpenFleet} from '../fleet/open.js';
import {within} from '../lib/clock.js';
import {textTable} from '../lib/fit-columns.js';
import {englishForPrograms} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {plainJson} from '../lib/printable.js';
import {formatDate, formatDuration, formatOffset, formatTime, type Timestamp} from '../lib/time.js';
import {outcomeLabel} from '../protocol/outcome.js';
import {historyOwners, historyProblem, wholeHistory} from '../store/history.js';
import {ownerLabel} from '../store/lookup.js';
import {problemOf, problemText} from '../store/selectors/connection.js';
import {historyExtents, type HistoryRow, selectHistory} from '../store/selectors/history.js';
import {type State} from '../store/state.js';
import {stageText} from '../ui/format.js';
import {toneOf} from '../ui/theme.js';
import {queryAll, type QueryDeps} from './cause.js';
import {type ExitCode, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {historyTaskDocument, isoTime} from './json.js';
import {type HistoryDocument} from './json-schema.js';
import {type Colorize} from './text.js';

/** `since`: one list of what was at work since then; else each history by itself, as far as its first pages. */
export type HistoryOptions = {readonly since: Timestamp | undefined; readonly isJson: boolean};

// ms. A long history is a large response: the agent's whole table.
const historyTimeout = 60_000;

const screenOf = (owner: string | undefined, since?: Timestamp) => ({type: 'history', owner, selected: undefined, top: 0, since} as const);

const viewOf = (state: State, owner: string | undefined, now: Timestamp, since?: Timestamp) => selectHistory(state, screenOf(owner, since), now, Infinity);

const startText = (time: Timestamp | undefined, offset: number | undefined): string =>
	time === undefined ? '' : `${formatDate(time, offset ?? 0)} ${formatTime(time, offset ?? 0)} ${formatOffset(offset ?? 0)}`;

type TaskRow = HistoryRow & {readonly task: NonNullable<HistoryRow['task']>};

const isTask = (row: HistoryRow): row is TaskRow => row.task !== undefined;

/** Tasks as a table; `hasOwner`: also whose they are. */
const tableOf = (rows: readonly TaskRow[], hasOwner: boolean, colorize: Colorize): readonly string[] => {
	const {output, screens: {columns}} = messages();
	const own = (text: string): readonly string[] => hasOwner ? [text] : [];
	return textTable([[`  ${columns.id}`, ...own(columns.agent), columns.task, columns.outcome, columns.stage, columns.started, columns.time], ...rows.map(({id, owner, task: {name, outcome, progress, duration}, isFailing, startTime, utcOffset}) => [
		`  ${id}`,
		...own(owner),
		name,
		output.fleet.outcome(outcomeLabel(outcome), {isStalled: false, isFailing}),
		stageText({outcome, progress}),
		startText(startTime, utcOffset),
		duration === undefined ? '' : formatDuration(duration),
	])], {
		right: new Set([hasOwner ? 6 : 5]),
		colorize(text, column, row) {
			const outcome = rows[row - 1]?.task.outcome;
			return colorize(text, outcome ? (column === (hasOwner ? 3 : 2) ? toneOf(outcome) : 'plain') : 'quiet');
		},
	});
};

const historyLines = (state: State, owner: string, now: Timestamp, colorize: Colorize): readonly string[] => {
	const {list, remaining, unread} = viewOf(state, owner, now);
	const problem = historyProblem(state, owner);
	const rows = list.rows.filter(row => isTask(row));
	const {screens: {history}, tasks} = messages();
	return [
		ownerLabel(state, owner),
		...(rows.length > 0 ? tableOf(rows, false, colorize) : (problem === undefined ? [`  ${tasks.history.noTasks}`] : [])),
		...(problem === undefined ? [] : [`  ${problemText(problem)}`]),
		...(unread ? [`  ${history.unread(unread.count, unread.words)}`] : []),
		...(problem === undefined && remaining !== 0 ? [`  ${remaining === undefined ? history.notLoaded : history.remaining(remaining)}`] : []),
	];
};

/** What one list of all lacks: histories that could not be read, or not back to that time, each with its reason. */
const gapLines = (state: State, since: Timestamp): readonly string[] => {
	const {faults: {about}, screens: {history}} = messages();
	const extents = historyExtents(state, {owner: undefined, since});
	const gaps = extents.filter(({isWhole}) => !isWhole);
	return gaps.length === 0
		? []
		: [
			history.unreadHistories(gaps.length, extents.length),
			...gaps.map(({owner, isSilent, isLoading, remaining}) => {
				const problem = isSilent ? historyProblem(state, owner) : undefined;
				const extent = isLoading ? history.loading : (remaining === undefined ? history.notLoaded : history.remaining(remaining));
				return `  ${about(ownerLabel(state, owner), problem ? problemText(problem) : extent)}`;
			}),
		];
};

/** One list of what was at work since then, the last begun first. */
const listLines = (state: State, since: Timestamp, now: Timestamp, colorize: Colorize): readonly string[] => {
	const {list, unread} = viewOf(state, undefined, now, since);
	const rows = list.rows.filter(row => isTask(row));
	const {screens: {history}, tasks} = messages();
	return [
		...(rows.length > 0 ? tableOf(rows, true, colorize) : [tasks.history.noTasks]),
		...(unread ? [history.unread(unread.count, unread.words)] : []),
		...gapLines(state, since),
	];
};

const documentOf = (state: State, {since}: HistoryOptions, {now, version, code}: {readonly now: Timestamp; readonly version: string; readonly code: ExitCode}): HistoryDocument => ({
	version: 1,
	type: 'history',
	obwatch: version,
	at: new Date(now).toISOString(),
	since: isoTime(since),
	exitCode: code,
	histories: historyExtents(state, {owner: undefined, since}).map(({owner, isWhole, remaining}) => {
		const problem = historyProblem(state, owner);
		return {owner: ownerLabel(state, owner), isCluster: state.clusters.has(owner), complete: isWhole, remaining: remaining ?? null, problem: problem ? problemText(problem, englishForPrograms) : null};
	}),
	tasks: wholeHistory(state, {owner: undefined, since}).flatMap(({owner, dag}) => dag ? [historyTaskDocument(state, owner, dag, now)] : []),
});

/** Prints the earlier tasks of agents and clusters, newest first. Queried once, since the response is large. */
export const runHistory = async (open: Pick<OpenFleet, 'store' | 'firstRound'>, options: HistoryOptions, deps: QueryDeps): Promise<ExitCode> => {
	const {store} = open;
	const {clock, output, colorize, signal, version} = deps;
	const {since, isJson} = options;
	const {state, code} = await queryAll(open, deps);
	const owners = historyOwners(state);
	const {promise, resolve} = Promise.withResolvers<void>();
	const look = (): void => {
		if (historyExtents(store.getState(), {owner: undefined, since}).every(({isLoading}) => !isLoading)) {
			resolve();
		}
	};

	const unsubscribe = store.subscribe(look);
	if (since === undefined) {
		for (const owner of owners) {
			store.dispatch({type: 'history-opened', owner});
		}
	} else {
		store.dispatch({type: 'whole-history-opened', since});
	}

	look();
	await within(promise, {timeout: historyTimeout, clock, signal});
	unsubscribe();
	const now = clock.now();
	const seen = store.getState();
	const extents = historyExtents(seen, {owner: undefined, since});
	const isUnread = viewOf(seen, undefined, now, since).unread !== undefined;
	const isComplete = !isUnread && extents.every(({isWhole, isSilent, isLoading}) => since === undefined ? !isSilent && !isLoading : isWhole);
	const exitCode = worstOf([code, isComplete ? exitCodes.done.code : exitCodes.unreachable.code]);
	// Of an agent that was not reached, stderr has said why.
	const isTold = (owner: string): boolean => {
		const [before, after] = [state, seen].map(({agents}) => agents.get(owner));
		return before !== undefined && after !== undefined && problemOf(before, now) !== undefined && problemOf(after, now) !== undefined && viewOf(seen, owner, now).list.total === 0;
	};

	const blocks = (): readonly string[] => since === undefined
		? owners.filter(owner => !isTold(owner)).map(owner => historyLines(seen, owner, now, colorize).join('\n'))
		: [listLines(seen, since, now, colorize).join('\n')];
	const texts = isJson ? [plainJson(JSON.stringify(documentOf(seen, options, {now, version, code: exitCode})))] : blocks();
	if (!signal.aborted && texts.length > 0) {
		await output.write(`${texts.join('\n\n')}\n`);
	}

	return exitCode;
};
