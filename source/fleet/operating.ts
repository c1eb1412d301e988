import {type AgentClient, type AgentOperator} from '../client/agent-client.js';
import {type Audit} from '../operate/audit.js';
import {createOperator} from '../operate/create-operator.js';
import {type Guard} from '../operate/left-alone.js';
import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {agentDecidedOn} from '../store/operate/confirm.js';
import {agentsInQuestion} from '../store/operate/views.js';
import {type Order} from '../store/operate/plan.js';
import {type OperationAnswer} from '../store/operate/track.js';
import {type State} from '../store/state.js';

/** Operations in a watched fleet: what is decided on and what was done is looked at more often. */
export type Operating = {
	/** Does it, once, and tells the store what came of it. */
	readonly operate: (order: Order) => Promise<OperationAnswer>;
	/** Why an agent (its key) is to be left alone, as far as it has said who it is. */
	readonly whyLeftAlone: (agent: string) => Promise<string | undefined>;
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
	readonly guard: Guard | undefined;
	readonly store: Store;
	/** Looks at an agent now. */
	readonly look: (agent: string) => void;
};

/** In ms. What a decision is bound to must not be half a minute old, as a task at rest may be. */
const decisionLook = 3000;

/** In ms. The scheduler ticks once a second, and an operation that nobody answered for may arrive late. */
const looksAfter = [0, 1500, 4000, 10_000, 20_000];

export const createOperating = ({clients, clock, audit, guard, store, look}: Options): Operating => {
	const operator = createOperator({clients, clock, audit, guard});
	const looks = new Set<() => void>();
	const judged = new Set<string>();
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

	const whyLeftAlone = async (agent: string): Promise<string | undefined> => {
		const entry = store.getState().agents.get(agent);
		return entry && guard?.({address: entry.address, name: entry.name ?? ''});
	};

	/** Who somebody is about to operate on is looked at beforehand, so that nothing is offered that would not be sent. */
	const judge = async (agent: string, name: string | undefined): Promise<void> => {
		const who = `${agent} ${name ?? ''}`;
		if (judged.has(who)) {
			return;
		}

		judged.add(who);
		const why = await whyLeftAlone(agent);
		if (why !== undefined && !isStopped) {
			store.dispatch({type: 'agent-left-alone', key: agent, why});
		}
	};

	return {
		whyLeftAlone,
		async operate(order) {
			const answer = await operator.operate(order);
			store.dispatch({type: 'operation-answered', task: order.stand.id, at: clock.now(), answer});
			if (answer.type === 'accepted' || answer.type === 'unknown') {
				lookAfter(order.agent);
			}

			return answer;
		},
		follow(state) {
			for (const {address: {key}, name} of guard ? agentsInQuestion(state) : []) {
				void judge(key, name);
			}

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
