// One attempt to send a sealed request: chooses the header, takes the password, and reads what the response says about both.

import {speaksV2} from '../../protocol/agent.js';
import {isSuccess, readBody, type Refusal, refusalOf} from '../parse-response.js';
import {type PasswordLease} from '../passwords/lease.js';
import {jsonBody} from '../transport.js';
import {type HttpResponse, type PasswordVerdict} from '../types.js';
import {chooseHeader} from './header.js';
import {type AuthenticatedRequest, type Failed, failed, type HeaderChoice, type SealRequest, type Tried} from './types.js';

/** What was sent and how it was received. `refusal` is undefined for success, for a response that is no agent's, and for none at all. */
export type Sent = {
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

type Chosen = {readonly type: 'choice'; readonly choice: HeaderChoice; readonly isV2: boolean};

/** Which header to send, as far as is known now. Fetches the agent's info if it never was. */
export const choiceFor = async ({agent, id, vault, hints, knowInfo, deadline}: AuthenticatedRequest): Promise<Chosen | Failed> => {
	const read = await knowInfo(deadline.remaining());
	if (read.type !== 'data') {
		return read.type === 'none' ? failed({type: 'protocol', message: 'answered without saying who it is'}) : read;
	}

	const choice = chooseHeader({
		info: read.data, id, demanded: hints.demanded(), has: kind => vault.has(agent, kind), isEmptyGood: vault.isEmptyGood(agent),
	});
	return {type: 'choice', choice, isV2: speaksV2(read.data)};
};

/** The function that sends it, sealed; undefined if the password does not fit into the key. */
const sealedSend = ({sealer, transport, deadline, limit, body}: AuthenticatedRequest, seal: SealRequest): (() => Promise<HttpResponse>) | undefined => {
	const {uri} = seal;
	if (body !== undefined) {
		const sealed = sealer.sealOnce(seal, body);
		return sealed && (async () => transport.post({uri, headers: {...jsonBody, [sealed.header.name]: sealed.header.value}, body: sealed.body, limit}, deadline.remaining()));
	}

	const header = sealer.headerFor(seal);
	return header && (async () => transport.get({uri, headers: {[header.name]: header.value}, limit}, deadline.remaining()));
};

/** Sends the request once. An error if nothing was sent. */
export const sendSealed = async (request: AuthenticatedRequest, lease: PasswordLease, tried: Tried): Promise<Sent | Failed> => {
	const {sealer, deadline, uri} = request;
	const chosen = await choiceFor(request);
	if (chosen.type === 'error') {
		return chosen;
	}

	if (sealer.hasKey()) {
		await sealer.offerAuth(chosen.isV2);
	} else {
		const key = await request.fetchKey(deadline.remaining());
		if (key.type !== 'data') {
			return key.type === 'none' ? failed({type: 'protocol', message: 'has no encryption key'}) : key;
		}
	}

	const {choice, isV2} = chosen;
	// Checked before the password is taken, to avoid waiting for a trial in vain, and after, since taking it may have had to wait.
	const problem = sealer.pending();
	const taken = problem ? failed(problem) : await lease.take(choice);
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
		return failed({type: 'protocol', message: 'its encryption key is too small for this password'});
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
