import {parseGenericId} from '../../protocol/generic-id.js';
import {type Dag} from '../../protocol/task.js';
import {agentNamed, findTask, lastTaskOf} from '../locate.js';
import {type AgentEntry, type State, type TaskReference} from '../state.js';
import {type Reason} from '../views.js';
import {causesOf, reasonIn, reasonWords, type Cause, type ResolveRemote} from './cause.js';
import {needWords, shownWords, unlistedWords} from './problem-words.js';

const hasTask = (owner: Pick<AgentEntry, 'task' | 'otherTasks'>, id: string): boolean =>
	lastTaskOf(owner)?.id === id || owner.otherTasks.some(task => task.id === id);

/** Whose a task is: that of the agent that its id names, else of whoever has it. Main tasks are looked up, since in a large cluster every agent has one. */
const ownerOf = (state: State, id: string): string | undefined => {
	const main = state.mainTasks.get(id);
	if (main) {
		return main.owner;
	}

	const generic = parseGenericId(id);
	const named = generic === undefined || generic.scope === 'cluster' ? undefined : agentNamed(state, generic.agent);
	if (named !== undefined && findTask(state, {owner: named, id})) {
		return named;
	}

	return state.clusters.entries().find(([, cluster]) => hasTask(cluster, id))?.[0]
		?? state.agents.entries().find(([, entry]) => hasTask(entry, id))?.[0]
		?? named;
};

/** Finds a task by its id, wherever it is known. */
const resolveIn = (state: State, asker: string): ResolveRemote => id => {
	const owner = ownerOf(state, id) ?? asker;
	const dag = findTask(state, {owner, id});
	return dag && {dag, owner};
};

/** All reasons why a task failed or what it waits for, followed across the watched agents, the first one first. */
export const causesIn = (state: State, dag: Dag, owner: string): readonly Cause[] =>
	causesOf(dag, {owner, id: dag.id} satisfies TaskReference, resolveIn(state, owner));

/** Why it cannot be known how a task is, or how it ended. */
const unreadWords = ({needs, unlisted}: Dag): string | undefined => needs
	? needWords(needs)
	: (unlisted?.end === 'gone' || unlisted?.end === 'unreadable' ? unlistedWords(unlisted) : undefined);

const plainWhyIn = (state: State, dag: Dag, owner: string): Reason | undefined => {
	const unread = unreadWords(dag);
	return unread === undefined ? reasonIn(causesIn(state, dag, owner)) : {place: '', text: unread};
};

/** The same in words, with the key that helps on the screen. */
export const whyIn = (state: State, dag: Dag, owner: string): Reason | undefined => {
	const why = plainWhyIn(state, dag, owner);
	return why && dag.needs ? {...why, text: shownWords(state, `${why.text}: p`)} : why;
};

/** The same in one line, for modes without a screen. */
export const whyWordsIn = (state: State, dag: Dag, owner: string): string | undefined => {
	const why = plainWhyIn(state, dag, owner);
	return why && reasonWords(why);
};

/** The same with all lines of the first reason, for programs. */
export const wholeWhyIn = (state: State, dag: Dag, owner: string): string | undefined => {
	const unread = unreadWords(dag);
	if (unread !== undefined) {
		return unread;
	}

	const causes = causesIn(state, dag, owner);
	const [first] = causes;
	const why = reasonIn(causes);
	return why && first && reasonWords({...why, text: why.text.replace(first.text, () => first.whole())});
};

/** A reason whole, and with less and less around what says the most where there is not room for all. */
export const whyTexts = (reason: Reason): readonly string[] => {
	const {place, text, shortest = text} = reason;
	return [...new Set([reasonWords(reason), reasonWords({place, text}), text, shortest])];
};
