// One sealed question from choosing the header to an answer, with the few retries that the protocol knows: one after the same key
// was fetched again, one after the clock was measured, one after `info` told of another kind of header.

import {type AgentError, type PasswordKind} from '../protocol/agent-error.js';
import {type AgentInfo} from '../protocol/agent.js';
import {type Clock} from '../protocol/clock.js';
import {type Ask, type Reply} from './agent-client.js';
import {chooseHeader, speaksV2, type HeaderChoice} from './authorize.js';
import {offerPassword, unauthorized, verdictOf, type EmptyPassword} from './offer-password.js';
import {type PasswordVault, type PasswordVerdict} from './password-vault.js';
import {readBody} from './read-body.js';
import {refusalOf, type Refusal} from './refusal.js';
import {type Sealer} from './sealer.js';
import {type HttpAnswer, type Transport} from './transport.js';

export type SealedQuestion = {
	readonly agent: string;
	readonly uri: string;
	/** The generic id in the uri, if there is one. */
	readonly id: string | undefined;
	readonly ask: Ask;
	readonly vault: PasswordVault;
	readonly emptyPassword: EmptyPassword;
	readonly sealer: Sealer;
	readonly transport: Transport;
	readonly clock: Clock;
	readonly fetchInfo: (ask: Ask) => Promise<Reply<AgentInfo>>;
	readonly fetchKey: (ask: Ask) => Promise<Reply<true>>;
	readonly measureSkew: (ask: Ask) => Promise<Reply<number>>;
	readonly info: () => AgentInfo | undefined;
};

/** What was already tried for this question: nothing is tried twice. */
type Tried = {readonly key: boolean; readonly clock: boolean; readonly kind: boolean};

const nothingTried: Tried = {key: false, clock: false, kind: false};

const failed = (error: AgentError): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error});

const refusalIn = (answer: HttpAnswer): {readonly refusal: Refusal | undefined; readonly message: string} => {
	if (answer.type === 'error') {
		return {refusal: undefined, message: ''};
	}

	// A success is by far the most frequent answer, and the largest: it is parsed once, by whoever asked.
	if (answer.status < 400) {
		return {refusal: undefined, message: ''};
	}

	const read = readBody(answer);
	return read.type === 'envelope' && !read.envelope.successful
		? {refusal: refusalOf(answer.status, read.envelope), message: read.envelope.message}
		: {refusal: undefined, message: ''};
};

/** A deadline is for the whole question: what was spent on one step is missing for the next. */
const remaining = ({ask, clock}: SealedQuestion, startedAt: number): Ask => ({...ask, timeout: Math.max(1, ask.timeout - (clock.now() - startedAt))});

const attempt = async (question: SealedQuestion, startedAt: number, tried: Tried): Promise<HttpAnswer> => {
	const {sealer, transport, vault, uri, agent} = question;
	const left = (): Ask => remaining(question, startedAt);

	const known = question.info();
	const read = known ? {type: 'data' as const, data: known} : await question.fetchInfo(left());
	if (read.type !== 'data') {
		return read.type === 'none' ? failed({type: 'protocol', message: 'answered without saying who it is'}) : read;
	}

	if (!sealer.hasKey()) {
		const key = await question.fetchKey(left());
		if (key.type !== 'data') {
			return key.type === 'none' ? failed({type: 'protocol', message: 'has no encryption key'}) : key;
		}
	}

	// Looked at last: another question may have been offered another key meanwhile.
	const pending = sealer.pending();
	if (pending) {
		return failed(pending);
	}

	const choice = chooseHeader({info: read.data, id: question.id, has: kind => vault.has(agent, kind)});
	const offer = offerPassword(question, choice);
	if (offer.type !== 'use') {
		return failed(offer);
	}

	let verdict: PasswordVerdict = 'none';
	let answer: HttpAnswer;
	let outcome: ReturnType<typeof refusalIn>;
	try {
		const header = sealer.headerFor({
			uri, kind: choice.kind, password: offer.password, isV2: speaksV2(read.data),
		});
		if (!header) {
			return failed({type: 'protocol', message: 'its encryption key is too small for this password'});
		}

		answer = await transport.get({uri, headers: {[header.name]: header.value}}, left());
		outcome = refusalIn(answer);
		// Old agents give one code for all: only when the clock is right is it the password.
		verdict = outcome.refusal?.type === 'expired' && !outcome.refusal.isCertain && tried.clock ? 'refused' : verdictOf(answer, outcome.refusal, choice.kind);
	} finally {
		if (offer.ticket !== undefined) {
			vault.settle(offer.ticket, verdict);
		}
	}

	return afterRefusal(question, {
		startedAt, tried, answer, choice, isUnasked: offer.ticket === undefined, ...outcome,
	});
};

type Outcome = {
	readonly startedAt: number;
	readonly tried: Tried;
	readonly answer: HttpAnswer;
	readonly choice: HeaderChoice;
	/** Sent was the empty password that nobody gave. */
	readonly isUnasked: boolean;
	readonly refusal: Refusal | undefined;
	readonly message: string;
};

/** Reads `info` anew and tries once more if that tells another kind of header. */
const withOtherKind = async (question: SealedQuestion, outcome: Outcome, error: AgentError): Promise<HttpAnswer> => {
	const {startedAt, tried, choice} = outcome;
	if (tried.kind) {
		return failed(error);
	}

	const read = await question.fetchInfo(remaining(question, startedAt));
	if (read.type !== 'data') {
		return failed(error);
	}

	const next = chooseHeader({info: read.data, id: question.id, has: kind => question.vault.has(question.agent, kind)});
	return next.kind === choice.kind && next.password === choice.password ? failed(error) : attempt(question, startedAt, {...tried, kind: true});
};

/** Wrong is a password that someone gave; else it, or one of the other kind, is missing. */
const wrongPassword = ({emptyPassword}: SealedQuestion, {choice, isUnasked, message}: Outcome, wants: PasswordKind): AgentError => {
	if (isUnasked && wants === choice.kind) {
		emptyPassword.refuse();
	}

	return unauthorized(wants, {type: isUnasked || wants !== choice.kind ? 'missing' : 'refused'}, message);
};

const withMeasuredClock = async (question: SealedQuestion, outcome: Outcome, isCertain: boolean): Promise<HttpAnswer> => {
	const {startedAt, tried} = outcome;
	if (tried.clock) {
		return failed(isCertain ? {type: 'clock', skew: question.sealer.skew() ?? 0} : wrongPassword(question, outcome, outcome.choice.kind));
	}

	question.sealer.forget();
	const measured = await question.measureSkew(remaining(question, startedAt));
	return measured.type === 'error' ? measured : attempt(question, startedAt, {...tried, clock: true});
};

const withFetchedKey = async (question: SealedQuestion, {startedAt, tried, answer}: Outcome): Promise<HttpAnswer> => {
	if (tried.key) {
		return answer;
	}

	question.sealer.forget();
	const key = await question.fetchKey(remaining(question, startedAt));
	if (key.type === 'error') {
		return key;
	}

	return attempt(question, startedAt, {...tried, key: true});
};

const afterRefusal = async (question: SealedQuestion, outcome: Outcome): Promise<HttpAnswer> => {
	const {refusal, answer, message} = outcome;
	switch (refusal?.type) {
		case undefined:
		case 'none': {
			return answer;
		}

		case 'other-key': {
			return withFetchedKey(question, outcome);
		}

		case 'expired': {
			return withMeasuredClock(question, outcome, refusal.isCertain);
		}

		case 'password': {
			return withOtherKind(question, outcome, wrongPassword(question, outcome, refusal.wants));
		}

		case 'header-kind': {
			return withOtherKind(question, outcome, {
				type: 'refused', status: answer.type === 'answer' ? answer.status : 0, code: 'Request.Forward.Header.NotExist', message, traceId: '',
			});
		}

		case 'other': {
			return failed(refusal.error);
		}
	}
};

/** Asks one question that needs a password. Everything that can go wrong is in the answer; no password or header is ever in it. */
export const askSealed = async (question: SealedQuestion): Promise<HttpAnswer> => {
	const answer = await attempt(question, question.clock.now(), nothingTried);
	// The last step ran out of time; the question had all of it.
	return answer.type === 'error' && answer.error.type === 'timeout' ? failed({type: 'timeout', after: question.ask.timeout}) : answer;
};
