import {writeTime} from '../engine/write-time.js';
import {type Fault} from './faults.js';

/** What an agent answers: data, a fault, or nothing at all with a status. `isUntraced` leaves the trace id empty, as agents do for `status`. */
export type Answer =
	| {readonly type: 'data'; readonly data?: unknown; readonly isUntraced?: boolean}
	| {readonly type: 'fault'; readonly fault: Fault}
	| {readonly type: 'empty'; readonly status: number};

export type Reply = {readonly status: number; readonly contentType: string; readonly body: string};

export type EnvelopeContext = {
	/** ms since 1970, by the agent's clock. */
	readonly now: number;
	readonly startedAt: number;
	/** How long the answer took, ms. */
	readonly duration: number;
	readonly traceId: string;
	readonly isChinese: boolean;
	/** Agents before 4.3.1 send only the number. */
	readonly hasErrorNames: boolean;
};

const json = 'application/json';

/** Puts the answer into the envelope that every agent's answer has (docs/protocol.md#envelope). */
export const reply = (answer: Answer, context: EnvelopeContext): Reply => {
	if (answer.type === 'empty') {
		return {status: answer.status, contentType: json, body: ''};
	}

	const timestamp = writeTime(Math.floor(context.now), context.now % 1);
	const {duration, traceId} = context;
	if (answer.type === 'data') {
		const body = JSON.stringify({
			successful: true, timestamp, duration, status: 200, traceId: answer.isUntraced ? '' : traceId, data: answer.data,
		});
		return {status: 200, contentType: json, body};
	}

	const {status, code, errCode, english, chinese, isEarly = false} = answer.fault;
	const message = context.isChinese ? chinese ?? english : english;
	// An agent that lost its head dates its answer with its own start.
	const date = english === 'Internal Server Error' ? writeTime(context.startedAt, 0) : timestamp;
	const error = {...(code !== undefined && {code}), ...(context.hasErrorNames && {errCode}), message};
	const body = JSON.stringify({successful: false, timestamp: date, duration, status, traceId: isEarly ? '' : traceId, error: context.hasErrorNames ? error : {code: 0, ...error}});
	return {status, contentType: isEarly ? `${json}; charset=utf-8` : json, body};
};
