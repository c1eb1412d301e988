import {isDeepStrictEqual} from 'node:util';

/** The password that an agent needs: its own (agent password) or that of root@sys of its cluster. */
export type PasswordKind = 'agent' | 'root';

/**
What a peer sent that an agent would not, or what is missing for a query; for people in the catalogue's `faults.response`.
`recorded`: the words of a recording whose problem this program does not know.
*/
export const protocolProblems = [
	'uses-https',
	'not-http',
	'large-headers',
	'left-http',
	'broken-compression',
	'redirect',
	'too-many-parts',
	'empty',
	'html',
	'broken-json',
	'not-an-agents',
	'unknown-shape',
	'too-many-entries',
	'not-found',
	'nameless',
	'no-key',
	'small-key',
	'unreadable-key',
	'key-size',
	'unusable-key',
	'too-large',
	'other-task',
	'other-tasks',
	'in-no-cluster',
	'not-owner',
	'no-cluster',
	'not-in-masters-list',
	'not-watched',
	'not-recorded',
	'not-polled',
	'replayed',
	'internal',
	'recorded',
] as const;

export type ProtocolProblem = (typeof protocolProblems)[number];

/** `detail`: what the problem is about, such as a status or a place; printable. */
export type ProtocolError = {readonly type: 'protocol'; readonly problem: ProtocolProblem; readonly detail?: string};

/**
Why an agent could not be queried: facts, which `errorText` puts into words. Texts are printable, and without secrets.

- unreachable: no connection, or it broke; `code` is the system's ("ECONNREFUSED"); `isFirst` if it was reset before the agent ever responded
- timeout: connected or not, no complete response in time
- unauthorized: `missing` no password was given, `refused` it is wrong (never sent again until changed), `held-back` another agent (`by`) is
testing it first, or refused it (`isRefused`)
- key-changed: the agent's encryption key is not the known one; or (`known` undefined) there was none and none is trusted unseen; or
(`known` and `offered` equal) it accepted v2 authentication and no longer does. Nothing is encrypted for it until the user accepts
- clock: expired even after correcting for the agent's clock; `skew` in ms, agent minus local
- refused: the agent responded with an error envelope, whose `message` is its own; without a message, `status` or `code` says what is wrong
- protocol: it responded, but not as an agent (HTML, truncated JSON, a redirect, a wrong shape)
- too-large: the body was cut off at `limit` bytes
- unknown-id: no agent sent this id, so it is not queried (that could send agents in circles)
- aborted: by us
*/
export type AgentError =
	| {readonly type: 'unreachable'; readonly code: string; readonly isFirst?: true}
	| {readonly type: 'timeout'; readonly after: number}
	| {readonly type: 'unauthorized'; readonly wants: PasswordKind; readonly reason: 'missing' | 'refused' | 'held-back'; readonly by?: string; readonly isRefused?: true; readonly message: string}
	| {readonly type: 'key-changed'; readonly known: string | undefined; readonly offered: string; readonly offeredBits: number; readonly knownBits: number}
	| {readonly type: 'clock'; readonly skew: number}
	| {readonly type: 'refused'; readonly status: number; readonly code: string; readonly message: string; readonly traceId: string}
	| ProtocolError
	| {readonly type: 'too-large'; readonly limit: number}
	| {readonly type: 'unknown-id'; readonly id: string}
	| {readonly type: 'aborted'};

const missingWords = '404 not found';

/**
Whether the agent's version lacks an endpoint: 404 `Common.NotFound`, or from agents before 4.3.1 a 400 with these words
(docs/protocol.md#versions). That is no fault of the agent.
*/
export const isMissingEndpoint = (error: AgentError): boolean => error.type === 'refused'
	&& ((error.status === 404 && error.code === 'Common.NotFound') || (error.status === 400 && error.code === '' && error.message.endsWith(missingWords)));

/** Whether an agent that responds does not give a task's details. Its head can be read then. */
export const isAboutDetails = ({type}: AgentError): boolean => type === 'refused' || type === 'too-large';

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
