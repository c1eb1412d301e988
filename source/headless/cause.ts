import {messages} from '../lib/messages/messages.js';
import {type OpenFleet} from '../fleet/open.js';
import {within} from '../lib/clock.js';
import {cell, columnsOf} from '../lib/columns.js';
import {type Timestamp} from '../lib/time.js';
import {isUnread, outcomeLabel, shownStage} from '../protocol/outcome.js';
import {agentBehind, findNode, findSubTask, findTask, placeOfTask} from '../store/lookup.js';
import {agentNow, taskCells, taskOutcome} from '../store/selectors/basics.js';
import {type Cause, type CausePlace, causesIn, isFailing} from '../store/selectors/cause.js';
import {causeText, whyTextIn} from '../store/selectors/reason.js';
import {type State} from '../store/state.js';
import {toneOf} from '../ui/theme.js';
import {codeOfConnection, type ExitCode, exitCodeOf, type OwnedTask, ownedTasks, unreadOf, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {type OnceDeps} from './once.js';
import {type Output} from './output.js';
import {agentUnreadText, type Colorize, incompleteLines, problemText} from './text.js';

/** What the query commands need: where their output goes, and which version they report. */
export type QueryDeps = OnceDeps & {
	/** For messages beside the output. */
	readonly errors: Output;
};

/** ms for the first round. */
const queryTimeout = 15_000;

/** Waits for the first round; returns the exit code, and writes to stderr which agents could not be reached and why, and what was not read in time. */
export const queryAll = async ({store, firstRound}: Pick<OpenFleet, 'store' | 'firstRound'>, {clock, signal, errors}: QueryDeps): Promise<{readonly state: State; readonly code: ExitCode}> => {
	const isComplete = await within(firstRound, {timeout: queryTimeout, clock, signal});
	const state = store.getState();
	const entries = state.agents.values().toArray();
	const problems = [
		...entries.flatMap(entry => {
			const problem = problemText(state, entry, clock.now()) ?? agentUnreadText(state, entry);
			return problem === undefined ? [] : [`${messages().usage.line(messages().faults.about(entry.address.label, problem))}\n`];
		}),
		...incompleteLines(state, isComplete).map(line => `${messages().usage.line(line)}\n`),
	];
	if (problems.length > 0 && !signal.aborted) {
		await errors.write(problems.join(''));
	}

	const isKnown = isComplete && entries.every(entry => unreadOf(state, entry).length === 0);
	return {state, code: worstOf([...entries.map(entry => codeOfConnection(entry)), ...(isKnown ? [] : [exitCodes.unreachable.code])])};
};

/** A line with a label before it, all labels as wide as the widest. */
const labelled = (label: string, text: string): string => {
	const {output: {cause}, screens: {labels}} = messages();
	return `  ${cell(label, Math.max(...[labels.why, cause.at, cause.part].map(word => columnsOf(word))))} ${text}`;
};

/** The places of a reason; with `isFirst` also the log entry that states it, which is much the same on the other agents. */
const placeLines = (state: State, {task, node, subTask, agent, entry}: CausePlace, isFirst: boolean): readonly string[] => {
	const dag = findTask(state, task);
	const found = findNode(dag, node);
	const stage = found && dag?.nodes ? dag.nodes.indexOf(found) + 1 : undefined;
	const line = isFirst ? findSubTask(found, subTask)?.logs?.[entry] : undefined;
	const {output: {cause, unknownAgent}} = messages();
	return [
		labelled(cause.at, cause.place({
			stage: stage === undefined ? undefined : {number: stage, name: messages().tasks.engineName(found?.name ?? '')}, agent: agent ?? unknownAgent, task: dag?.id ?? task.id, subTask,
		})),
		...(line === undefined ? [] : line.split('\n').map(text => labelled('', `| ${text}`))),
	];
};

const headOf = (state: State, {owner, dag}: OwnedTask, now: Timestamp, colorize: Colorize): string => {
	const {name, outcome, progress} = taskCells(dag, agentNow(agentBehind(state, owner), now, dag));
	return messages().output.cause.title(placeOfTask(state, {owner, id: dag.id}), name, {
		outcome: colorize(outcomeLabel(outcome), toneOf(outcome)), isFailing: isFailing(state, dag), stage: shownStage(outcome, progress.stage), stages: progress.total,
	});
};

const keyOf = ({text, places}: Cause): string | undefined => {
	const [place] = places;
	return place && JSON.stringify([place.task.owner, place.task.id, place.node, place.subTask, place.entry, text]);
};

const reasonLines = (state: State, cause: Cause): readonly string[] =>
	[labelled(messages().screens.labels.why, causeText(cause)), ...cause.places.flatMap((place, index) => placeLines(state, place, index === 0))];

/** All tasks with their reasons, each reason once, under the first task that has it. The sub-tasks of a main task are listed below it. */
export const causeLines = (state: State, now: Timestamp, colorize: Colorize): readonly string[] => {
	const tasks = ownedTasks(state);
	const mains = new Set(tasks.flatMap(({dag}) => dag.links.mainDagId === undefined ? [dag.id] : []));
	const partsOf = Map.groupBy(tasks, ({dag}) => dag.links.mainDagId !== undefined && mains.has(dag.links.mainDagId) ? dag.links.mainDagId : undefined);
	const said = new Set<string>();
	const reasonsOf = ({owner, dag}: OwnedTask, isPart: boolean): readonly string[] => {
		const causes = causesIn(state, dag, owner);
		const changes = causes.filter(cause => !said.has(keyOf(cause) ?? ''));
		for (const cause of changes) {
			said.add(keyOf(cause) ?? '');
		}

		said.delete('');
		const isRepeated = causes.length > 0 && changes.length === 0;
		const {output: {cause: words}, screens: {labels}} = messages();
		const unread = isUnread(taskOutcome(dag)) ? whyTextIn(state, dag, owner) : undefined;
		if (unread !== undefined) {
			return [labelled(labels.why, unread)];
		}

		return isRepeated && !isPart ? [labelled(labels.why, words.sameAsAbove)] : changes.flatMap(cause => reasonLines(state, cause));
	};

	const linesOf = (task: OwnedTask): readonly string[] => [
		headOf(state, task, now, colorize),
		...reasonsOf(task, false),
		...(partsOf.get(task.dag.id) ?? []).flatMap(part => [labelled(messages().output.cause.part, headOf(state, part, now, colorize)), ...reasonsOf(part, true).map(line => `  ${line}`)]),
	];
	return (partsOf.get(undefined) ?? []).flatMap(task => linesOf(task));
};

/** Prints all reasons why tasks failed or what they wait for, with the places and lines that show them. Resolves to the exit code of `--once`. */
export const runCause = async (open: Pick<OpenFleet, 'store' | 'firstRound'>, deps: QueryDeps): Promise<ExitCode> => {
	const {clock, output, colorize, signal} = deps;
	const {state, code} = await queryAll(open, deps);
	const lines = causeLines(state, clock.now(), colorize);
	if (!signal.aborted && lines.length > 0) {
		await output.write(`${lines.join('\n')}\n`);
	}

	return worstOf([code, exitCodeOf(state)]);
};
