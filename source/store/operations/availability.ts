// Which agents may be operated on, and why the others may not.

import {type Timestamp} from '../../lib/time.js';
import {type AgentExemptEvent} from '../actions.js';
import {isTaskScreen, ownerLabel, topScreen} from '../lookup.js';
import {currentRow} from '../selectors/agent-rows.js';
import {problemOf} from '../selectors/connection.js';
import {type State} from '../state.js';

type Verdict = {readonly isAllowed: boolean; readonly why: string | undefined};

/** What is configured for an agent, or else for the agent that it was found by. `why` only if there is more to say than that operations were not allowed. */
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

/** Whether operations on an agent were allowed when the program started. */
export const mayOperate = (state: State, agent: string): boolean => verdictOn(state, agent).isAllowed;

/** The place in the config file that exempts an agent from operations. */
export const exemptReason = (state: State, agent: string): string | undefined => verdictOn(state, agent).why;

/** Exempts an agent from now on. */
export const exempt = (state: State, {key, why}: AgentExemptEvent): State => {
	const {operable} = state;
	return {...state, operable: {...operable, agents: new Map(operable.agents).set(key, false), why: new Map(operable.why).set(key, why)}};
};

// Why there is nothing to operate on, for the panel that opens instead of the actions.

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

/** Why the current screen offers no actions: "10.0.0.1:2886 never had a maintenance task". */
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
