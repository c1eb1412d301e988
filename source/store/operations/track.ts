import {type Timestamp} from '../../lib/time.js';
import {type AgentError} from '../../protocol/errors.js';
import {type Operation, type OperationTarget, type TaskSnapshot} from '../../protocol/operation.js';
import {type Outcome} from '../../protocol/outcome.js';
import {type ActionName} from './offers.js';

/** The key of an agent or a cluster, and the DAG's id. */
export type TaskReference = {readonly owner: string; readonly id: string};

/** What is sent, to which agent, and the task's state when the user decided. */
export type Order = {
	readonly action: ActionName;
	readonly operation: Operation;
	readonly target: OperationTarget;
	/** The key of the agent to send to. */
	readonly agent: string;
	readonly agentLabel: string;
	/** The task's name. */
	readonly task: string;
	readonly snapshot: TaskSnapshot;
};

/** `typed`: the texts that confirm it; empty if y is enough. `command`: the equivalent command of obshell, if there is one. */
export type Plan = {
	readonly order: Order;
	readonly touches: string;
	readonly lock: string;
	readonly hazards: readonly string[];
	readonly command: string | undefined;
	readonly typed: readonly string[];
};

/**
Why an operation was not done, or not even sent: facts, which `operationText` puts into words. `why` says where an agent is exempt, and
`problem` why the audit log could not be written, in words.
*/
export type OperationFault =
	| {readonly type: 'error'; readonly error: AgentError}
	| {readonly type: 'nameless' | 'task-gone' | 'not-watched'}
	| {readonly type: 'exempt'; readonly why: string}
	| {readonly type: 'task-changed'; readonly outcome: Outcome; readonly stage: number}
	| {readonly type: 'not-logged'; readonly problem: string};

/**
The response to an operation.

- accepted: the agent will do it
- refused: the agent will not
- unknown: it was sent, but no response came; it is never sent again automatically
- not-sent: nothing was sent

`trouble`: the agent could not be queried. `auditProblem`: why the audit log could not be written.
*/
export type OperationResponse =
	& {readonly auditProblem?: string | undefined}
	& (
		| {readonly type: 'accepted'}
		| {readonly type: 'refused' | 'unknown'; readonly fault: OperationFault}
		| {readonly type: 'not-sent'; readonly fault: OperationFault; readonly trouble?: 'unreachable' | 'unauthorized'}
	);

/** All times by our clock. `movedAt`: when the task was first seen to differ from its state when the user decided. */
export type OperationTrack = {
	readonly task: TaskReference;
	readonly order: Order;
	readonly sentAt: Timestamp;
	readonly response: {readonly at: Timestamp; readonly response: OperationResponse} | undefined;
	readonly movedAt: Timestamp | undefined;
};
