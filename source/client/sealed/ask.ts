import {type Clock} from '../../lib/clock.js';
import {type AgentAddress} from '../../protocol/address.js';
import {createPasswordLease, type PasswordLease} from '../passwords/lease.js';
import {type PublicEndpoints} from '../public-endpoints.js';
import {jsonBody} from '../transport.js';
import {type RequestOptions, type HttpResponse, type PasswordVault, type Transport} from '../types.js';
import {createAuthHints} from './hints.js';
import {recover} from './retry.js';
import {sendSealed} from './send.js';
import {createDeadline, failed, type AuthenticatedRequest, type Sealer, type Tried} from './types.js';

const untried: Tried = {key: false, clock: false, kind: false};

const sendUntilAnswered = async (question: AuthenticatedRequest, claim: PasswordLease): Promise<HttpResponse> => {
	let tried = untried;
	for (;;) {
		const sent = await sendSealed(question, claim, tried);
		if (sent.type === 'error') {
			return sent;
		}

		const next = await recover(question, sent, tried);
		if (next.type === 'end') {
			return next.answer;
		}

		tried = next.tried;
	}
};

/** Sends what changes something: once, whatever the answer. */
const sendSealedOnce = async (question: AuthenticatedRequest): Promise<HttpResponse> => {
	const claim = createPasswordLease(question);
	try {
		const sent = await sendSealed(question, claim, untried);
		return sent.type === 'sent' ? sent.answer : sent;
	} finally {
		claim.release();
	}
};

/** Asks one question that needs a password, at most four times. Everything that can go wrong is in the answer; no password or header is ever in it. */
const askSealed = async (question: AuthenticatedRequest): Promise<HttpResponse> => {
	const claim = createPasswordLease(question);
	try {
		const answer = await sendUntilAnswered(question, claim);
		// The last step ran out of time; the question had all of it.
		return answer.type === 'error' && answer.error.type === 'timeout' ? failed({type: 'timeout', after: question.deadline.timeout}) : answer;
	} finally {
		claim.release();
	}
};

type Options = {
	readonly address: AgentAddress;
	readonly vault: PasswordVault;
	readonly clock: Clock;
	readonly transport: Transport;
	readonly sealer: Sealer;
	readonly open: PublicEndpoints;
};

type AskWithPassword = (question: Pick<AuthenticatedRequest, 'uri' | 'id' | 'limit' | 'body'>, ask: RequestOptions) => Promise<HttpResponse>;

/** How an agent is asked what it does not tell anyone, or told what to do (with a `body`, once): sealed, but for its socket, where root and the owner need no password (docs/protocol.md#socket). */
export const createAskWithPassword = ({address, vault, clock, transport, sealer, open}: Options): AskWithPassword => {
	const experience = createAuthHints(open.info);
	return async ({uri, id, limit, body}, ask) => {
		const deadline = createDeadline(ask, clock);
		if (address.type === 'tcp') {
			const question = {
				...open, agent: address.key, uri, id, limit, body, deadline, vault, experience, sealer, transport,
			};
			return body === undefined ? askSealed(question) : sendSealedOnce(question);
		}

		// Whose socket it is must be known to tell its own task from another agent's.
		const known = await open.knowInfo(deadline.left());
		if (known.type === 'error') {
			return known;
		}

		return body === undefined
			? transport.get({uri, headers: {}, limit}, deadline.left())
			: transport.post({uri, headers: jsonBody, body, limit}, deadline.left());
	};
};
