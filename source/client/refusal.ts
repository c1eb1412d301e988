// What an agent's error envelope means for the one who asked (docs/protocol.md#authentication-errors).

import {type AgentError, type PasswordKind} from '../protocol/agent-error.js';
import {type Envelope} from '../protocol/envelope.js';

export type Refusal =
	| {readonly type: 'none'}
	/** Sealed with another key than the agent's. */
	| {readonly type: 'other-key'}
	/** The clocks differ. `isCertain` is false for old agents, which give one code for all of this. */
	| {readonly type: 'expired'; readonly isCertain: boolean}
	| {readonly type: 'password'; readonly wants: PasswordKind}
	/** An agent that forwards was sent another header than root's. */
	| {readonly type: 'header-kind'; readonly error: AgentError}
	| {readonly type: 'other'; readonly error: AgentError};

type Failure = Extract<Envelope, {successful: false}>;

const unauthorized = 401;
const oldAuthenticationCode = 10_008;
const prefix = 'Security.Authentication.';

// WithAgentPassword and WithOceanBasePassword say which password is wanted; Incorrect… which one was wrong.
const passwordCodes: ReadonlyMap<string, PasswordKind> = new Map([
	['IncorrectAgentPassword', 'agent'],
	['WithAgentPassword', 'agent'],
	['IncorrectOceanbasePassword', 'root'],
	['IncorrectOceanBasePassword', 'root'],
	['WithOceanBasePassword', 'root'],
	['WithOceanbasePassword', 'root'],
]);

const notFound = 404;
const oldTaskNotFound = 2300;

/** Whether an agent says that there is no such task. Agents before 4.3.1 send a number alone. */
export const isTaskNotFound = (status: number, {code, number}: Failure): boolean =>
	code === 'Task.NotFound' || (status === notFound && code === '' && number === oldTaskNotFound);

export const refusalOf = (status: number, envelope: Failure): Refusal => {
	const {code, number, message, traceId} = envelope;
	const error: AgentError = {type: 'refused', status, code, message, traceId};
	const other: Refusal = {type: 'other', error};
	if (isTaskNotFound(status, envelope)) {
		return {type: 'none'};
	}

	if (code === 'Request.Forward.Header.NotExist') {
		return {type: 'header-kind', error};
	}

	if (status !== unauthorized) {
		return other;
	}

	if (code === '') {
		return number === oldAuthenticationCode ? {type: 'expired', isCertain: false} : (number === 1 ? {type: 'other-key'} : other);
	}

	const word = code.startsWith(prefix) ? code.slice(prefix.length) : code;
	if (word === 'Header.DecryptFailed') {
		return {type: 'other-key'};
	}

	if (word === 'Expired') {
		return {type: 'expired', isCertain: true};
	}

	const wants = passwordCodes.get(word.split('.').at(-1) ?? '');
	return wants === undefined ? other : {type: 'password', wants};
};
