import {type Clock} from '../../protocol/clock.js';
import {isActive, type Outcome} from '../../protocol/outcome.js';
import {type Store} from '../../store/create-store.js';
import {findTask} from '../../store/locate.js';
import {type ActionName} from '../../store/operate/offers.js';
import {taskOutcome} from '../../store/select/task-cells.js';
import {type TaskReference} from '../../store/state.js';

/** How the task ended after an operation; `nothing-seen`: it never moved; `stopped`: from outside. */
export type Ending = {readonly type: 'ended'; readonly outcome: Outcome} | {readonly type: 'nothing-seen' | 'stopped'};

type Options = {
	readonly store: Store;
	readonly task: TaskReference;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Told whenever the task moves. */
	readonly tell: (line: string) => void;
};

// In ms. An accepted operation shows within seconds.
const patience = 60_000;

/** Waits until the task has moved since the operation and moves no more. */
export const waitForEnd = async ({store, task, clock, signal, tell}: Options): Promise<Ending> => new Promise(resolve => {
	let told = '';
	const settle = (ending: Ending): void => {
		unsubscribe();
		cancelPatience();
		signal.removeEventListener('abort', stop);
		resolve(ending);
	};

	const stop = (): void => {
		settle({type: 'stopped'});
	};

	const look = (): void => {
		const state = store.getState();
		const dag = findTask(state, task);
		if (!dag || state.operations.get(task.id)?.movedAt === undefined) {
			return;
		}

		cancelPatience();
		const outcome = taskOutcome(dag);
		if (!isActive(outcome) && outcome.word !== 'pending') {
			settle({type: 'ended', outcome});
			return;
		}

		const line = `${outcome.word === 'unknown' ? outcome.text : outcome.word}, stage ${dag.stage} of ${dag.maxStage}`;
		if (line === told) {
			return;
		}

		told = line;
		tell(line);
	};

	const cancelPatience = clock.schedule(() => {
		settle({type: 'nothing-seen'});
	}, patience);
	const unsubscribe = store.subscribe(look);
	signal.addEventListener('abort', stop);
	look();
	if (signal.aborted) {
		stop();
	}
});

/** What an action is for: ending so is no failure of it, whatever it means for the task. */
const wanted: Readonly<Partial<Record<ActionName, Outcome['word']>>> = {rollback: 'rolled back', cancel: 'cancelled', pass: 'passed'};

export const isWanted = (action: ActionName, outcome: Outcome): boolean => wanted[action] === outcome.word;
