import {type OpenFleet} from '../fleet/open.js';
import {within} from '../lib/clock.js';
import {textTable} from '../lib/fit-columns.js';
import {messages} from '../lib/messages/messages.js';
import {formatDate, formatDuration, formatOffset, formatTime, type Timestamp} from '../lib/time.js';
import {outcomeLabel} from '../protocol/outcome.js';
import {ownerLabel} from '../store/lookup.js';
import {problemOf, problemText} from '../store/selectors/connection.js';
import {historyProblem, selectHistory} from '../store/selectors/history.js';
import {type State} from '../store/state.js';
import {stageText} from '../ui/format.js';
import {toneOf} from '../ui/theme.js';
import {queryAll, type QueryDeps} from './cause.js';
import {type ExitCode, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {type Colorize} from './text.js';

// ms. A long history is a large response: the agent's whole table.
const historyTimeout = 60_000;

const viewOf = (state: State, owner: string, now: Timestamp) =>
	selectHistory(state, {type: 'history', owner, selected: undefined, top: 0}, now, Infinity);

const startText = (time: Timestamp | undefined, offset: number | undefined): string =>
	time === undefined ? '' : `${formatDate(time, offset ?? 0)} ${formatTime(time, offset ?? 0)} ${formatOffset(offset ?? 0)}`;

const historyLines = (state: State, owner: string, now: Timestamp, colorize: Colorize): readonly string[] => {
	const {list, remaining, unread} = viewOf(state, owner, now);
	const problem = historyProblem(state, owner);
	const {rows} = list;
	const {output, screens: {columns, history}, tasks} = messages();
	const table = textTable([[`  ${columns.id}`, columns.task, columns.outcome, columns.stage, columns.started, columns.time], ...rows.map(({key, task: {name, outcome, progress, duration}, isFailing, startTime, utcOffset}) => [
		`  ${key}`,
		name,
		output.fleet.outcome(outcomeLabel(outcome), {isStalled: false, isFailing}),
		stageText({outcome, progress}),
		startText(startTime, utcOffset),
		duration === undefined ? '' : formatDuration(duration),
	])], {
		right: new Set([5]),
		colorize(text, column, row) {
			const outcome = rows[row - 1]?.task.outcome;
			return colorize(text, outcome ? (column === 2 ? toneOf(outcome) : 'plain') : 'quiet');
		},
	});
	return [
		ownerLabel(state, owner),
		...(rows.length > 0 ? table : (problem === undefined ? [`  ${tasks.history.noTasks}`] : [])),
		...(problem === undefined ? [] : [`  ${problemText(problem)}`]),
		...(unread ? [`  ${history.unread(unread.count, unread.words)}`] : []),
		...(problem === undefined && remaining !== 0 ? [`  ${remaining === undefined ? history.notLoaded : history.remaining(remaining)}`] : []),
	];
};

/** Prints the earlier tasks of agents and clusters, newest first. Queried once, since the response is large. */
export const runHistory = async (open: Pick<OpenFleet, 'store' | 'firstRound'>, deps: QueryDeps): Promise<ExitCode> => {
	const {store} = open;
	const {clock, output, colorize, signal} = deps;
	const {state, code} = await queryAll(open, deps);
	// As in the table: clusters in the order of their agents, not in that of their discovery.
	const owners = [...new Set([...[...state.agents.values()].flatMap(({cluster}) => cluster ?? []), ...state.clusters.keys()]), ...state.agents.keys()];
	const {promise, resolve} = Promise.withResolvers<void>();
	const look = (): void => {
		if (owners.every(owner => !viewOf(store.getState(), owner, clock.now()).isLoading)) {
			resolve();
		}
	};

	const unsubscribe = store.subscribe(look);
	for (const owner of owners) {
		store.dispatch({type: 'history-opened', owner});
	}

	look();
	await within(promise, {timeout: historyTimeout, clock, signal});
	unsubscribe();
	const now = clock.now();
	const seen = store.getState();
	// Of an agent that was not reached, stderr has said why.
	const isTold = (owner: string): boolean => {
		const [before, after] = [state, seen].map(({agents}) => agents.get(owner));
		return before !== undefined && after !== undefined && problemOf(before, now) !== undefined && problemOf(after, now) !== undefined && viewOf(seen, owner, now).list.total === 0;
	};

	const blocks = owners.filter(owner => !isTold(owner)).map(owner => historyLines(seen, owner, now, colorize).join('\n'));
	if (!signal.aborted && blocks.length > 0) {
		await output.write(`${blocks.join('\n\n')}\n`);
	}

	const isComplete = owners.map(owner => viewOf(seen, owner, now)).every(({problem, isLoading, unread}) => problem === undefined && !isLoading && !unread);
	return worstOf([code, isComplete ? exitCodes.done.code : exitCodes.unreachable.code]);
};
