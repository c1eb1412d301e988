// What follows a refused question: the few retries that the protocol knows, each at most once (docs/protocol.md#authentication-errors).

import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {unauthorized} from '../passwords/lease.js';
import {type HttpResponse} from '../types.js';
import {choiceFor, type Sent} from './send.js';
import {failed, type AuthenticatedRequest, type Tried} from './types.js';

/** The end, or once more, with what was tried by then. */
export type Next = {readonly type: 'end'; readonly answer: HttpResponse} | {readonly type: 'again'; readonly tried: Tried};

const end = (answer: HttpResponse): Next => ({type: 'end', answer});

/** Wrong is a password that someone gave; else it, or one of the other kind, is missing. */
const wrongPassword = ({experience}: AuthenticatedRequest, {choice, isUnasked, message}: Sent, wants: PasswordKind): AgentError => {
	if (isUnasked && wants === choice.kind) {
		experience.refuseEmpty();
	}

	return unauthorized(wants, {type: isUnasked || wants !== choice.kind ? 'missing' : 'refused'}, message);
};

/** Once more with another header, if the agent's info, read anew, or what it demands leads to one whose password is known. */
const withOtherHeader = async (question: AuthenticatedRequest, {choice}: Sent, tried: Tried, demand: {readonly wants: PasswordKind; readonly error: AgentError}): Promise<Next> => {
	const {vault, experience, agent, deadline} = question;
	const {wants, error} = demand;
	if (!tried.kind) {
		await question.fetchInfo(deadline.left());
	}

	// Kept for the next question, also where this one ends here.
	if (wants !== choice.kind) {
		experience.demand(wants);
	}

	const next = tried.kind ? undefined : await choiceFor(question);
	if (next?.type !== 'choice' || (next.choice.kind === choice.kind && next.choice.password === choice.password)) {
		return end(failed(error));
	}

	const isKnown = next.choice.password !== 'needed' || vault.has(agent, next.choice.kind);
	return isKnown ? {type: 'again', tried: {...tried, kind: true}} : end(failed(error));
};

const withMeasuredClock = async (question: AuthenticatedRequest, sent: Sent, tried: Tried, isCertain: boolean): Promise<Next> => {
	const {sealer, deadline} = question;
	if (tried.clock) {
		return end(failed(isCertain ? {type: 'clock', skew: sealer.skew() ?? 0} : wrongPassword(question, sent, sent.choice.kind)));
	}

	sealer.forget();
	const measured = await question.measureSkew(deadline.left());
	return measured.type === 'error' ? end(measured) : {type: 'again', tried: {...tried, clock: true}};
};

const withFetchedKey = async ({sealer, fetchKey, deadline}: AuthenticatedRequest, {answer}: Sent, tried: Tried): Promise<Next> => {
	if (tried.key) {
		return end(answer);
	}

	sealer.forget();
	const key = await fetchKey(deadline.left());
	return key.type === 'error' ? end(key) : {type: 'again', tried: {...tried, key: true}};
};

/** What to do after an answer. Measures, fetches and remembers what the next try needs. */
export const recover = async (question: AuthenticatedRequest, sent: Sent, tried: Tried): Promise<Next> => {
	const {refusal, answer} = sent;
	switch (refusal?.type) {
		case undefined:
		case 'none': {
			return end(answer);
		}

		case 'other-key': {
			return withFetchedKey(question, sent, tried);
		}

		case 'expired': {
			return withMeasuredClock(question, sent, tried, refusal.isCertain);
		}

		case 'password': {
			const {wants} = refusal;
			return withOtherHeader(question, sent, tried, {wants, error: wrongPassword(question, sent, wants)});
		}

		case 'header-kind': {
			return withOtherHeader(question, sent, tried, {wants: 'root', error: refusal.error});
		}

		case 'other': {
			return end(failed(refusal.error));
		}
	}
};
