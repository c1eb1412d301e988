// Which password a question is sealed with, and what its answer says about that password.

import {type AgentError, type PasswordKind} from '../protocol/agent-error.js';
import {type HeaderChoice} from './authorize.js';
import {type PasswordOffer, type PasswordVault, type PasswordVerdict} from './password-vault.js';
import {isSuccess} from './read-body.js';
import {type Refusal} from './refusal.js';
import {type HttpAnswer} from './transport.js';

/** Whether an agent refused the empty password that nobody gave; it is not sent to it again. */
export type EmptyPassword = {readonly isRefused: () => boolean; readonly refuse: () => void};

/** With a ticket where the vault wants to hear how it went; without one the password is the empty one, which nobody gave. */
export type SentPassword = {readonly type: 'use'; readonly password: string; readonly ticket: number | undefined};

type Unauthorized = Extract<AgentError, {type: 'unauthorized'}>;

export const unauthorized = (wants: PasswordKind, offer: Exclude<PasswordOffer, {type: 'use'}>, message = ''): Unauthorized => ({
	type: 'unauthorized',
	wants,
	reason: offer.type,
	...((offer.type === 'held-back') && {by: offer.by}),
	message,
});

type Wallet = {readonly agent: string; readonly vault: PasswordVault; readonly emptyPassword: EmptyPassword};

/** The password to send, if there is one that may be sent. */
export const offerPassword = ({agent, vault, emptyPassword}: Wallet, {kind, password}: HeaderChoice): SentPassword | Unauthorized => {
	if (password === 'always-empty' || (password === 'empty-if-unknown' && !vault.has(agent, kind))) {
		return emptyPassword.isRefused() ? unauthorized(kind, {type: 'missing'}) : {type: 'use', password: '', ticket: undefined};
	}

	const offer = vault.request(agent, kind);
	return offer.type === 'use' ? offer : unauthorized(kind, offer);
};

/** Only an agent's own word counts: what a proxy answers says nothing about a password. */
export const verdictOf = (answer: HttpAnswer, refusal: Refusal | undefined, sent: PasswordKind): PasswordVerdict => {
	if (answer.type === 'error') {
		return 'none';
	}

	if (refusal === undefined) {
		return isSuccess(answer) ? 'accepted' : 'none';
	}

	if (refusal.type === 'none') {
		return 'accepted';
	}

	return refusal.type === 'password' && refusal.wants === sent ? 'refused' : 'none';
};
