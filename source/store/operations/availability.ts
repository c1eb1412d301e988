// Which agents may be told to operate on tasks, and why the others may not.

import {type Timestamp} from '../../lib/time.js';
import {type AgentExemptEvent} from '../actions.js';
import {isTaskScreen, ownerLabel, topScreen} from '../lookup.js';
import {currentRow} from '../selectors/agent-rows.js';
import {problemOf} from '../selectors/connection.js';
import {type State} from '../state.js';

type Verdict = {readonly isAllowed: boolean; readonly why: string | undefined};

/** What counts for an agent, or for the one that it was found by. `why` only where there is more to say than that operations were not allowed. */
const verdictOn = ({operable: {byDefault, agents, why}, agents: entries}: State, agent: string): Verdict => {
	let key: string | undefined = agent;
	for (let steps = 0; key !== undefined && steps <= entries.size; steps++) {
		const isAllowed = agents.get(key);
		if (isAllowed !== undefined) {
			return {isAllowed, why: isAllowed ? undefined : why?.get(key)};
		}

		key = entries.get(key)?.foundBy;
	}

	return {isAllowed: byDefault, why: undefined};
};

/** Whether operations on an agent were allowed when the program was started. */
export const mayOperate = (state: State, agent: string): boolean => verdictOn(state, agent).isAllowed;

/** Why an agent is to be left alone, where the config file says so: the place in the config file that says so. */
export const exemptReason = (state: State, agent: string): string | undefined => verdictOn(state, agent).why;

/** From here on it is left alone. */
export const exempt = (state: State, {key, why}: AgentExemptEvent): State => {
	const {operable} = state;
	return {...state, operable: {...operable, agents: new Map(operable.agents).set(key, false), why: new Map(operable.why).set(key, why)}};
};

// Why there is nothing to act on, in the words of the panel that opens instead of the actions.

const ofOwner = (state: State, owner: string): string => {
	const entry = state.agents.get(owner);
	const label = ownerLabel(state, owner);
	if (!entry) {
		return `${label} has no task of its own: its agents have theirs`;
	}

	const problem = problemOf(entry, state.view.hour);
	if (problem !== undefined) {
		return `${label} cannot be asked for a task: ${problem.text}`;
	}

	return entry.task.type === 'none' ? `${label} never had a maintenance task` : `nothing is known of a task of ${label} yet`;
};

/** Why no actions can be offered, on the screen as it is: "10.0.0.1:2886 never had a maintenance task". */
export const whyNoTask = (state: State, now: Timestamp): string => {
	const screen = topScreen(state);
	if (isTaskScreen(screen)) {
		return ofOwner(state, screen.task.owner);
	}

	if (screen.type !== 'agents') {
		return 'actions are about a task: open one first';
	}

	const row = currentRow(state, now);
	return row ? ofOwner(state, row.type === 'task' ? row.owner : row.key) : 'the list is empty';
};
