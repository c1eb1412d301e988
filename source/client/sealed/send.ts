// One sending of a sealed question: the header chosen, the password taken, the answer read for what it says about both.

import {speaksV2} from '../../protocol/identity.js';
import {type PasswordLease} from '../passwords/lease.js';
import {isSuccess, readBody, type Refusal, refusalOf} from '../response-body.js';
import {jsonBody} from '../transport.js';
import {type HttpResponse, type PasswordVerdict} from '../types.js';
import {chooseHeader} from './header.js';
import {type Failed, failed, type HeaderChoice, type AuthenticatedRequest, type SealRequest, type Tried} from './types.js';

/** What was sent, and how it was received. `refusal` is undefined for success, for what is no agent's answer, and for none at all. */
export type Sent = {
	readonly type: 'sent';
	readonly response: HttpResponse;
	readonly choice: HeaderChoice;
	/** The password was the empty one, which nobody gave. */
	readonly isImplicit: boolean;
	readonly refusal: Refusal | undefined;
	/** The agent's own words. */
	readonly message: string;
};

const firstFailure = 400;

const refusalIn = (response: HttpResponse): Pick<Sent, 'refusal' | 'message'> => {
	// A success is by far the most frequent answer, and the largest: it is parsed once, by whoever asked.
	if (response.type === 'error' || response.status < firstFailure) {
		return {refusal: undefined, message: ''};
	}

	const read = readBody(response);
	return read.type === 'envelope' && !read.envelope.successful
		? {refusal: refusalOf(response.status, read.envelope), message: read.envelope.message}
		: {refusal: undefined, message: ''};
};

/** Only an agent's own word counts: what a proxy answers says nothing about a password. */
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
			// Old agents give one code for all: only when the clock is right is it the password.
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

/** Which header the question goes out with, as far as is known now. Reads the agent's info where nobody has yet. */
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

/** What sends it, sealed; undefined where the password does not fit into the key. */
const sealedSend = ({sealer, transport, deadline, limit, body}: AuthenticatedRequest, seal: SealRequest): (() => Promise<HttpResponse>) | undefined => {
	const {uri} = seal;
	if (body !== undefined) {
		const sealed = sealer.sealOnce(seal, body);
		return sealed && (async () => transport.post({uri, headers: {...jsonBody, [sealed.header.name]: sealed.header.value}, body: sealed.body, limit}, deadline.remaining()));
	}

	const header = sealer.headerFor(seal);
	return header && (async () => transport.get({uri, headers: {[header.name]: header.value}, limit}, deadline.remaining()));
};

/** Sends the question once. An error where it was not sent at all. */
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
	// Asked before the password is taken, since nobody should wait for a trial that cannot be; and after, since taking it may have had to wait.
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
	// A single agent, which accepts anything, says nothing about it.
	if (taken.isImplicit && choice.password === 'empty-if-unknown' && verdict !== 'none') {
		request.vault.judgeEmpty(request.agent, verdict);
	}

	return sent;
};
