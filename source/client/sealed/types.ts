import {type Clock} from '../../lib/clock.js';
import {type AgentInfo} from '../../protocol/agent.js';
import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {type RequestOptions, type PasswordVault, type Reply, type Transport} from '../types.js';
import {type AuthHints} from './hints.js';

/** Which password goes into which header. `empty-if-unknown`: where nobody gave one, the empty one is what such an agent expects; `always-empty`: it accepts anything, so it gets nothing. */
export type HeaderChoice = {
	readonly kind: PasswordKind;
	readonly password: 'needed' | 'empty-if-unknown' | 'always-empty';
};

/** One deadline for the whole of a question: what was spent on one step is missing for the next. */
type Deadline = {
	/** ms, as it was given. */
	readonly timeout: number;
	/** For the next step: the time that is left, but at least 1 ms. */
	readonly remaining: () => RequestOptions;
	readonly isOver: () => boolean;
	/** Resolves when `subscribe` calls back, and in any case when the deadline passes or the asker gives up. */
	readonly untilCalled: (subscribe: (call: () => void) => () => void) => Promise<void>;
};

export const createDeadline = ({signal, timeout}: RequestOptions, clock: Clock): Deadline => {
	const startedAt = clock.now();
	const remaining = (): number => timeout - (clock.now() - startedAt);
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

			const cancelTimer = clock.schedule(end, left().timeout);
			const unsubscribe = subscribe(end);
			signal.addEventListener('abort', end);
		}),
	};
};

/** A question that needs a password, with everything that asking it takes. */
export type AuthenticatedRequest = {
	/** The agent's key. */
	readonly agent: string;
	readonly uri: string;
	/** The generic id in the uri, if there is one. */
	readonly id: string | undefined;
	/** Bytes of its answer; undefined: as many as are taken in general. */
	readonly limit: number | undefined;
	/** The text of a POST, which is sent once; undefined for what only asks. */
	readonly body?: string | undefined;
	readonly deadline: Deadline;
	readonly vault: PasswordVault;
	readonly hints: AuthHints;
	readonly sealer: Sealer;
	readonly transport: Transport;
	/** The agent's last info, read now where it never was. */
	readonly knowInfo: (options: RequestOptions) => Promise<Reply<AgentInfo>>;
	readonly fetchInfo: (options: RequestOptions) => Promise<Reply<AgentInfo>>;
	readonly fetchKey: (options: RequestOptions) => Promise<Reply<true>>;
	readonly measureSkew: (options: RequestOptions) => Promise<Reply<number>>;
};

/** What was already tried for a question: nothing is tried twice. */
export type Tried = {readonly key: boolean; readonly clock: boolean; readonly kind: boolean};

export type Failed = {readonly type: 'error'; readonly error: AgentError};

export const failed = (error: AgentError): Failed => ({type: 'error', error});

/** The header to send; `kind` "v1" is the one of old agents. */
export type SealedHeader = {readonly name: string; readonly value: string};

export type SealRequest = {readonly uri: string; readonly kind: PasswordKind; readonly password: string; readonly isV2: boolean};

/**
Holds an agent's encryption key and what was sealed with it. A key that differs from the known one is never used until it is accepted: whoever can forge an answer would get the password. The same holds for the known key of an agent that took v2 authentication and suddenly does not: what v1 seals fits any question, and its bodies are open.
*/
export type Sealer = {
	/** Takes the key that the agent hands out now; `isV2`: whether it says that it takes v2 authentication. */
	readonly offerKey: (publicKey: string, isV2: boolean) => Promise<{readonly type: 'known'} | {readonly type: 'error'; readonly error: AgentError}>;
	/** Takes what the agent says now of v2 authentication, beside the key that is known: `pending` afterwards where it has lost it. */
	readonly offerAuth: (isV2: boolean) => Promise<void>;
	readonly hasKey: () => boolean;
	/** The error of an offer that nobody accepted yet. Only `acceptKey` ends it: an agent that shows two keys by turns is not to be trusted with either. */
	readonly pending: () => Extract<AgentError, {type: 'key-changed'}> | undefined;
	/** Accepts the offered key if it still is the one with that fingerprint; false, and nothing changes, where it is not. */
	readonly acceptKey: (fingerprint: string) => boolean;
	/** Looks whether the offered key was accepted elsewhere meanwhile, as by another process; true where it was, and so is the known one now. */
	readonly reviewKey: () => Promise<boolean>;
	readonly fingerprint: () => string | undefined;
	/** Agent minus local, in ms. A header that no longer fits the agent's clock is made anew when it is next asked for. */
	readonly setSkew: (skew: number) => void;
	readonly skew: () => number | undefined;
	/** The header for a question, sealed once and used again until shortly before it expires. */
	readonly headerFor: (request: SealRequest) => SealedHeader | undefined;
	/** A header of its own, short-lived and never used again, with the body sealed under its key. Old agents take bodies as they are. */
	readonly sealOnce: (request: SealRequest, text: string) => {readonly header: SealedHeader; readonly body: string} | undefined;
	/** Forgets what was sealed: a header that was refused is not sent again. */
	readonly forget: () => void;
};
