// The only place from which anything is changed at an agent. An operation is written down, its task looked at once more, then sent once.

import {type AgentClient, type AgentOperator, type RequestOptions, type OperationReply} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {sendWithDeadline} from '../poller/request.js';
import {type AgentError} from '../protocol/errors.js';
import {isSameStand, standOf} from '../protocol/operation.js';
import {outcomeOf} from '../protocol/outcome.js';
import {agentDecidedOn} from '../store/operations/confirm.js';
import {agentsInQuestion} from '../store/operations/selectors.js';
import {errorKey, errorWords} from '../store/selectors/connection.js';
import {type OperationAnswer, type Order, type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {type Audit, type AuditEntry} from './audit.js';
import {type OperationGuard} from './guard.js';

type Operator = {
	/** Does it, once. Never rejects. */
	readonly operate: (order: Order) => Promise<OperationAnswer>;
	/** Gives up what is under way, and resolves once that is written down. What was sent by then stays sent. */
	readonly stop: () => Promise<void>;
};

type OperatorDeps = {
	/** By their keys; more may come and some go. */
	readonly clients: ReadonlyMap<string, AgentClient & AgentOperator>;
	readonly clock: Clock;
	readonly audit: Audit;
	/** Which agents are left alone; none unless told otherwise. */
	readonly guard?: OperationGuard | undefined;
};

// In ms. Longer than for what only asks: an answer that came too late would leave it open what happened.
const sendTimeout = 20_000;

const lookTimeout = 10_000;

/** An outcome, and for the audit file why: a code or a kind, never an agent's own words. */
type Done = {readonly answer: OperationAnswer; readonly reason?: string};

const codeOf = (error: AgentError): string => {
	switch (error.type) {
		case 'refused': {
			return /^[\w.]{1,120}$/.test(error.code) ? error.code : `status ${error.status}`;
		}

		case 'unreachable': {
			return `unreachable ${error.code}`;
		}

		case 'timeout':
		case 'unauthorized':
		case 'key-changed':
		case 'clock':
		case 'protocol':
		case 'too-large':
		case 'unknown-id':
		case 'aborted': {
			return error.type;
		}
	}
};

const notSent = (words: string, reason: string): Done => ({answer: {type: 'not-sent', words}, reason});

const troubles: Readonly<Record<AgentError['type'], 'unreachable' | 'unauthorized' | undefined>> = {
	unreachable: 'unreachable',
	timeout: 'unreachable',
	protocol: 'unreachable',
	unauthorized: 'unauthorized',
	'key-changed': 'unauthorized',
	clock: undefined,
	refused: undefined,
	'too-large': undefined,
	'unknown-id': undefined,
	aborted: undefined,
};

const notSentFor = (error: AgentError): Done => {
	const trouble = troubles[error.type];
	return {answer: {type: 'not-sent', words: errorWords(error), key: errorKey(error), ...(trouble && {trouble})}, reason: codeOf(error)};
};

const doneOf = (reply: OperationReply): Done => reply.type === 'accepted'
	? {answer: reply}
	: (reply.type === 'not-sent' ? notSentFor(reply.error) : {answer: {type: reply.type, words: errorWords(reply.error)}, reason: codeOf(reply.error)});

const createOperator = ({clients, clock, audit, guard}: OperatorDeps): Operator => {
	const controller = new AbortController();
	const {signal} = controller;
	const underWay = new Set<Promise<OperationAnswer>>();
	let count = 0;

	const within = async <T>(timeout: number, send: (given: RequestOptions) => Promise<T>) => sendWithDeadline(send, {clock, timeout, signal});

	/** Why it is not to be sent, judged by the agent's own present: who it is, the key and its clock for a header that lives for seconds, and the task as it stands. */
	const look = async (client: AgentClient, {stand}: Order): Promise<Done | undefined> => {
		const status = await within(lookTimeout, client.fetchStatus);
		if (status.type !== 'data') {
			return status.type === 'error' ? notSentFor(status.error) : notSent('its agent did not say who it is', 'nobody');
		}

		const why = await guard?.({address: client.address, name: status.data.agent});
		if (why !== undefined) {
			return notSent(`this agent is to be left alone: ${why}`, 'left alone');
		}

		const skew = await within(lookTimeout, client.measureSkew);
		if (skew.type === 'error') {
			return notSentFor(skew.error);
		}

		const task = await within(lookTimeout, async given => client.fetchTask({...given, id: stand.id, details: false}));
		if (task.type !== 'data') {
			return task.type === 'error' ? notSentFor(task.error) : notSent('its agent does not know this task any more', 'gone');
		}

		if (isSameStand(standOf(task.data), stand)) {
			return undefined;
		}

		const outcome = outcomeOf(task.data);
		return notSent(`the task changed meanwhile: ${outcome.word === 'unknown' ? outcome.text : outcome.word}, stage ${task.data.stage}`, 'changed');
	};

	const send = async (order: Order): Promise<Done> => {
		const client = clients.get(order.agent);
		if (!client) {
			return notSent('this agent is not watched', 'not watched');
		}

		const problem = await look(client, order);
		if (problem) {
			return problem;
		}

		const {operation, target: {kind, id}} = order;
		const reply = await within(sendTimeout, async given => kind === 'task' ? client.operateTask({...given, id, operation}) : client.passNode({...given, id}));
		// Given up from outside: it may be under way.
		return doneOf(reply.type === 'error' ? {type: 'unknown', error: reply.error} : reply);
	};

	const entryOf = ({agentLabel, task, stand, action, target}: Order, operationId: string): Omit<AuditEntry, 'answer'> => ({
		operationId, agent: agentLabel, task, taskId: stand.id, operation: action, ...(target.kind === 'node' && {stageId: target.id}),
	});

	const operate = async (order: Order): Promise<OperationAnswer> => {
		count += 1;
		const entry = entryOf(order, `${clock.now().toString(36)}-${count}`);
		const problem = await audit.write({...entry, answer: 'sending'});
		if (problem !== undefined) {
			return {type: 'not-sent', words: `it could not be written down first (${problem})`};
		}

		const {answer, reason} = await send(order);
		const auditProblem = await audit.write({...entry, answer: answer.type === 'not-sent' ? 'not sent' : answer.type, ...(reason !== undefined && {reason})});
		return auditProblem === undefined ? answer : {...answer, auditProblem};
	};

	return {
		async operate(order) {
			const operation = operate(order);
			underWay.add(operation);
			try {
				return await operation;
			} finally {
				underWay.delete(operation);
			}
		},
		async stop() {
			controller.abort();
			await Promise.all(underWay);
		},
	};
};

/** Operations in a watched fleet: what is decided on and what was done is looked at more often. */
type Operating = {
	/** Does it, once, and tells the store what came of it. */
	readonly operate: (order: Order) => Promise<OperationAnswer>;
	/** Why an agent (its key) is to be left alone, as far as it has said who it is. */
	readonly whyExempt: (agent: string) => Promise<string | undefined>;
	/** Hears of every state. */
	readonly follow: (state: State) => void;
	/** Resolves once an operation that was under way is written down. */
	readonly stop: () => Promise<void>;
};

type OperatingDeps = {
	/** By their keys; more may come and some go. */
	readonly clients: ReadonlyMap<string, AgentClient & AgentOperator>;
	readonly clock: Clock;
	readonly audit: Audit;
	readonly guard: OperationGuard | undefined;
	readonly store: Store;
	/** Looks at an agent now. */
	readonly look: (agent: string) => void;
};

/** In ms. What a decision is bound to must not be half a minute old, as a task at rest may be. */
const decisionLook = 3000;

/** In ms. The scheduler ticks once a second, and an operation that nobody answered for may arrive late. */
const looksAfter = [0, 1500, 4000, 10_000, 20_000];

export const createOperating = ({clients, clock, audit, guard, store, look}: OperatingDeps): Operating => {
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

	const whyExempt = async (agent: string): Promise<string | undefined> => {
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
		const why = await whyExempt(agent);
		if (why !== undefined && !isStopped) {
			store.dispatch({type: 'agent-left-alone', key: agent, why});
		}
	};

	return {
		whyExempt,
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
