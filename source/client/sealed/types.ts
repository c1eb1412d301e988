import {type Clock, countTime, scheduleDeadline} from '../../lib/clock.js';
import {type AgentInfo} from '../../protocol/agent.js';
import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {type PasswordVault, type Reply, type RequestOptions, type Transport} from '../types.js';

/** What an agent's refusals revealed about it, besides what the vault knows. Forgotten once its info changes. */
type AuthHints = {
	/** Whether it refused the empty password that no person entered; it is not sent again. */
	readonly isEmptyRefused: () => boolean;
	readonly refuseEmpty: () => void;
	/** The kind of password that it asked for after it got the other. */
	readonly demanded: () => PasswordKind | undefined;
	readonly demand: (kind: PasswordKind) => void;
};

/** `info`: the agent's last one, the same object as long as it is unchanged. */
export const createAuthHints = (info: () => AgentInfo | undefined): AuthHints => {
	// An agent's identity decides whether the empty password is fine, so after a change it is tried again.
	let emptyRefusedAs: string | undefined;
	let demand: {readonly kind: PasswordKind; readonly info: AgentInfo | undefined} | undefined;
	return {
		isEmptyRefused: () => emptyRefusedAs !== undefined && emptyRefusedAs === info()?.identity,
		refuseEmpty() {
			emptyRefusedAs = info()?.identity;
		},
		demanded: () => demand?.info === info() ? demand?.kind : undefined,
		demand(kind) {
			demand = {kind, info: info()};
		},
	};
};

/** Which password goes into which header. `empty-if-unknown`: without a known password the empty one is sent, which such an agent expects. `always-empty`: the agent accepts anything, so it gets nothing. */
export type HeaderChoice = {
	readonly kind: PasswordKind;
	readonly password: 'needed' | 'empty-if-unknown' | 'always-empty';
};

/** One deadline for the whole request: time spent on one step is missing for the next. */
type Deadline = {
	/** ms. */
	readonly timeout: number;
	/** For the next step: the remaining time, but at least 1 ms. */
	readonly remaining: () => RequestOptions;
	readonly isOver: () => boolean;
	/** Resolves when `subscribe` calls back, and in any case when the deadline passes or the caller aborts. */
	readonly untilCalled: (subscribe: (call: () => void) => () => void) => Promise<void>;
	/** Leaves no timer behind. */
	readonly stop: () => void;
};

export const createDeadline = ({signal, timeout}: RequestOptions, clock: Clock): Deadline => {
	const {passed, stop} = countTime(clock);
	const remaining = (): number => timeout - passed();
	const left = (): RequestOptions => ({signal, timeout: Math.max(1, remaining())});
	return {
		timeout,
		remaining: left,
		isOver: () => remaining() <= 0,
		untilCalled: async subscribe => new Promise(resolve => {
			const end = (): void => {
				cancelTimer();
				unsubscribe();
				signal.removeEventListener('abort', end);
				resolve();
			};

			const cancelTimer = scheduleDeadline(clock, end, left().timeout);
			const unsubscribe = subscribe(end);
			signal.addEventListener('abort', end);
		}),
		stop,
	};
};

/** A request that needs a password, with everything that sending it takes. */
export type AuthenticatedRequest = {
	/** The agent's key. */
	readonly agent: string;
	readonly uri: string;
	/** The generic id in the uri, if there is one. */
	readonly id: string | undefined;
	/** Bytes of its response; undefined: the general limit. */
	readonly limit: number | undefined;
	/** The text of a POST, which is sent once; undefined for queries. */
	readonly body?: string | undefined;
	readonly deadline: Deadline;
	readonly vault: PasswordVault;
	readonly hints: AuthHints;
	readonly sealer: Sealer;
	readonly transport: Transport;
	/** The agent's last info, if it was ever fetched. */
	readonly info: () => AgentInfo | undefined;
	/** The same, fetched now if it never was. */
	readonly knowInfo: (options: RequestOptions) => Promise<Reply<AgentInfo>>;
	readonly fetchInfo: (options: RequestOptions) => Promise<Reply<AgentInfo>>;
	readonly fetchKey: (options: RequestOptions) => Promise<Reply<true>>;
	readonly measureSkew: (options: RequestOptions) => Promise<Reply<number>>;
};

/** What was already tried for a request: nothing is tried twice. */
export type Tried = {readonly key: boolean; readonly clock: boolean; readonly kind: boolean};

export type Failed = {readonly type: 'error'; readonly error: AgentError};

export const failed = (error: AgentError): Failed => ({type: 'error', error});

/** The header to send; `kind` "v1" is the one of old agents. */
export type SealedHeader = {readonly name: string; readonly value: string};

export type SealRequest = {readonly uri: string; readonly kind: PasswordKind; readonly password: string; readonly isV2: boolean};

/**
Holds an agent's encryption key and the headers sealed with it. A key that differs from the known one is not used until it is
accepted: anyone who can forge a response would get the password. The same holds for an agent that accepted v2 authentication and
suddenly does not: a v1 header fits any request, and v1 bodies are not encrypted.
*/
export type Sealer = {
	/** Takes the key that the agent offers now; `isV2`: whether it says that it accepts v2 authentication. */
	readonly offerKey: (publicKey: string, isV2: boolean) => Promise<{readonly type: 'known'} | {readonly type: 'error'; readonly error: AgentError}>;
	/** Takes what the agent says now about v2 authentication, for the known key; `pending` afterwards if it no longer accepts v2. */
	readonly offerAuth: (isV2: boolean) => Promise<void>;
	/** Whether that word is the known one for the known key, so that it need not be offered. */
	readonly knowsAuth: (isV2: boolean) => boolean;
	readonly hasKey: () => boolean;
	/** The error of an offer that is not accepted yet. Only `acceptKey` ends it: an agent that alternates between two keys is trusted with neither. */
	readonly pending: () => Extract<AgentError, {type: 'key-changed'}> | undefined;
	/** Accepts the offered key if it still has that fingerprint; otherwise false, and nothing changes. */
	readonly acceptKey: (fingerprint: string) => boolean;
	/** Checks whether the offered key was accepted elsewhere, for example by another process; true if it was, and it is now the known one. */
	readonly reviewKey: () => Promise<boolean>;
	readonly fingerprint: () => string | undefined;
	/** Agent minus local, in ms. A header that no longer fits the agent's clock is sealed again on its next use. */
	readonly setSkew: (skew: number) => void;
	readonly skew: () => number | undefined;
	/** The header for a request, sealed once and used again until shortly before it expires. */
	readonly headerFor: (request: SealRequest) => SealedHeader | undefined;
	/** A header for one use, short-lived, with the body encrypted under its key. Old agents take plain bodies. */
	readonly sealOnce: (request: SealRequest, text: string) => {readonly header: SealedHeader; readonly body: string} | undefined;
	/** Drops all sealed headers, so that a refused one is not sent again. */
	readonly forget: () => void;
};
