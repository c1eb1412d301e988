import {parseEnvelope} from '../../../source/protocol/envelope.js';
import {type Dag, dagSchema} from '../../../source/protocol/task.js';
import {type Action, type PollEvent} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type Size, type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {laidOut} from '../../helpers/laid-out.js';
import {addressOf, after} from '../../helpers/tasks.js';

export const now = after(90);

const addresses = Array.from({length: 1000}, (_, index) => addressOf(`10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`));

export const parseTask = (body: string): Dag => {
	const envelope = parseEnvelope(body);
	return dagSchema.parse(envelope?.successful ? envelope.data : undefined);
};

/** One event for each of a thousand agents: its task was received. */
export const thousandEvents = (dag: Dag): readonly PollEvent[] => addresses.map(({key}) => ({type: 'task-received', agent: key, at: now, task: dag}));

export const emptyFleet = (size: Size): State => initialState(addresses, size);

/** The state after all that happened, once the screen has said how many rows it shows. */
export const fold = (start: State, actions: readonly Action[]): State => {
	let state = start;
	for (const action of actions) {
		state = reduce(state, action);
	}

	return laidOut(state);
};

/** A thousand agents whose tasks are known. */
export const thousandAgents = (dag: Dag, size: Size): State => fold(emptyFleet(size), thousandEvents(dag));

/** The same task one tick later. */
export const advanced = (dag: Dag): Dag => ({...dag, stage: dag.stage + 1});
