// The password of one request: requested once, kept over the retries, and settled once at the end. Settled in between, the vault would count the retry as a new trial and let another agent start its own.

import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {type Failed, failed, type HeaderChoice, type AuthenticatedRequest} from '../sealed/types.js';
import {type PasswordOffer, type PasswordVerdict} from '../types.js';

/** `isImplicit`: the empty password, which no person entered. */
export type LeasedPassword = {readonly type: 'use'; readonly password: string; readonly isImplicit: boolean};

export type PasswordLease = {
	/** The password to send with that header, if one may be sent. A password that is held already is returned again while it is good. */
	readonly take: (choice: HeaderChoice, isForwarded: boolean) => Promise<LeasedPassword | Failed>;
	/** The verdict on the password taken last; the last verdict counts. */
	readonly judge: (verdict: PasswordVerdict) => void;
	/** Settles what is held. Call it however the request ends. */
	readonly release: () => void;
};

type Unauthorized = Extract<AgentError, {type: 'unauthorized'}>;

export const unauthorized = (wants: PasswordKind, offer: Exclude<PasswordOffer, {type: 'use'}>, message = ''): Unauthorized => ({
	type: 'unauthorized',
	wants,
	reason: offer.type,
	...((offer.type === 'held-back') && {by: offer.by, ...(offer.isRefused && {isRefused: true as const})}),
	message,
});

type Held = {readonly kind: PasswordKind; readonly password: string; readonly ticket: number};

/** The lease of one request. */
export const createPasswordLease = ({agent, vault, hints, deadline}: AuthenticatedRequest): PasswordLease => {
	let held: Held | undefined;
	let verdict: PasswordVerdict = 'none';

	const release = (): void => {
		if (held) {
			vault.settle(held.ticket, verdict);
		}

		held = undefined;
		verdict = 'none';
	};

	/** Another request to the same agent may be trying the same password (a log is fetched beside the rest): wait for its verdict instead of reporting an error. */
	const request = async (kind: PasswordKind, isForwarded: boolean): Promise<PasswordOffer | Failed> => {
		for (;;) {
			const offer = vault.request(agent, kind, isForwarded);
			const {signal} = deadline.remaining();
			if (offer.type !== 'held-back' || offer.by !== agent) {
				return offer;
			}

			if (signal.aborted || deadline.isOver()) {
				return failed(signal.aborted ? {type: 'aborted'} : {type: 'timeout', after: deadline.timeout});
			}

			await deadline.untilCalled(vault.subscribe);
		}
	};

	return {
		async take({kind, password}, isForwarded) {
			if (held?.kind === kind && verdict !== 'refused' && password !== 'always-empty' && vault.isStillGood(held.ticket)) {
				return {type: 'use', password: held.password, isImplicit: false};
			}

			release();
			if (password === 'always-empty' || (password === 'empty-if-unknown' && !vault.has(agent, kind))) {
				return hints.isEmptyRefused() ? failed(unauthorized(kind, {type: 'missing'})) : {type: 'use', password: '', isImplicit: true};
			}

			const offer = await request(kind, isForwarded);
			switch (offer.type) {
				case 'error': {
					return offer;
				}

				case 'missing':
				case 'refused':
				case 'held-back': {
					return failed(unauthorized(kind, offer));
				}

				case 'use': {
					held = {kind, password: offer.password, ticket: offer.ticket};
					return {type: 'use', password: offer.password, isImplicit: false};
				}
			}
		},
		judge(next) {
			verdict = next;
		},
		release,
	};
};
