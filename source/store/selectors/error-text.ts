// What went wrong with one request, in words. The facts come from the client.

import {messages, type Messages} from '../../lib/messages/messages.js';
import {type AgentError, isMissingEndpoint, type PasswordKind} from '../../protocol/errors.js';
import {type KeyTrouble} from '../changes.js';

type KeyError = Extract<AgentError, {type: 'key-changed'}>;

/** What is wrong with an agent's key (see `AgentError`). */
export const keyTrouble = ({known, offered}: Pick<KeyError, 'known' | 'offered'>): KeyTrouble => {
	if (known === undefined) {
		return 'key not known';
	}

	return known === offered ? 'downgraded' : 'key changed';
};

/** How to give a password of that kind without a key to press. */
export const passwordWay = (kind: PasswordKind, language: Messages = messages()): string => language.agents.passwords.ways[kind];

/** The name of a password of that kind. A seekdb has no tenants, so its root is not root@sys. */
export const passwordName = (kind: PasswordKind, {isSeekdb = false, language = messages()}: {readonly isSeekdb?: boolean; readonly language?: Messages} = {}): string =>
	language.agents.passwords.names[kind === 'root' && isSeekdb ? 'seekdb' : kind];

export const unauthorizedText = (error: Extract<AgentError, {type: 'unauthorized'}>, isSeekdb: boolean, language: Messages): string => {
	const {passwords} = language.agents;
	const name = passwordName(error.wants, {isSeekdb, language});
	switch (error.reason) {
		case 'missing': {
			return passwords.missing(name);
		}

		case 'refused': {
			return passwords.refused(name);
		}

		case 'held-back': {
			if (error.by === undefined) {
				return passwords.heldBack(name);
			}

			return error.isRefused ? passwords.refusedBy(name, error.by) : passwords.heldBackFor(name, error.by);
		}
	}
};

const largestUnits = (milliseconds: number, {faults: {duration}}: Messages): string => {
	const seconds = Math.round(Math.abs(milliseconds) / 1000);
	if (seconds < 120) {
		return duration.seconds(seconds);
	}

	return seconds < 7200 ? duration.minutes(Math.round(seconds / 60)) : duration.hours(Math.round(seconds / 3600));
};

/** The difference between an agent's clock and ours, ms: "3 min ahead of this machine". */
export const skewText = (skew: number, language: Messages = messages()): string => {
	const words = language.faults.skew;
	if (Math.abs(skew) < 1000) {
		return words.none;
	}

	return (skew > 0 ? words.ahead : words.behind)(largestUnits(skew, language));
};

const kibibyte = 1024;

const mebibyte = kibibyte * kibibyte;

const sizeText = (bytes: number): string => bytes < mebibyte ? `${Math.round(bytes / kibibyte)} KB` : `${Math.round(bytes / mebibyte)} MB`;

/** ms; a smaller difference cannot be told from the duration of a request. */
const noticeableSkew = 60_000;

/** The client corrects for a wrong clock. If requests still expire, that clock changes, or another one judges. */
const clockText = (skew: number, language: Messages): string => {
	const words = language.faults.clock;
	return Math.abs(skew) < noticeableSkew ? words.jumps : (skew > 0 ? words.ahead : words.behind)(largestUnits(skew, language));
};

const otherKeyCode = 'Security.Authentication.Header.DecryptFailed';

// Of a follower whose master is gone, though its own words are "Authentication failed" (docs/protocol.md#authentication-errors).
const notForwarded: ReadonlySet<string> = new Set(['Security.Authentication.Unauthorized', 'Security.Authentication.IncorrectToken']);

const tooManyRequests = 429;

/** What a refusal without a message means: of a proxy, or because nothing was sent. */
const silentRefusal = ({code, status}: Extract<AgentError, {type: 'refused'}>, {refusals}: Messages['faults']): string => {
	if (status === tooManyRequests) {
		return refusals.tooMany;
	}

	if (code === '') {
		return status === 0 ? refusals.notConnected : refusals.status(status);
	}

	return code === 'Task.NotFound' ? refusals.noLog : code;
};

const refusedText = (error: Extract<AgentError, {type: 'refused'}>, {faults}: Messages): string => {
	const {refusals} = faults;
	const {code, message, traceId} = error;
	if (isMissingEndpoint(error)) {
		return refusals.missingEndpoint;
	}

	if (code === otherKeyCode) {
		return refusals.otherKey;
	}

	if (notForwarded.has(code)) {
		return refusals.notForwarded;
	}

	const words = message === '' ? silentRefusal(error, faults) : message;
	return traceId === '' ? words : refusals.traced(words, traceId);
};

const unreachableText = ({code, isFirst}: Extract<AgentError, {type: 'unreachable'}>, {faults}: Messages): string => {
	const known: Readonly<Record<string, string>> = faults.network;
	return isFirst ? faults.resetAtFirst : known[code] ?? faults.otherNetwork(code);
};

const protocolText = ({problem, detail = ''}: Extract<AgentError, {type: 'protocol'}>, {faults}: Messages): string => {
	const words = faults.response[problem];
	return typeof words === 'string' ? words : words(detail);
};

/** What went wrong with one request, as text, without time and without secrets. */
export const errorText = (error: AgentError, language: Messages = messages()): string => {
	const {faults} = language;
	switch (error.type) {
		case 'unreachable': {
			return unreachableText(error, language);
		}

		case 'timeout': {
			return faults.timeout(largestUnits(error.after, language));
		}

		case 'unauthorized': {
			return unauthorizedText(error, false, language);
		}

		case 'key-changed': {
			return faults.keys[keyTrouble(error)];
		}

		case 'clock': {
			return clockText(error.skew, language);
		}

		case 'refused': {
			return refusedText(error, language);
		}

		case 'protocol': {
			return protocolText(error, language);
		}

		case 'too-large': {
			return faults.tooLarge(sizeText(error.limit));
		}

		case 'unknown-id': {
			return faults.unknownId;
		}

		case 'aborted': {
			return faults.stopped;
		}
	}
};
