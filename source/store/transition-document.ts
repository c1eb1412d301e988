import {outcomeWords} from '../protocol/outcome.js';
import {type JournalEntry, type Transition} from './changes.js';

const taskOf = (transition: Extract<Transition, {id: string}>) => {
	const {id, name, outcome, stage, stages, stageName} = transition;
	return {
		id, name, stage, stages, stageName, outcome: outcomeWords(outcome),
		...(transition.type === 'task-failing' && {why: transition.why}),
		...(transition.type === 'outcome-changed' && {before: transition.from && outcomeWords(transition.from), why: transition.why}),
	};
};

/**
A change as JSON: `at` (ISO 8601, UTC, by this machine's clock), `type` as in `Transition`, `agent` ("10.0.0.1:2886", or a cluster's name),
then

- of a task: `task` with `id`, `name`, `outcome`, `stage`, `stages`, `stageName`; if its outcome changed, `before` and `why`; if a part of
it failed (`task-failing`), `why`
- of an agent in trouble: `trouble` ("unreachable") and `words`; if it responds again, `before`
*/
export const changeDocument = ({at, label, transition}: Pick<JournalEntry, 'at' | 'label' | 'transition'>): object => {
	const head = {at: new Date(at).toISOString(), type: transition.type, agent: label};
	if ('id' in transition) {
		return {...head, task: taskOf(transition)};
	}

	switch (transition.type) {
		case 'agent-troubled': {
			return {...head, trouble: transition.trouble, words: transition.problem.text};
		}

		case 'agent-recovered': {
			return {...head, before: transition.from};
		}

		case 'agent-restarted':
		case 'agent-joined':
		case 'agent-left':
		case 'agent-returned': {
			return head;
		}
	}
};
