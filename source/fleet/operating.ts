import {type AgentClient, type AgentOperator} from '../client/agent-client.js';
import {type Audit} from '../operate/audit.js';
import {createOperator} from '../operate/create-operator.js';
import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {agentDecidedOn} from '../store/operate/confirm.js';
import {type Order} from '../store/operate/plan.js';
import {type OperationAnswer} from '../store/operate/track.js';
import {type State} from '../store/state.js';

/** Operations in a watched fleet: what is decided on and what was done is looked at more often. */
export type Operating = {
	/** Does it, once, and tells the store what came of it. */
	readonly operate: (order: Order) => Promise<OperationAnswer>;
	/** Hears of every state. */
	readonly follow: (state: State) => void;
	/** Resolves once an operation that was under way is written down. */
	readonly stop: () => Promise<void>;
};

type Options = {
	/** By their keys; more may come and some go. */
	readonly clients: ReadonlyMap<string, AgentClient & AgentOperator>;
	readonly clock: Clock;
	readonly audit: Audit;
	readonly store: Store;
	/** Looks at an agent now. */
	readonly look: (agent: string) => void;
};

/** In ms. What a decision is bound to must not be half a minute old, as a task at rest may be. */
const decisionLook = 3000;

/** In ms. The scheduler ticks once a second, and an operation that nobody answered for may arrive late. */
const looksAfter = [0, 1500, 4000, 10_000, 20_000];

export const createOperating = ({clients, clock, audit, store, look}: Options): Operating => {
	const operator = createOperator({clients, clock, audit});
	const looks = new Set<() => void>();
	let decided: string | undefined;
	let cancelDecisionLook: (() => void) | undefined;
	let isStopped = false;

	const lookAgain = (): void => {
		const agent = decided;
		cancelDecisionLook = agent === undefined
			? undefined
			: clock.schedule(() => {
				look(agent);
				lookAgain();
			}, decisionLook);
	};

	const lookAfter = (agent: string): void => {
		for (const delay of isStopped ? [] : looksAfter) {
			const cancel = clock.schedule(() => {
				looks.delete(cancel);
				look(agent);
			}, delay);
			looks.add(cancel);
		}
	};

	return {
		async operate(order) {
			const answer = await operator.operate(order);
			store.dispatch({type: 'operation-answered', task: order.stand.id, at: clock.now(), answer});
			if (answer.type === 'accepted' || answer.type === 'unknown') {
				lookAfter(order.agent);
			}

			return answer;
		},
		follow(state) {
			const agent = agentDecidedOn(state);
			if (agent === decided) {
				return;
			}

			decided = agent;
			cancelDecisionLook?.();
			lookAgain();
		},
		async stop() {
			isStopped = true;
			cancelDecisionLook?.();
			for (const cancel of looks) {
				cancel();
			}

			await operator.stop();
		},
	};
};
