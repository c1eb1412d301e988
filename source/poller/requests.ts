import {type Timestamp} from '../lib/time.js';

/**
The circumstances of a response.

- sentAt, at: when the request was sent and its response arrived
- random: 0 to 1, for the jitter of a backoff
- isReleased: a password changed or a key was accepted during the request
- skew: the agent's clock minus ours, in ms, as its client knows it now: it measures when requests expire
- fingerprint: of the agent's current key
- isShown: whether the task of that id is the last maintenance task of some agent or cluster
*/
export type ResponseMeta = {
	readonly sentAt: Timestamp;
	readonly at: Timestamp;
	readonly random: number;
	readonly isReleased: boolean;
	readonly skew: number | undefined;
	readonly fingerprint: string | undefined;
	readonly isShown: (id: string) => boolean;
};

/** Which task is meant: the agent's own last one, its cluster's last one, or one that is listed as unfinished. */
export type TaskSource =
	| {readonly type: 'agent'}
	| {readonly type: 'cluster'}
	| {readonly type: 'other'; readonly id: string};

/** What is polled regularly. `probe` queries a task without its nodes, `task` the whole, `node` one of its nodes. */
export type Routine =
	| {readonly type: 'info' | 'status' | 'skew' | 'cluster-info' | 'unfinished'}
	| {readonly type: 'probe' | 'task'; readonly of: TaskSource}
	| {readonly type: 'node'; readonly of: TaskSource; readonly id: string};

/** `link` queries a task that the user wants to see, once. */
export type PollRequest = Routine | {readonly type: 'link'; readonly id: string};

/** What fails and is retried together. `contact` is the agent itself; `details` a task that is too large to fetch; `bug` an error of obwatch. */
export type Topic = 'bug' | 'contact' | 'info' | 'skew' | 'task' | 'details' | 'cluster-info' | 'cluster-task' | 'unfinished' | 'other-task';

const taskTopics = {agent: 'task', cluster: 'cluster-task', other: 'other-task'} as const;

/** The topic of a request to an agent that was or was not reached before. */
export const topicOf = (request: Routine, isKnown: boolean): Topic => {
	switch (request.type) {
		case 'info': {
			return isKnown ? 'info' : 'contact';
		}

		case 'status': {
			return 'contact';
		}

		case 'skew':
		case 'cluster-info':
		case 'unfinished': {
			return request.type;
		}

		case 'probe':
		case 'task':
		case 'node': {
			return taskTopics[request.of.type];
		}
	}
};

/** Whether the request carries a password; the others are public. */
export const isSealed = (request: Routine): boolean => request.type !== 'info' && request.type !== 'status' && request.type !== 'skew';
