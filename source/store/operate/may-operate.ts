// Which agents may be told to operate on tasks, and why the others may not.

import {type LeftAloneEvent} from '../action.js';
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
export const whyLeftAlone = (state: State, agent: string): string | undefined => verdictOn(state, agent).why;

/** From here on it is left alone. */
export const leaveAlone = (state: State, {key, why}: LeftAloneEvent): State => {
	const {operable} = state;
	return {...state, operable: {...operable, agents: new Map(operable.agents).set(key, false), why: new Map(operable.why).set(key, why)}};
};
