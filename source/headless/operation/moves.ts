// What is seen of a task after an operation on it: that it moves at all, and every step.

import {type Clock} from '../../protocol/clock.js';
import {type Outcome} from '../../protocol/outcome.js';
import {type Store} from '../../store/create-store.js';
import {findTask} from '../../store/locate.js';
import {type ActionName} from '../../store/operate/offers.js';
import {taskOutcome} from '../../store/select/task-cells.js';
import {type State, type TaskReference} from '../../store/state.js';
import {outcomeWords} from '../../ui/theme.js';
import {within} from '../within.js';

/** In ms. An accepted operation shows within seconds. */
export const patience = 60_000;

const hasMoved = (state: State, {id}: TaskReference): boolean => state.operations.get(id)?.movedAt !== undefined;

/** Whether the task was seen to move since the operation, in time. */
export const waitForMove = async ({store, task, ...limits}: {
	readonly store: Store;
	readonly task: TaskReference;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** In ms. */
	readonly timeout: number;
}): Promise<boolean> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	const look = (): void => {
		if (hasMoved(store.getState(), task)) {
			resolve();
		}
	};

	const unsubscribe = store.subscribe(look);
	look();
	try {
		return await within(promise, limits);
	} finally {
		unsubscribe();
	}
};

const isBetween = ({word}: Outcome): boolean => word === 'running' || word === 'rolling back' || word === 'cancelling' || word === 'pending';

/** Tells every step of the task since the operation: "running, stage 3 of 7", in the end the outcome alone. Returns what ends it. */
export const tellOfMoves = (store: Store, task: TaskReference, tell: (line: string) => void): (() => void) => {
	let told = '';
	const look = (): void => {
		const state = store.getState();
		const dag = findTask(state, task);
		if (!dag || !hasMoved(state, task)) {
			return;
		}

		const outcome = taskOutcome(dag);
		const line = isBetween(outcome) ? `${outcomeWords(outcome)}, stage ${dag.stage} of ${dag.maxStage}` : outcomeWords(outcome);
		if (line === told) {
			return;
		}

		told = line;
		tell(line);
	};

	look();
	return store.subscribe(look);
};

/** What an action is for: ending so is no failure of it, whatever it means for the task. */
const wanted: Readonly<Partial<Record<ActionName, Outcome['word']>>> = {rollback: 'rolled back', cancel: 'cancelled', pass: 'passed'};

export const isWanted = (action: ActionName, outcome: Outcome): boolean => wanted[action] === outcome.word;
