import {parseGenericId} from '../../protocol/generic-id.js';
import {type Dag} from '../../protocol/task.js';
import {agentNamed, findTask} from '../locate.js';
import {type State, type TaskReference} from '../state.js';
import {type Reason} from '../views.js';
import {causeOf, reasonIn, reasonWords, type Cause, type ResolveRemote} from './cause.js';

/** Finds remote tasks among those of the watched agents: a remote id decodes to the agent where the work ran. */
const resolveIn = (state: State): ResolveRemote => id => {
	const generic = parseGenericId(id);
	const owner = generic === undefined || generic.scope === 'cluster' ? undefined : agentNamed(state, generic.agent);
	const dag = owner === undefined ? undefined : findTask(state, {owner, id});
	return owner === undefined || !dag ? undefined : {dag, owner};
};

/** Why a task failed or what it waits for, followed across the watched agents. */
export const causeIn = (state: State, dag: Dag, owner: string): Cause | undefined =>
	causeOf(dag, {owner, id: dag.id} satisfies TaskReference, resolveIn(state));

// More than anybody reads of one reason; the log holds the rest, which can be megabytes.
const longest = 4000;

/** The same in words. */
export const whyIn = (state: State, dag: Dag, owner: string): Reason | undefined => {
	const cause = causeIn(state, dag, owner);
	const reason = cause && reasonIn(cause);
	return reason && {...reason, text: reason.text.slice(0, longest).toWellFormed()};
};

/** The same in one line. */
export const whyWordsIn = (state: State, dag: Dag, owner: string): string | undefined => {
	const why = whyIn(state, dag, owner);
	return why && reasonWords(why);
};

/** A reason whole, and without its place where there is not room for both. */
export const whyTexts = (reason: Reason): readonly string[] => [reasonWords(reason), reason.text];
