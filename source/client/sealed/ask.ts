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
	return async ({uri, id, limit, body}, options) => {
		const deadline = createDeadline(options, clock);
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
};
