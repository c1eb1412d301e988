import {type OpenFleet} from '../fleet/open.js';
import {within} from '../lib/clock.js';
import {textTable} from '../lib/fit-columns.js';
import {messages} from '../lib/messages/messages.js';
import {plainJson} from '../lib/printable.js';
import {formatDate, formatDuration, formatTime} from '../lib/time.js';
import {outcomeCode, outcomeLabel} from '../protocol/outcome.js';
import {historyOwners, historyRows, isHistoryLoading, knownTask, runsProblem} from '../store/history.js';
import {type DifferingLine} from '../store/compare.js';
import {ownerLabel, placeOfTask, topScreen} from '../store/lookup.js';
import {type TaskReference} from '../store/operations/track.js';
import {numberedName, partLabel} from '../store/selectors/basics.js';
import {type CompareRow, type CompareView, otherStages, selectCompare} from '../store/selectors/compare.js';
import {whyTexts} from '../store/selectors/reason.js';
import {type State} from '../store/state.js';
import {toneOfPart} from '../ui/theme.js';
import {queryAll, type QueryDeps} from './cause.js';
import {type ExitCode, ownedTasks, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {isoTime} from './json.js';
import {type ComparisonDocument} from './json-schema.js';
import {problemOfTask} from './logs.js';
import {type Colorize} from './text.js';

/** Of which task, by its id, and with which other run; without them each task that is known, with its last run that succeeded. */
export type CompareOptions = {readonly task: string | undefined; readonly other: string | undefined; readonly isJson: boolean};

// ms for a task: a history can be a large response, and then a run is read.
const timeout = 60_000;

/** `problem`: why there is nothing to show: an agent or the history could not be read, or has no other run. */
type Compared = {readonly task: TaskReference; readonly view: CompareView | undefined; readonly others: ReturnType<typeof otherStages> | undefined; readonly problem: {readonly type: 'no other run' | 'not read'; readonly words: string} | undefined};

const viewOf = (state: State, now: number): CompareView | undefined => {
	const screen = topScreen(state);
	return screen.type === 'compare' ? selectCompare(state, screen, now, Infinity) : undefined;
};

const problemOf = (state: State, task: TaskReference, view: CompareView | undefined): Compared['problem'] => {
	if (!view) {
		// The comparison has closed again, and said why.
		return {type: 'no other run', words: state.view.notice?.text ?? ''};
	}

	const isWithout = view.other === undefined && view.note?.isLoading === false && runsProblem(state, task) === undefined && view.one !== undefined;
	return view.note && {type: isWithout ? 'no other run' : 'not read', words: view.note.text};
};

/** Opens the comparison as a screen would, and waits until both runs are there, or cannot be. */
const compare = async ({store}: Pick<OpenFleet, 'store'>, task: TaskReference, other: string | undefined, {clock, signal}: QueryDeps): Promise<Compared> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	const look = (): void => {
		if (viewOf(store.getState(), clock.now())?.note?.isLoading !== true) {
			resolve();
		}
	};

	const unsubscribe = store.subscribe(look);
	store.dispatch({type: 'comparison-opened', task, other});
	look();
	await within(promise, {timeout, clock, signal});
	unsubscribe();
	const state = store.getState();
	const view = viewOf(state, clock.now());
	const screen = topScreen(state);
	const others = screen.type === 'compare' ? otherStages(state, screen) : undefined;
	if (view) {
		store.dispatch({type: 'went-back'});
	}

	return {task, view, others, problem: problemOf(state, task, view)};
};

const cellOf = (part: CompareRow['one']): readonly string[] => [part ? partLabel(part) : '', part?.duration === undefined ? '' : formatDuration(part.duration)];

const markOf = ({isOnly, difference}: CompareRow): string => {
	if (isOnly) {
		return messages().screens.compare.only[isOnly];
	}

	return difference === undefined ? '' : `${difference > 0 ? '+' : '-'}${formatDuration(Math.abs(difference))}`;
};

const startOf = ({startTime, utcOffset = 0, id}: NonNullable<CompareView['other']>): string => startTime === undefined ? id : `${formatDate(startTime, utcOffset)} ${formatTime(startTime, utcOffset)}`;

const logLines = ({logs}: CompareView, others: Compared['others'], other: string): readonly string[] => {
	const {compare: words} = messages().screens;
	if (!logs) {
		return [];
	}

	if (logs.type === 'none') {
		// Without the second line, "the logs are alike" would read as if it were of all stages.
		return [`  ${words.none[logs.why](logs.stage)}`, ...(others && others.count > 0 ? [`  ${words.others(others.count, others.differing, others.isWhole)}`] : [])];
	}

	const {one, other: another, isSameBefore} = logs.difference;
	const partOf = (name: string, {line, earlier}: typeof one, hasBefore: boolean): readonly string[] => [
		`  ${name}:`,
		...(hasBefore ? earlier.slice(-1).map(before => `    | ${before}`) : []),
		`    ${line === undefined ? words.ends : `> ${line}`}`,
	];
	return [`  ${words.first(logs.stage, logs.agent)}`, ...partOf(words.thisRun, one, true), ...partOf(other, another, !isSameBefore)];
};

const compareLines = (state: State, {task, view, others, problem}: Compared, colorize: Colorize): readonly string[] => {
	const {screens: {columns, compare: words, labels}, faults: {about}, output} = messages();
	const dag = knownTask(state, task);
	const title = about(placeOfTask(state, task), dag ? numberedName(dag) : task.id);
	if (!view?.other || problem) {
		return [title, `  ${problem?.words ?? ''}`];
	}

	const other = startOf(view.other);
	const {list: {rows}, why} = view;
	return [
		title,
		`  ${words.with(other, view.other.id, output.fleet.outcome(outcomeLabel(view.other.outcome), {isStalled: false, isFailing: view.other.isFailing}))}`,
		...(why ? [`  ${labels.why}  ${whyTexts(why)[0] ?? ''}`] : []),
		...textTable([[`  ${columns.number}`, columns.stage, words.thisRunHead, columns.time, other, columns.time, ''], ...rows.map(row => [
			`  ${row.number ?? ''}`, row.name, ...cellOf(row.one), ...cellOf(row.other), markOf(row),
		])], {
			right: new Set([3, 5]),
			colorize(text, column, index) {
				const row = rows[index - 1];
				const part = column === 2 ? row?.one : (column === 4 ? row?.other : undefined);
				return colorize(text, row ? (part ? toneOfPart(part) : 'plain') : 'quiet');
			},
		}),
		...logLines(view, others, other),
	];
};

const runDocument = (run: NonNullable<CompareView['one']>) => ({id: run.id, outcome: outcomeCode(run.outcome), startTime: isoTime(run.startTime), durationMs: run.duration === undefined ? null : Math.round(run.duration)});

const partDocument = (part: CompareRow['one']) => part ? {outcome: outcomeCode(part.outcome), partFailed: part.hasFailedPart ?? false, durationMs: part.duration === undefined ? null : Math.round(part.duration)} : null;

const lineDocument = ({earlier, line}: DifferingLine) => ({before: earlier.at(-1) ?? null, line: line ?? null});

const comparedDocument = (state: State, {task, view, problem}: Compared): ComparisonDocument['comparisons'][number] => {
	const rows = view && !problem ? view.list.rows : [];
	const logs = view?.logs?.type === 'lines' ? view.logs : undefined;
	return {
		owner: ownerLabel(state, task.owner),
		task: view?.one ? runDocument(view.one) : null,
		with: view?.other ? runDocument(view.other) : null,
		problem: problem?.type ?? null,
		stages: rows.map(row => ({name: row.ownName, task: partDocument(row.one), with: partDocument(row.other)})),
		difference: logs
			? {stage: rows.find(({isSelected}) => isSelected)?.ownName ?? '', agent: logs.agent ?? null, task: lineDocument(logs.difference.one), with: lineDocument(logs.difference.other)}
			: null,
	};
};

/** The task of that id: a current one, or one of a history, for which all are read. */
const findReference = async ({store}: Pick<OpenFleet, 'store'>, id: string, {clock, signal}: QueryDeps): Promise<TaskReference | undefined> => {
	const current = ownedTasks(store.getState()).find(({dag}) => dag.id === id);
	if (current) {
		return {owner: current.owner, id};
	}

	const owners = historyOwners(store.getState());
	const {promise, resolve} = Promise.withResolvers<void>();
	const find = (state: State): string | undefined => owners.find(owner => historyRows(state, owner).some(({dag}) => dag.id === id));
	const look = (): void => {
		const state = store.getState();
		if (find(state) !== undefined || owners.every(owner => !isHistoryLoading(state, owner))) {
			resolve();
		}
	};

	const unsubscribe = store.subscribe(look);
	for (const owner of owners) {
		store.dispatch({type: 'history-opened', owner});
	}

	look();
	await within(promise, {timeout, clock, signal});
	unsubscribe();
	const owner = find(store.getState());
	return owner === undefined ? undefined : {owner, id};
};

/** Prints tasks beside other runs of the same name: their stages, and the first line in which the logs of the failed stage differ. */
export const runCompare = async (open: Pick<OpenFleet, 'store' | 'firstRound'>, {task: wanted, other, isJson}: CompareOptions, deps: QueryDeps): Promise<ExitCode> => {
	const {store} = open;
	const {clock, output, errors, colorize, signal, version} = deps;
	const {state, code} = await queryAll(open, deps);
	const chosen = wanted === undefined ? undefined : await findReference(open, wanted, deps);
	if (wanted !== undefined && !chosen) {
		await errors.write(`${messages().usage.line(problemOfTask(state, wanted) ?? '')}\n`);
		return exitCodes.usage.code;
	}

	const tasks = chosen ? [chosen] : ownedTasks(state).map(({owner, dag}) => ({owner, id: dag.id}));
	const compared: Compared[] = [];
	for (const task of tasks) {
		compared.push(await compare(open, task, other, deps));
		if (signal.aborted) {
			return code;
		}
	}

	const shown = other === undefined ? compared : compared.filter(({view}) => view?.other !== undefined);
	if (other !== undefined && shown.length === 0) {
		await errors.write(`${messages().usage.line(messages().output.noRun(other))}\n`);
		return exitCodes.usage.code;
	}

	const seen = store.getState();
	const isRead = shown.every(({problem}) => problem?.type !== 'not read');
	const exitCode = worstOf([code, isRead ? exitCodes.done.code : exitCodes.unreachable.code]);
	const documentOf = (): ComparisonDocument => ({
		version: 1, type: 'comparison', obwatch: version, at: new Date(clock.now()).toISOString(), exitCode, comparisons: shown.map(each => comparedDocument(seen, each)),
	});
	const texts = isJson ? [plainJson(JSON.stringify(documentOf()))] : shown.map(each => compareLines(seen, each, colorize).join('\n'));
	if (texts.length > 0) {
		await output.write(`${texts.join('\n\n')}\n`);
	}

	return exitCode;
};
