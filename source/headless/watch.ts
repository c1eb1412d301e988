import {english} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {type OpenFleet} from '../fleet/open.js';
import {type Clock, untilAborted} from '../lib/clock.js';
import {columnsOf} from '../lib/columns.js';
import {plainJson} from '../lib/printable.js';
import {formatDate, formatOffset, formatTime, localOffset, type Timestamp} from '../lib/time.js';
import {type Outcome, outcomeLabel, traitsOf} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type TaskNow, type Transition, type Why} from '../store/changes.js';
import {ownerLabel, placeOfTask, taskKey} from '../store/lookup.js';
import {isDatabaseDown, numberedName} from '../store/selectors/basics.js';
import {isFailing} from '../store/selectors/cause.js';
import {reasonsIn, whyText} from '../store/selectors/reason.js';
import {lastingTrouble, problemOf} from '../store/selectors/connection.js';
import {changeDocument, changeText} from '../store/selectors/journal.js';
import {type Tone} from '../store/selectors/view-types.js';
import {type AgentEntry, type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {changesBetween, isFirstSight, knownElsewhere, taskNow, toldOutcome} from '../store/transitions.js';
import {toneOf} from '../ui/theme.js';
import {type ExitCode, tasksOwnedBy} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {type EventDocument} from './json-schema.js';
import {type OnceDeps} from './once.js';
import {type Output} from './output.js';
import {type Colorize} from './text.js';
import {waitFor, type WaitOptions, writeNotes} from './wait-condition.js';

/** A task that was there when its owner was first seen: its state, not a change. */
type Sighting = TaskNow & {readonly type: 'task-seen'; readonly isFailing: boolean; readonly why: Why | undefined};

/** What happened: `at` is our clock, `label` the name of the agent or cluster. */
export type WatchEvent = {readonly at: Timestamp; readonly label: string; readonly what: Transition | Sighting};

type Owner = Pick<AgentEntry, 'task' | 'otherTasks' | 'isListed'>;

const unknownOwner: Owner = {task: {type: 'unknown'}, otherTasks: [], isListed: false};

const sighting = (state: State, owner: string, dag: Dag, outcome: Outcome): Sighting => ({
	...taskNow(owner, dag, outcome), type: 'task-seen', isFailing: isFailing(state, dag), why: reasonsIn(state, dag, owner),
});

/** The owners whose tasks changed, in the order of the table. Going through all of them after each of many thousand responses takes minutes. */
const changedOwners = (before: State, after: State): ReadonlyMap<string, Owner> => {
	const agents = after.agents.changedSince(before.agents);
	const clusters = after.clusters.changedSince(before.clusters);
	const keys = [...agents.flatMap(key => [after.agents.get(key)?.cluster ?? key, key]), ...clusters];
	return new Map(keys.flatMap(key => {
		const [known, now] = [before.agents.get(key) ?? before.clusters.get(key), after.agents.get(key) ?? after.clusters.get(key)];
		const isChanged = known?.task !== now?.task || known?.otherTasks !== now?.otherTasks || known?.isListed !== now?.isListed;
		return now && isChanged ? [[key, now]] : [];
	}));
};

/** Tasks of owners that were not known before, as far as their outcome is certain. */
const sightings = (before: State, after: State): readonly Sighting[] => changedOwners(before, after).entries().flatMap(([owner, now]) => {
	const known = before.agents.get(owner) ?? before.clusters.get(owner) ?? unknownOwner;
	return tasksOwnedBy(after, owner).flatMap(dag => {
		const wasThere = (known.task.type === 'known' && known.task.dag.id === dag.id) || known.otherTasks.some(({id}) => id === dag.id);
		const outcome = toldOutcome(dag);
		const isNew = !wasThere && knownElsewhere(before, dag.id) === undefined && isFirstSight(known, now, {owner, id: dag.id}, after);
		return isNew && outcome ? [sighting(after, owner, dag, outcome)] : [];
	});
}).toArray();

/** Agents that were unreachable, or whose databases were down, from the beginning. */
const firstTroubles = (before: State, after: State, at: Timestamp): readonly Transition[] => after.agents.changedSince(before.agents).flatMap(owner => {
	const entry = after.agents.get(owner);
	const known = before.agents.get(owner);
	const trouble = known?.connection.type === 'connecting' && entry ? lastingTrouble(entry) : undefined;
	const isDown = entry && isDatabaseDown(entry) && known?.status === undefined;
	return [
		...(!entry || trouble === undefined ? [] : [{type: 'agent-troubled' as const, owner, trouble, problem: problemOf(entry, at) ?? {type: 'trouble' as const, trouble}}]),
		...(isDown ? [{type: 'database-down' as const, owner}] : []),
	];
});

/** What happened between two successive states, and what was seen for the first time. */
export const eventsBetween = (before: State, after: State, at: Timestamp): readonly WatchEvent[] => {
	const changes = changesBetween(before, after);
	const told = new Set(changes.flatMap(change => 'id' in change ? [taskKey(change)] : []));
	// A task that did something while its agent could not be read is no mere sight.
	const seen = sightings(before, after).filter(sight => !told.has(taskKey(sight)));
	return [...firstTroubles(before, after, at), ...seen, ...changes]
		.map(what => ({at, label: 'id' in what ? placeOfTask(after, what) : ownerLabel(after, what.owner), what}));
};

type FollowDeps = {
	readonly store: Store;
	/** The state that counts as seen. */
	readonly begin: State;
	readonly clock: Clock;
	/** Takes events; nothing more comes before it settles, then everything that happened meanwhile at once. */
	readonly take: (events: readonly WatchEvent[]) => Promise<void>;
};

// An output that is not read must not fill the memory: beyond so many events, only what differs at the end is printed.
const waitingLimit = 10_000;

/** Passes on events since `begin` and from now on. Returns a function that ends that, after the last ones were taken. */
export const follow = ({store, begin, clock, take}: FollowDeps): (() => Promise<void>) => {
	let seen = begin;
	let waiting: readonly WatchEvent[] = [];
	let isTaking = false;
	let taken: Promise<void> = Promise.resolve();

	/** A task can end and be replaced while earlier events are written. */
	const note = (): void => {
		const state = store.getState();
		if (state === seen || waiting.length >= waitingLimit) {
			return;
		}

		waiting = [...waiting, ...eventsBetween(seen, state, clock.now())];
		seen = state;
	};

	const hand = async (): Promise<void> => {
		isTaking = true;
		note();
		while (waiting.length > 0) {
			const events = waiting;
			waiting = [];
			await take(events);
			note();
		}

		isTaking = false;
	};

	const look = (): void => {
		note();
		taken = isTaking ? taken : hand();
	};

	const unsubscribe = store.subscribe(look);
	look();
	return async () => {
		unsubscribe();
		look();
		await taken;
	};
};

type Words = {readonly text: string; readonly tone: Tone};

const stageText = ({stage, stages, outcome}: Sighting): string =>
	stages === 0 || traitsOf(outcome).stages === 'all done' || traitsOf(outcome).stages === 'all undone' ? '' : `${stage}/${stages}`;

const tones = {
	'task-begun': 'active', 'task-moved': 'active', 'task-failing': 'bad', 'agent-troubled': 'bad', 'agent-recovered': 'good', 'agent-restarted': 'attention', 'database-down': 'bad', 'database-up': 'good', 'agent-joined': 'plain', 'agent-left': 'attention', 'agent-returned': 'plain',
} as const satisfies Record<Exclude<WatchEvent['what']['type'], 'task-seen' | 'outcome-changed'>, Tone>;

const wordsOf = ({what, label}: WatchEvent): Words => {
	if (what.type === 'task-seen') {
		const {outcome, isFailing: isPartFailed, why} = what;
		return {text: messages().output.watch.seen(numberedName(what), {outcome: outcomeLabel(outcome), isFailing: isPartFailed, stage: stageText(what), why: whyText(why)}), tone: toneOf(outcome)};
	}

	return {text: changeText(what, label), tone: what.type === 'outcome-changed' ? toneOf(what.outcome) : tones[what.type]};
};

// Fits most addresses; a longer one moves the rest to the right.
const labelColumns = 21;

/** An event in one line: "2026-03-01 10:41:59 +08:00  10.0.0.1:2886  Initialize cluster: stage 3/11: Start observer". The time is this machine's, with its offset: lines end up in files and on other machines. */
export const eventLine = (event: WatchEvent, colorize: Colorize): string => {
	const {at, label} = event;
	const offset = localOffset(at);
	const {text, tone} = wordsOf(event);
	const place = label + ' '.repeat(Math.max(0, labelColumns - columnsOf(label)));
	return `${colorize(`${formatDate(at, offset)} ${formatTime(at, offset)} ${formatOffset(offset)}`, 'quiet')}  ${place}  ${colorize(text, tone)}`;
};

/** The event in the shape that `--json-schema` documents: what an `--on-change` program gets, and what was seen first. */
export const eventDocument = ({at, label, what}: WatchEvent): EventDocument => {
	if (what.type !== 'task-seen') {
		return {version: 1, ...changeDocument({at, label, transition: what})};
	}

	const {id, outcome, stage, stages, stageName, why} = what;
	const name = what.name === '' ? english.tasks.unnamed(id) : what.name;
	return {version: 1, at: new Date(at).toISOString(), type: what.type, agent: label, task: {id, name, stage, stages, stageName, outcome: outcomeLabel(outcome, english), ...(what.isFailing && {failing: true}), why: whyText(why, english)}};
};

type WatchOptions = {
	readonly isJson: boolean;
	/** Ends when that wait is over; if undefined, only by the signal. */
	readonly wait: WaitOptions | undefined;
	/** For what a wait did not reach. */
	readonly errors: Output;
};

/** Prints a line for every event, beginning with what is there at first. Resolves to the exit code. */
export const runWatch = async (open: Pick<OpenFleet, 'store' | 'begin' | 'firstRound'>, {isJson, wait, errors}: WatchOptions, {clock, output, colorize, signal}: OnceDeps): Promise<ExitCode> => {
	const end = follow({
		store: open.store,
		begin: open.begin,
		clock,
		async take(events) {
			if (signal.aborted) {
				return;
			}

			const lines = events.map(event => isJson ? plainJson(JSON.stringify(eventDocument(event))) : eventLine(event, colorize));
			// With line feeds and in one write, so that readers see whole lines.
			await output.write(lines.map(line => `${line}\n`).join(''));
		},
	});
	let notes: readonly string[] = [];
	try {
		if (wait) {
			const ended = await waitFor(open, wait, {clock, signal});
			notes = ended.notes;
			return ended.code;
		}

		await untilAborted(signal);
		return exitCodes.done.code;
	} finally {
		await end();
		await writeNotes(errors, notes);
	}
};
