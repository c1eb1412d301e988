import {type Timestamp} from '../../lib/time.js';
import {isFault, type Outcome} from '../../protocol/outcome.js';
import {type Transition} from '../changes.js';

const agentWords = {
	'agent-restarted': 'restarted', 'agent-joined': 'joined', 'agent-left': 'left its cluster', 'agent-returned': 'is back in its cluster',
} as const;

type TaskTransition = Extract<Transition, {id: string}>;

const stageWords = ({stage, stages}: TaskTransition): string => `stage ${stage}/${stages}`;

/** What happened, and to what. A task's outcome needs no further words. */
export const changeWords = (transition: Transition): Pick<JournalRow, 'outcome' | 'event' | 'task' | 'detail'> => {
	switch (transition.type) {
		case 'task-begun': {
			return {outcome: undefined, event: 'began', task: transition.name + transition.mark, detail: ''};
		}

		case 'task-moved': {
			return {outcome: undefined, event: stageWords(transition), task: transition.name + transition.mark, detail: transition.stageName ?? ''};
		}

		case 'task-failing': {
			const {name, mark, why} = transition;
			return {outcome: undefined, event: 'failing', task: name + mark, detail: why ?? stageWords(transition)};
		}

		case 'outcome-changed': {
			const {outcome, name, mark, why} = transition;
			return {outcome, event: '', task: name + mark, detail: why ?? (isFault(outcome) && transition.stages > 0 ? stageWords(transition) : '')};
		}

		case 'agent-troubled': {
			return {outcome: undefined, event: transition.trouble, task: '', detail: transition.problem.text};
		}

		case 'agent-recovered': {
			return {outcome: undefined, event: 'answers again', task: '', detail: ''};
		}

		case 'agent-restarted':
		case 'agent-joined':
		case 'agent-left':
		case 'agent-returned': {
			return {outcome: undefined, event: agentWords[transition.type], task: '', detail: ''};
		}
	}
};

/** A change, by our clock: the new outcome of a task, or an `event` as text, and its `detail`. */
export type JournalRow = {
	readonly key: string;
	readonly at: Timestamp;
	readonly owner: string;
	readonly outcome: Outcome | undefined;
	readonly event: string;
	readonly task: string;
	readonly detail: string;
	readonly isBad: boolean;
	readonly isQuiet: boolean;
	/** It came while the user was away. */
	readonly isNew: boolean;
	readonly isSelected: boolean;
};
