// The password of one question: asked for once, kept over the retries that send it again, and settled once, at the end. Settled in between,
// the vault would take the retry for a new trial, and let another agent begin one of its own.

import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {type Failed, failed, type HeaderChoice, type AuthenticatedRequest} from '../sealed/types.js';
import {type PasswordOffer, type PasswordVerdict} from '../types.js';

/** `isUnasked`: it is the empty one, which nobody gave. */
export type LeasedPassword = {readonly type: 'use'; readonly password: string; readonly isImplicit: boolean};

export type PasswordLease = {
	/** The password to send with that header, if there is one that may be sent. What is held already is given again while it is good. */
	readonly take: (choice: HeaderChoice) => Promise<LeasedPassword | Failed>;
	/** What the last answer said about what was taken last; the last word counts. */
	readonly judge: (verdict: PasswordVerdict) => void;
	/** Settles what is held. Call it however the question ends. */
	readonly release: () => void;
};

type Unauthorized = Extract<AgentError, {type: 'unauthorized'}>;

export const unauthorized = (wants: PasswordKind, offer: Exclude<PasswordOffer, {type: 'use'}>, message = ''): Unauthorized => ({
	type: 'unauthorized',
	wants,
	reason: offer.type,
	...((offer.type === 'held-back') && {by: offer.by}),
	message,
});

type Held = {readonly kind: PasswordKind; readonly password: string; readonly ticket: number};

/** The claim of one question. */
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

	/** Another question to the same agent may be trying the very password (a log is asked for beside the rest): that is nothing to tell anyone, only to wait for. */
	const request = async (kind: PasswordKind): Promise<PasswordOffer | Failed> => {
		for (;;) {
			const offer = vault.request(agent, kind);
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
		async take({kind, password}) {
			if (held?.kind === kind && verdict !== 'refused' && password !== 'always-empty' && vault.isStillGood(held.ticket)) {
				return {type: 'use', password: held.password, isImplicit: false};
			}

			release();
			if (password === 'always-empty' || (password === 'empty-if-unknown' && !vault.has(agent, kind))) {
				return hints.isEmptyRefused() ? failed(unauthorized(kind, {type: 'missing'})) : {type: 'use', password: '', isImplicit: true};
			}

			const offer = await request(kind);
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
