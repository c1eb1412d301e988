// The only place that changes anything at an agent. An operation is written down, its task checked once more, then it is sent once.

import {type AgentClient, type AgentOperator, type OperationReply, type RequestOptions} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {sendWithDeadline} from '../poller/request.js';
import {type AgentError} from '../protocol/errors.js';
import {isSameSnapshot, snapshotOf} from '../protocol/operation.js';
import {outcomeOf} from '../protocol/outcome.js';
import {agentDecidedOn} from '../store/operations/confirm.js';
import {agentsInQuestion} from '../store/selectors/overlays.js';
import {type OperationFault, type OperationResponse, type Order} from '../store/operations/track.js';
import {type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {type Audit, type AuditEntry} from './audit.js';
import {type OperationGuard} from './guard.js';

type Operator = {
	/** Sends it once. Never rejects. */
	readonly operate: (order: Order) => Promise<OperationResponse>;
	/** Aborts what is in progress, and resolves once that is written down. What was sent by then stays sent. */
	readonly stop: () => Promise<void>;
};

type OperatorDeps = {
	/** By their keys; agents may come and go. */
	readonly clients: ReadonlyMap<string, AgentClient & AgentOperator>;
	readonly clock: Clock;
	readonly audit: Audit;
	/** Which agents are exempt; default none. */
	readonly guard?: OperationGuard | undefined;
};

// ms. Longer than for queries: a response that comes too late would leave the result unknown.
const sendTimeout = 20_000;

const lookTimeout = 10_000;

/** A result, and its reason for the audit file: a code or a kind, never an agent's message. */
type Done = {readonly response: OperationResponse; readonly reason?: string};

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

const notSent = (fault: OperationFault, reason: string): Done => ({response: {type: 'not-sent', fault}, reason});

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
	return {response: {type: 'not-sent', fault: {type: 'error', error}, ...(trouble && {trouble})}, reason: codeOf(error)};
};

const doneOf = (reply: OperationReply): Done => reply.type === 'accepted'
	? {response: reply}
	: (reply.type === 'not-sent' ? notSentFor(reply.error) : {response: {type: reply.type, fault: {type: 'error', error: reply.error}}, reason: codeOf(reply.error)});

const createOperator = ({clients, clock, audit, guard}: OperatorDeps): Operator => {
	const controller = new AbortController();
	const {signal} = controller;
	const underWay = new Set<Promise<OperationResponse>>();
	let count = 0;

	const within = async <T>(timeout: number, send: (given: RequestOptions) => Promise<T>) => sendWithDeadline(send, {clock, timeout, signal});

	/** Why it is not sent, checked against the agent now: its identity, its key and clock for the short-lived header, and the task's current state. */
	const look = async (client: AgentClient, {snapshot}: Order): Promise<Done | undefined> => {
		const status = await within(lookTimeout, client.fetchStatus);
		if (status.type !== 'data') {
			return status.type === 'error' ? notSentFor(status.error) : notSent({type: 'nameless'}, 'nobody');
		}

		const why = await guard?.({address: client.address, name: status.data.agent});
		if (why !== undefined) {
			return notSent({type: 'exempt', why}, 'left alone');
		}

		const skew = await within(lookTimeout, client.measureSkew);
		if (skew.type === 'error') {
			return notSentFor(skew.error);
		}

		const task = await within(lookTimeout, async given => client.fetchTask({...given, id: snapshot.id, details: false}));
		if (task.type !== 'data') {
			return task.type === 'error' ? notSentFor(task.error) : notSent({type: 'task-gone'}, 'gone');
		}

		if (isSameSnapshot(snapshotOf(task.data), snapshot)) {
			return undefined;
		}

		return notSent({type: 'task-changed', outcome: outcomeOf(task.data), stage: task.data.stage}, 'changed');
	};

	const send = async (order: Order): Promise<Done> => {
		const client = clients.get(order.agent);
		if (!client) {
			return notSent({type: 'not-watched'}, 'not watched');
		}

		const problem = await look(client, order);
		if (problem) {
			return problem;
		}

		const {operation, target: {kind, id}} = order;
		const reply = await within(sendTimeout, async given => kind === 'task' ? client.operateTask({...given, id, operation}) : client.passNode({...given, id}));
		// Aborted from outside, so it may be in progress.
		return doneOf(reply.type === 'error' ? {type: 'unknown', error: reply.error} : reply);
	};

	const entryOf = ({agentLabel, task, snapshot, action, target}: Order, operationId: string): Omit<AuditEntry, 'answer'> => ({
		operationId, agent: agentLabel, task, taskId: snapshot.id, operation: action, ...(target.kind === 'node' && {stageId: target.id}),
	});

	const operate = async (order: Order): Promise<OperationResponse> => {
		count += 1;
		const entry = entryOf(order, `${clock.now().toString(36)}-${count}`);
		const problem = await audit.write({...entry, answer: 'sending'});
		if (problem !== undefined) {
			return {type: 'not-sent', fault: {type: 'not-logged', problem}};
		}

		const {response, reason} = await send(order);
		const auditProblem = await audit.write({...entry, answer: response.type === 'not-sent' ? 'not sent' : response.type, ...(reason !== undefined && {reason})});
		return auditProblem === undefined ? response : {...response, auditProblem};
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

/** Operations in a watched fleet: agents are polled more often before and after one. */
type Operating = {
	/** Sends it once, and tells the store the result. */
	readonly operate: (order: Order) => Promise<OperationResponse>;
	/** Why an agent (its key) is exempt, as far as it has said which agent it is. */
	readonly whyExempt: (agent: string) => Promise<string | undefined>;
	/** Called with every state. */
	readonly follow: (state: State) => void;
	/** Resolves once an operation in progress is written down. */
	readonly stop: () => Promise<void>;
};

type OperatingDeps = {
	/** By their keys; agents may come and go. */
	readonly clients: ReadonlyMap<string, AgentClient & AgentOperator>;
	readonly clock: Clock;
	readonly audit: Audit;
	readonly guard: OperationGuard | undefined;
	readonly store: Store;
	/** Polls an agent now. */
	readonly look: (agent: string) => void;
};

/** ms. A confirmation must not rest on data that is half a minute old, as that of a resting task may be. */
const decisionLook = 3000;

/** ms. The scheduler ticks once a second, and an operation without a response may arrive late. */
const looksAfter = [0, 1500, 4000, 10_000, 20_000];

export const createOperating = ({clients, clock, audit, guard, store, look}: OperatingDeps): Operating => {
	const operator = createOperator({clients, clock, audit, guard});
	const pendingLooks = new Set<() => void>();
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
				pendingLooks.delete(cancel);
				look(agent);
			}, delay);
			pendingLooks.add(cancel);
		}
	};

	const whyExempt = async (agent: string): Promise<string | undefined> => {
		const entry = store.getState().agents.get(agent);
		return entry && guard?.({address: entry.address, name: entry.name ?? ''});
	};

	/** The agent is checked before the confirmation, so that nothing is offered that would not be sent. */
	const judge = async (agent: string, name: string | undefined): Promise<void> => {
		const who = `${agent} ${name ?? ''}`;
		if (judged.has(who)) {
			return;
		}

		judged.add(who);
		const why = await whyExempt(agent);
		if (why !== undefined && !isStopped) {
			store.dispatch({type: 'agent-exempted', key: agent, why});
		}
	};

	return {
		whyExempt,
		async operate(order) {
			const response = await operator.operate(order);
			store.dispatch({type: 'operation-response-received', task: order.snapshot.id, at: clock.now(), response});
			if (response.type === 'accepted' || response.type === 'unknown') {
				lookAfter(order.agent);
			}

			return response;
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
			for (const cancel of pendingLooks) {
				cancel();
			}

			await operator.stop();
		},
	};
};
