// Applies the lines of a recording to a store, one after the other.

import {responseTypes} from '../client/parse-response.js';
import {type Timestamp} from '../lib/time.js';
import {isSameState} from '../poller/agent/task-state.js';
import {suspectsIn} from '../poller/look-back.js';
import {type HistoryScope} from '../poller/request.js';
import {isFinal, outcomeOfDag} from '../protocol/outcome.js';
import {routes} from '../protocol/routes.js';
import {type Dag} from '../protocol/task.js';
import {initialState} from '../store/initial-state.js';
import {type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {type Line, type RecordedExchange} from './format.js';
import {type OnDemandResponses} from './on-demand.js';
import {type PlacedLine, type Recording} from './reader.js';
import {type ReplayTime} from './replay-clock.js';
import {replyOf} from './responses.js';
import {type AgentStates, noAgentStates, eventsOfExchange} from './to-events.js';

/**
What is known at a place, beside the store.

- tasks: the last responses with a task by its id, by agent and id
- suspects: tasks that a history lists and that may have failed, by agent and id
- at: the time of the last line
- isFresh: nothing of the current recording was applied yet
- lineAt: the last line's own time, which is earlier if its clock was set back
- damaged, lost, disordered: so far, lines that could not be read, responses that were not written, and lines much older than the
one before them
*/
export type Knowledge = {
	readonly agentStates: AgentStates;
	readonly tasks: ReadonlyMap<string, RecordedExchange>;
	readonly suspects: ReadonlyMap<string, HistoryScope>;
	readonly at: Timestamp;
	readonly lineAt: Timestamp | undefined;
	readonly isFresh: boolean;
	readonly damaged: number;
	readonly lost: number;
	readonly disordered: number;
};

type Applier = {
	/** Applies the next line; undefined is a damaged one. */
	readonly take: (line: Line | undefined) => void;
	readonly knowledge: () => Knowledge;
	/** Continues from another place; the caller sets the store. */
	readonly restore: (knowledge: Knowledge) => void;
};

type ApplierDeps = {
	readonly store: Store;
	/** Called with the time of each line before it is applied; `isFirst` for the first line of a recording, which may be much later or earlier. */
	readonly onTime: (at: Timestamp, isFirst: boolean) => void;
};

const nothing: Knowledge = {agentStates: noAgentStates, tasks: new Map(), suspects: new Map(), at: 0, lineAt: undefined, isFresh: true, damaged: 0, lost: 0, disordered: 0};

// ms. Clocks are corrected by less now and then, and responses that arrive together may be written in either order.
const toleratedStep = 3000;

/** How many are kept. */
const tasksLimit = 200;

const withTask = (tasks: Knowledge['tasks'], exchange: RecordedExchange): Knowledge['tasks'] => {
	const [, id] = /^\/api\/v1\/task\/dag\/(\d{1,80})$/.exec(exchange.path) ?? [];
	if (id === undefined) {
		return tasks;
	}

	const key = `${exchange.agent.key} ${id}`;
	return new Map([...[...tasks].filter(([other]) => other !== key).slice(1 - tasksLimit), [key, exchange]]);
};

const taskIn = (exchange: RecordedExchange | undefined): Dag | undefined => {
	const reply = exchange && replyOf(responseTypes.task.schema, exchange.answer);
	return reply?.type === 'data' ? reply.data : undefined;
};

const historyPaths: ReadonlyMap<string, HistoryScope> = new Map([[routes.agentHistory, 'agent'], [routes.clusterHistory, 'cluster']]);

/** What of a history may have failed is read next, by its id (source/poller/look-back.ts). */
const withSuspects = (suspects: Knowledge['suspects'], {agent, path, answer}: RecordedExchange, at: Timestamp): Knowledge['suspects'] => {
	const scope = historyPaths.get(path);
	const reply = scope && replyOf(responseTypes.tasks.schema, answer);
	return scope && reply?.type === 'data' ? new Map([...suspects, ...suspectsIn(reply.data, at).map(({id}) => [`${agent.key} ${id}`, scope] as const)]) : suspects;
};

/**
Responses that an agent repeated when the poller queried a task by its id once more: they are not recorded again. Those of listed tasks and
main tasks, as far as the list says the same, and the ends of those that left it or were replaced.
*/
const repeatedBy = ({agentStates, tasks}: Knowledge, agent: string, isMissing: (main: string) => boolean): readonly RecordedExchange[] => {
	const state = agentStates.get(agent);
	if (!state || tasks.size === 0) {
		return [];
	}

	const find = (id: string, fits: (dag: Dag) => boolean): readonly RecordedExchange[] => {
		const exchange = tasks.get(`${agent} ${id}`);
		const dag = taskIn(exchange);
		return exchange && dag && fits(dag) ? [exchange] : [];
	};

	const isOver = (dag: Dag): boolean => isFinal(outcomeOfDag({...dag, isBrief: false}));
	const {task, delegate} = state;
	const main = task.dag?.links.mainDagId;
	return [
		...[task, ...(delegate ? [delegate.task] : [])].flatMap(({successor, dag}) => successor && dag ? find(dag.id, isOver) : []),
		...(delegate?.others ?? []).filter(other => other.task.isWholeWanted && !other.needs).flatMap(({id, isGone, task: {unsettled, dag: head = unsettled}}) =>
			find(id, dag => isGone ? isOver(dag) : head !== undefined && isSameState(unsettled ?? head, dag))),
		...(main !== undefined && isMissing(main) ? find(main, () => true) : []),
	];
};

export const createApplier = ({store, onTime}: ApplierDeps): Applier => {
	let known = nothing;
	let isFirst = true;

	const begin = ({agents, at}: Extract<Line, {type: 'beginning'}>): void => {
		const state = store.getState();
		known = {...known, agentStates: noAgentStates, tasks: new Map(), suspects: new Map(), isFresh: true, at: at ?? known.at};
		onTime(known.at, true);
		store.dispatch({type: 'replay-restored', state: {...initialState(agents, state.view.size, {keepsRuns: state.runs !== undefined}), journal: state.journal}});
	};

	/** The time of a replay never goes back, whatever the recording machine's clock did. */
	const reach = (lineAt: Timestamp | undefined): void => {
		const at = known.isFresh ? lineAt ?? known.at : Math.max(known.at, lineAt ?? known.at);
		onTime(at, known.isFresh);
		const isBehind = lineAt !== undefined && known.lineAt !== undefined && lineAt < known.lineAt - toleratedStep;
		known = {...known, at, lineAt: lineAt ?? known.lineAt, isFresh: false, disordered: known.disordered + (isBehind ? 1 : 0)};
	};

	const apply = (exchange: RecordedExchange): void => {
		const {agentStates, events} = eventsOfExchange(known.agentStates, exchange, known.at);
		known = {...known, agentStates};
		for (const event of events) {
			store.dispatch(event);
		}
	};

	const applyOne = (exchange: RecordedExchange): void => {
		const {agent} = exchange;
		const {at} = known;
		if (!store.getState().agents.has(agent.key)) {
			store.dispatch({type: 'agents-found', at, found: [{address: agent, name: agent.label, foundBy: '', hasJoined: false}]});
		}

		apply(exchange);
		known = {...known, tasks: withTask(known.tasks, exchange), suspects: withSuspects(known.suspects, exchange, at)};
		const task = known.suspects.size > 0 ? taskIn(exchange) : undefined;
		const scope = task && known.suspects.get(`${agent.key} ${task.id}`);
		if (task?.nodes && scope) {
			store.dispatch({type: 'failures-received', agent: agent.key, at, scope, tasks: [task]});
		}

		const state = store.getState();
		for (const repeated of repeatedBy(known, agent.key, id => state.mainTasks.has(id) && state.mainTasks.get(id)?.task === undefined)) {
			apply(repeated);
		}
	};

	return {
		take(line) {
			switch (line?.type) {
				case undefined: {
					known = {...known, damaged: known.damaged + 1};
					break;
				}

				case 'beginning': {
					// A file begins with the last state of everything, with the times of then.
					known = {...known, lineAt: undefined};
					if (!line.isContinued || isFirst) {
						begin(line);
					}

					break;
				}

				case 'exchange': {
					reach(line.at);
					applyOne(line);
					break;
				}

				case 'gap': {
					reach(line.at);
					known = {...known, lost: known.lost + line.lost};
					break;
				}

				case 'end': {
					reach(line.at);
					break;
				}

				case 'other': {
					break;
				}
			}

			isFirst = false;
		},
		knowledge: () => known,
		restore(next) {
			known = next;
			isFirst = next.agentStates === noAgentStates && next.at === 0;
		},
	};
};

/** A place in a recording: what is known there, and where to read on. `count`: lines read up to there. Immutable, so that keeping many costs little. */
type Place = {
	readonly count: number;
	readonly offset: number;
	readonly knowledge: Knowledge;
	readonly state: State;
};

/** Places that were passed, to go back to from the nearest. */
type Snapshots = {
	readonly pass: (place: Place) => void;
	/** The last place for which the condition holds; it must hold for all before it too. */
	readonly lastWhere: (isBefore: (place: Place) => boolean) => Place;
};

const firstSpacing = 50;

// More places mean less reading again, fewer mean less memory.
const keptAtMost = 64;

/** Keeps the first place and some of the following ones, evenly spaced. */
const createSnapshots = (first: Place): Snapshots => {
	let kept: readonly Place[] = [first];
	let spacing = firstSpacing;
	return {
		pass(place) {
			const last = kept.at(-1) ?? first;
			if (place.count < last.count + spacing) {
				return;
			}

			kept = [...kept, place];
			if (kept.length <= keptAtMost) {
				return;
			}

			kept = kept.filter((_, index) => index % 2 === 0);
			spacing *= 2;
		},
		lastWhere: isBefore => kept.findLast(place => isBefore(place)) ?? first,
	};
};

// The position of a replay in its recording: what was applied so far, and how to get to other places.

export type Cursor = {
	/** Lines that were applied, and where the next one begins. */
	readonly count: () => number;
	readonly offset: () => number;
	readonly knowledge: () => Knowledge;
	/** How many changes were seen up to here. */
	readonly changes: () => number;
	/** The last count before this one after whose line something had changed. */
	readonly changeBefore: () => number | undefined;
	/** The next line, which stays the next one until it is applied; undefined at the end. */
	readonly next: () => Promise<PlacedLine | undefined>;
	readonly take: (placed: PlacedLine) => void;
	/** Goes back to the last kept place for which the condition holds; it must hold for all before it too. */
	readonly goBack: (isBefore: (place: Place) => boolean) => void;
	readonly close: () => Promise<void>;
};

type CursorDeps = {readonly recording: Recording; readonly store: Store; readonly time: ReplayTime; readonly onDemand: OnDemandResponses};

const changesIn = ({journal}: State): number => journal.dropped + journal.entries.length;

export const createCursor = ({recording, store, time, onDemand}: CursorDeps): Cursor => {
	const applier = createApplier({
		store,
		onTime(at, isFirst) {
			if (isFirst) {
				time.set(at);
			} else {
				time.reach(at);
			}
		},
	});
	let count = 0;
	let offset = 0;
	let lines = recording.read(0);
	let ahead: {readonly placed: PlacedLine | undefined} | undefined;
	/** Counts of lines after which something had changed, in order, as far as was read. */
	const changes: number[] = [];
	const here = (): Place => ({count, offset, knowledge: applier.knowledge(), state: store.getState()});
	const snapshots = createSnapshots(here());
	const seen = (): number => changesIn(store.getState());

	return {
		count: () => count,
		offset: () => offset,
		knowledge: applier.knowledge,
		changes: seen,
		changeBefore: () => changes.findLast(change => change < count),
		async next() {
			while (!ahead) {
				const from = lines;
				const read = await from.next();
				// The cursor may have moved meanwhile.
				ahead = from === lines ? {placed: read.done ? undefined : read.value} : undefined;
			}

			return ahead.placed;
		},
		take({line, offset: place, end}) {
			ahead = undefined;
			const before = seen();
			applier.take(line);
			count += 1;
			offset = end;
			if (seen() > before && count > (changes.at(-1) ?? 0)) {
				changes.push(count);
			}

			if (line?.type !== 'exchange') {
				return;
			}

			onDemand.note(line, place);
			snapshots.pass(here());
		},
		goBack(isBefore) {
			const place = snapshots.lastWhere(isBefore);
			({count, offset} = place);
			applier.restore(place.knowledge);
			time.set(place.knowledge.at);
			store.dispatch({type: 'replay-restored', state: place.state});
			void lines.return(undefined);
			lines = recording.read(offset);
			ahead = undefined;
		},
		async close() {
			await lines.return(undefined);
		},
	};
};
