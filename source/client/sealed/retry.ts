// What follows a refused request: the few retries that the protocol knows, each at most once (docs/protocol.md#authentication-errors).

import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {unauthorized} from '../passwords/lease.js';
import {type HttpResponse} from '../types.js';
import {choiceFor, type Sent} from './send.js';
import {failed, type AuthenticatedRequest, type Tried} from './types.js';

/** The end, or another attempt, with what was tried so far. */
export type Next = {readonly type: 'end'; readonly response: HttpResponse} | {readonly type: 'again'; readonly tried: Tried};

const end = (response: HttpResponse): Next => ({type: 'end', response});

/** A password that a person entered is wrong; otherwise it, or one of the other kind, is missing. */
const wrongPassword = ({hints}: AuthenticatedRequest, {choice, isImplicit, message}: Sent, wants: PasswordKind): AgentError => {
	if (isImplicit && wants === choice.kind) {
		hints.refuseEmpty();
	}

	return unauthorized(wants, {type: isImplicit || wants !== choice.kind ? 'missing' : 'refused'}, message);
};

/** Tries again with another header, if the agent's fresh info or its demand leads to one whose password is known. */
const withOtherHeader = async (request: AuthenticatedRequest, {choice}: Sent, tried: Tried, demand: {readonly wants: PasswordKind; readonly error: AgentError}): Promise<Next> => {
	const {vault, hints, agent, deadline} = request;
	const {wants, error} = demand;
	if (!tried.kind) {
		await request.fetchInfo(deadline.remaining());
	}

	// Kept for the next request, even if this one ends here.
	if (wants !== choice.kind) {
		hints.demand(wants);
	}

	const next = tried.kind ? undefined : await choiceFor(request);
	if (next?.type !== 'choice' || (next.choice.kind === choice.kind && next.choice.password === choice.password)) {
		return end(failed(error));
	}

	const isKnown = next.choice.password !== 'needed' || vault.has(agent, next.choice.kind);
	return isKnown ? {type: 'again', tried: {...tried, kind: true}} : end(failed(error));
};

const withMeasuredClock = async (request: AuthenticatedRequest, sent: Sent, tried: Tried, isCertain: boolean): Promise<Next> => {
	const {sealer, deadline} = request;
	if (tried.clock) {
		return end(failed(isCertain ? {type: 'clock', skew: sealer.skew() ?? 0} : wrongPassword(request, sent, sent.choice.kind)));
	}

	sealer.forget();
	const measured = await request.measureSkew(deadline.remaining());
	return measured.type === 'error' ? end(measured) : {type: 'again', tried: {...tried, clock: true}};
};

const withFetchedKey = async ({sealer, fetchKey, deadline}: AuthenticatedRequest, {response}: Sent, tried: Tried): Promise<Next> => {
	if (tried.key) {
		return end(response);
	}

	sealer.forget();
	const key = await fetchKey(deadline.remaining());
	return key.type === 'error' ? end(key) : {type: 'again', tried: {...tried, key: true}};
};

/** What to do after a response. Measures, fetches and stores what the next attempt needs. */
export const recover = async (request: AuthenticatedRequest, sent: Sent, tried: Tried): Promise<Next> => {
	const {refusal, response} = sent;
	switch (refusal?.type) {
		case undefined:
		case 'none': {
			return end(response);
		}

		case 'other-key': {
			return withFetchedKey(request, sent, tried);
		}

		case 'expired': {
			return withMeasuredClock(request, sent, tried, refusal.isCertain);
		}

		case 'password': {
			const {wants} = refusal;
			return withOtherHeader(request, sent, tried, {wants, error: wrongPassword(request, sent, wants)});
		}

		case 'header-kind': {
			return withOtherHeader(request, sent, tried, {wants: 'root', error: refusal.error});
		}

		case 'other': {
			return end(failed(refusal.error));
		}
	}
};
