import {type AgentClient, type RequestOptions} from '../client/types.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentError, isSameError} from '../protocol/errors.js';
import {type LogLines} from '../protocol/logs.js';
import {type Fault, type ResponseMeta} from './agent/state.js';
import {after, backoff, type LastResponse, pace, restedAt, retryDueAt} from './intervals.js';

/** The result of a log query. `isUnchanged`: the same as last time. */
export type LogResponse =
	| {readonly type: 'lines'; readonly lines: LogLines; readonly isUnchanged: boolean}
	| {readonly type: 'error'; readonly error: AgentError};

const noSuchLog: AgentError = {type: 'refused', status: 404, code: 'Task.NotFound', message: '', traceId: ''};

/** Queries the log of a sub-task by its generic id. */
export const fetchLog = async (client: AgentClient, id: string, options: RequestOptions): Promise<LogResponse> => {
	const reply = await client.fetchLogs({...options, id});
	switch (reply.type) {
		case 'data': {
			return {type: 'lines', lines: reply.data, isUnchanged: reply.isUnchanged};
		}

		case 'none': {
			return {type: 'error', error: noSuchLog};
		}

		case 'error': {
			return reply;
		}
	}
};

// What is known about the log on screen, when to query it, and how each response changes that.

/**
The log on screen.

- agent: the key of the agent to query
- subTask: a generic id
- isActive: the sub-task is working, so that lines may come at any time
- mark: changes whenever the task's own data show that the sub-task changed
*/
export type LogFocus = {readonly agent: string; readonly subTask: string; readonly isActive: boolean; readonly mark: string};

/**
- sent: when it was last queried, and the mark at that time
- fault: failures in a row; not retried by itself if `retryAt` is infinite
- isWoken: a password changed or a key was accepted since it was last queried
- reported: what listeners heard last
*/
export type LogPollState = {
	readonly focus: LogFocus;
	readonly sent: {readonly at: Timestamp; readonly mark: string} | undefined;
	readonly last: LastResponse | undefined;
	readonly fault: Fault | undefined;
	readonly isWoken: boolean;
	readonly reported: {readonly type: 'lines'} | {readonly type: 'error'; readonly error: AgentError} | undefined;
};

export const newLog = (focus: LogFocus): LogPollState => ({
	focus, sent: undefined, last: undefined, fault: undefined, isWoken: false, reported: undefined,
});

const wantedAt = ({focus, sent, fault}: LogPollState, now: Timestamp): Timestamp => {
	if (fault) {
		return retryDueAt(fault.retryAt, pace.retryLongest, now);
	}

	if (sent?.mark !== focus.mark) {
		return -Infinity;
	}

	return focus.isActive ? after(sent.at, pace.liveOnScreen, now) : Infinity;
};

/** When to query it: -Infinity is at once, Infinity not before something happens. */
export const logDueAt = (state: LogPollState, now: Timestamp): Timestamp => Math.max(wantedAt(state, now), restedAt(state.last, now));

export const logSent = (state: LogPollState, at: Timestamp): LogPollState => ({...state, sent: {at, mark: state.focus.mark}, isWoken: false});

/** The user refreshes it. That does not shorten the pause after a response, which can be large, but after a failure it is retried at once. */
export const logRefreshed = (state: LogPollState): LogPollState => state.fault
	? {...state, fault: {...state.fault, retryAt: -Infinity}, last: undefined}
	: {...state, sent: undefined};

// Agents that lack the endpoint respond with status 400 or 404.
const unknownCall: ReadonlySet<number> = new Set([400, 404]);

type Remedy = 'none' | 'password' | 'time';

/** What may help against the error. */
const remedyOf = (error: AgentError): Remedy => {
	switch (error.type) {
		case 'unknown-id': {
			return 'none';
		}

		case 'refused': {
			return unknownCall.has(error.status) ? 'none' : 'time';
		}

		case 'unauthorized':
		case 'key-changed': {
			return 'password';
		}

		case 'unreachable':
		case 'timeout':
		case 'clock':
		case 'protocol':
		case 'too-large':
		case 'aborted': {
			return 'time';
		}
	}
};

// A new password is first tried with a small request: a trial with a large log would hold back all others.
const wokenAt = (now: Timestamp): Timestamp => now + pace.liveOnScreen;

/** A password changed or a key was accepted. */
export const logWoken = (state: LogPollState, now: Timestamp): LogPollState => state.fault && remedyOf(state.fault.error) === 'password'
	? {...state, fault: {...state.fault, retryAt: wokenAt(now)}, last: undefined, isWoken: true}
	: {...state, isWoken: true};

type LogMeta = Pick<ResponseMeta, 'sentAt' | 'at' | 'random'>;

const retryAt = (error: AgentError, failures: number, {at, random}: LogMeta, isWoken: boolean): Timestamp => {
	switch (remedyOf(error)) {
		case 'none': {
			return Infinity;
		}

		case 'password': {
			return isWoken ? wokenAt(at) : Infinity;
		}

		case 'time': {
			return at + backoff(failures, random);
		}
	}
};

/** The state after a response. */
export const applyLog = (state: LogPollState, response: LogResponse, {sentAt, at, random}: LogMeta): LogPollState => {
	// No response takes longer than the deadline; without this limit, a wall clock that was set forward meanwhile would cause a pause of hours.
	const duration = Math.min(pace.logTimeout + pace.grace, Math.max(0, at - sentAt));
	const timed = {...state, last: {endedAt: at, duration}};
	if (response.type === 'lines') {
		return {...timed, fault: undefined};
	}

	const {error} = response;
	const failures = (state.fault?.failures ?? 0) + 1;
	return {...timed, fault: {error, failures, retryAt: retryAt(error, failures, {sentAt, at, random}, state.isWoken)}};
};

/** Whether the response says something that listeners do not know yet. The first one always does. */
export const isLogNews = ({reported}: LogPollState, response: LogResponse): boolean => {
	switch (response.type) {
		case 'lines': {
			return reported?.type !== 'lines' || !response.isUnchanged;
		}

		case 'error': {
			return reported?.type !== 'error' || !isSameError(reported.error, response.error);
		}
	}
};
