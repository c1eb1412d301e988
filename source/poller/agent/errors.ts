import {isDeepStrictEqual} from 'node:util';
import {printable} from '../../lib/printable.js';
import {type Timestamp} from '../../lib/time.js';
import {type AgentError} from '../../protocol/errors.js';
import {type AgentPollState, type Topic, type Trouble} from './state.js';

/** Whether two errors mean the same to people: trace ids and measured values, which differ each time, do not count. */
export const isSameError = (one: AgentError, other: AgentError): boolean => {
	switch (one.type) {
		case 'refused': {
			return other.type === 'refused' && one.status === other.status && one.code === other.code && one.message === other.message;
		}

		case 'timeout':
		case 'clock': {
			return one.type === other.type;
		}

		case 'unreachable':
		case 'unauthorized':
		case 'key-changed':
		case 'protocol':
		case 'too-large':
		case 'unknown-id':
		case 'aborted': {
			return isDeepStrictEqual(one, other);
		}
	}
};

const ownTopics: readonly Topic[] = ['bug', 'task', 'details'];

// Reported by a delegate that no other agent can replace. The other topics only make something less fresh or less certain.
const delegateTopics: readonly Topic[] = ['cluster-task', 'unfinished'];

const errorOf = ({faults, delegate}: AgentPollState, topics: readonly Topic[], needsDelegate: boolean): AgentError | undefined =>
	needsDelegate && !delegate ? undefined : topics.flatMap(topic => faults[topic]?.error ?? [])[0];

/** The one error to report, the worst first. */
const currentOf = (state: AgentPollState): Pick<Trouble, 'error' | 'isAlive'> | undefined => {
	const {contact} = state.faults;
	if (contact) {
		return {error: contact.error, isAlive: false};
	}

	const error = state.blocked?.error ?? errorOf(state, ownTopics, false) ?? errorOf(state, delegateTopics, true);
	return error && {error, isAlive: true};
};

const isTaskOld = ({task: {requestedAt, isWanted, isWholeWanted}}: AgentPollState): boolean => requestedAt === undefined || isWanted || isWholeWanted;

/** The state with the trouble to report. While the agent is in doubt, nothing new is reported. Returns the same object if nothing changed. */
export const withTrouble = (state: AgentPollState, at: Timestamp): AgentPollState => {
	const known = state.trouble;
	if (state.isInDoubt) {
		return state;
	}

	const current = currentOf(state);
	if (!current) {
		// An unreachable agent is back once its task was read again: until then its data are as old as before.
		const isStillOld = known?.isAlive === false && isTaskOld(state);
		return known && !isStillOld ? {...state, trouble: undefined} : state;
	}

	if (known?.isAlive === current.isAlive && isSameError(known.error, current.error)) {
		return state;
	}

	return {...state, trouble: {...current, since: known?.since ?? at, lastSeenAt: state.taskSeenAt}};
};

/** A bug's message as an error of the agent, so that it is shown where it happened. */
export const bugError = (problem: unknown): AgentError => {
	const words = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
	return {type: 'protocol', message: printable(`internal error: ${words}`)};
};

/** The state after a response that could not be applied or reported. The next response tries again. */
export const withBug = (state: AgentPollState, problem: unknown, at: Timestamp): AgentPollState => withTrouble({
	...state,
	faults: {...state.faults, bug: {error: bugError(problem), failures: 1, retryAt: at}},
}, at);
