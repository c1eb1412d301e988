// One attempt to send a sealed request: chooses the header, takes the password, and reads what the response says about both.

import {type Clock} from '../../lib/clock.js';
import {type AgentAddress} from '../../protocol/address.js';
import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {isSuccess, readBody, type Refusal, refusalOf} from '../parse-response.js';
import {createPasswordLease, type PasswordLease, unauthorized} from '../passwords/lease.js';
import {type PublicEndpoints} from '../public-endpoints.js';
import {jsonBody} from '../transport.js';
import {type HttpResponse, type PasswordVault, type PasswordVerdict, type RequestOptions, type Transport} from '../types.js';
import {choiceBy, choiceFor, sealedSend} from './header.js';
import {type AuthenticatedRequest, createAuthHints, createDeadline, failed, type Failed, type HeaderChoice, type Sealer, type Tried} from './types.js';

/** What was sent and how it was received. `refusal` is undefined for success, for a response that is no agent's, and for none at all. */
type Sent = {
	readonly type: 'sent';
	readonly response: HttpResponse;
	readonly choice: HeaderChoice;
	/** The password was the empty one, which no person entered. */
	readonly isImplicit: boolean;
	readonly refusal: Refusal | undefined;
	/** The agent's own words. */
	readonly message: string;
};

const firstFailure = 400;

const refusalIn = (response: HttpResponse): Pick<Sent, 'refusal' | 'message'> => {
	// A success is by far the most frequent response, and the largest, so it is not parsed here: the caller does it once.
	if (response.type === 'error' || response.status < firstFailure) {
		return {refusal: undefined, message: ''};
	}

	const read = readBody(response);
	return read.type === 'envelope' && !read.envelope.successful
		? {refusal: refusalOf(response.status, read.envelope), message: read.envelope.message}
		: {refusal: undefined, message: ''};
};

/** Only an agent's own response counts: a proxy's says nothing about a password. */
const verdictOf = ({response, refusal, choice}: Sent, tried: Tried): PasswordVerdict => {
	if (response.type === 'error') {
		return 'none';
	}

	switch (refusal?.type) {
		case undefined: {
			return isSuccess(response) ? 'accepted' : 'none';
		}

		case 'none': {
			return 'accepted';
		}

		case 'password': {
			return refusal.wants === choice.kind ? 'refused' : 'none';
		}

		case 'expired': {
			// Old agents use one code for several problems: only once the clock is right does it mean the password.
			return !refusal.isCertain && tried.clock ? 'refused' : 'none';
		}

		case 'other-key':
		case 'header-kind':
		case 'other': {
			return 'none';
		}
	}
};

/** Sends the request once. An error if nothing was sent. */
const sendSealed = async (request: AuthenticatedRequest, lease: PasswordLease, tried: Tried): Promise<Sent | Failed> => {
	const {sealer, deadline, uri} = request;
	const info = request.info();
	const chosen = info ? choiceBy(info, request) : await choiceFor(request);
	if (chosen.type === 'error') {
		return chosen;
	}

	if (sealer.hasKey()) {
		// Not awaited for nothing: this runs for nearly every poll.
		if (!sealer.knowsAuth(chosen.isV2)) {
			await sealer.offerAuth(chosen.isV2);
		}
	} else {
		const key = await request.fetchKey(deadline.remaining());
		if (key.type !== 'data') {
			return key.type === 'none' ? failed({type: 'protocol', problem: 'no-key'}) : key;
		}
	}

	const {choice, isV2, isForwarded} = chosen;
	// Checked before the password is taken, to avoid waiting for a trial in vain, and after, since taking it may have had to wait.
	const problem = sealer.pending();
	const taken = problem ? failed(problem) : await lease.take(choice, isForwarded);
	if (taken.type === 'error') {
		return taken;
	}

	const pending = sealer.pending();
	if (pending) {
		return failed(pending);
	}

	const send = sealedSend(request, {
		uri, kind: choice.kind, password: taken.password, isV2,
	});
	if (!send) {
		return failed({type: 'protocol', problem: 'small-key'});
	}

	const response = await send();
	const sent: Sent = {
		type: 'sent', response, choice, isImplicit: taken.isImplicit, ...refusalIn(response),
	};
	const verdict = verdictOf(sent, tried);
	lease.judge(verdict);
	// A single agent accepts anything, so its response is no verdict.
	if (taken.isImplicit && choice.password === 'empty-if-unknown' && verdict !== 'none') {
		request.vault.judgeEmpty(request.agent, verdict);
	}

	return sent;
};

// What follows a refused request: the few retries that the protocol knows, each at most once (docs/protocol.md#authentication-errors).

/** The end, or another attempt, with what was tried so far. */
type Next = {readonly type: 'end'; readonly response: HttpResponse} | {readonly type: 'again'; readonly tried: Tried};

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
const recover = async (request: AuthenticatedRequest, sent: Sent, tried: Tried): Promise<Next> => {
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

const untried: Tried = {key: false, clock: false, kind: false};

const sendUntilSettled = async (request: AuthenticatedRequest, lease: PasswordLease): Promise<HttpResponse> => {
	let tried = untried;
	for (;;) {
		const sent = await sendSealed(request, lease, tried);
		if (sent.type === 'error') {
			return sent;
		}

		const next = await recover(request, sent, tried);
		if (next.type === 'end') {
			return next.response;
		}

		tried = next.tried;
	}
};

/** Sends an operation: once, whatever the response. */
const sendSealedOnce = async (request: AuthenticatedRequest): Promise<HttpResponse> => {
	const lease = createPasswordLease(request);
	try {
		const sent = await sendSealed(request, lease, untried);
		return sent.type === 'sent' ? sent.response : sent;
	} finally {
		lease.release();
	}
};

/** Sends one request that needs a password, at most four times. Every failure is in the response; no password or header ever is. */
const sendSealedQuery = async (request: AuthenticatedRequest): Promise<HttpResponse> => {
	const lease = createPasswordLease(request);
	try {
		const response = await sendUntilSettled(request, lease);
		// The last step ran out of time, but the timeout covers the whole request.
		return response.type === 'error' && response.error.type === 'timeout' ? failed({type: 'timeout', after: request.deadline.timeout}) : response;
	} finally {
		lease.release();
	}
};

type AuthenticatedSenderDeps = {
	readonly address: AgentAddress;
	readonly vault: PasswordVault;
	readonly clock: Clock;
	readonly transport: Transport;
	readonly sealer: Sealer;
	readonly open: PublicEndpoints;
};

type SendAuthenticated = (request: Pick<AuthenticatedRequest, 'uri' | 'id' | 'limit' | 'body'>, options: RequestOptions) => Promise<HttpResponse>;

/** Sends authenticated queries, or with a `body` an operation, once. Over an agent's socket nothing is sealed: root and the owner need no password there (docs/protocol.md#socket). */
export const createAuthenticatedSender = ({address, vault, clock, transport, sealer, open}: AuthenticatedSenderDeps): SendAuthenticated => {
	const hints = createAuthHints(open.info);
	const send = async ({uri, id, limit, body}: Parameters<SendAuthenticated>[0], deadline: AuthenticatedRequest['deadline']): Promise<HttpResponse> => {
		if (address.type === 'tcp') {
			const request = {
				...open, agent: address.key, uri, id, limit, body, deadline, vault, hints, sealer, transport,
			};
			return body === undefined ? sendSealedQuery(request) : sendSealedOnce(request);
		}

		// The info is needed to tell the agent's own task from another agent's.
		const known = await open.knowInfo(deadline.remaining());
		if (known.type === 'error') {
			return known;
		}

		return body === undefined
			? transport.get({uri, headers: {}, limit}, deadline.remaining())
			: transport.post({uri, headers: jsonBody, body, limit}, deadline.remaining());
	};

	return async (request, options) => {
		const deadline = createDeadline(options, clock);
		try {
			return await send(request, deadline);
		} finally {
			deadline.stop();
		}
	};
};
