import {type AgentError} from '../protocol/agent-error.js';
import {type AgentInfo} from '../protocol/agent.js';
import {type Ask, type Reply} from './agent-client.js';
import {type Deadline} from './deadline.js';
import {type Experience} from './experience.js';
import {type PasswordVault} from './password-vault.js';
import {type Sealer} from './sealer.js';
import {type Transport} from './transport.js';

/** A question that needs a password, with everything that asking it takes. */
export type SealedQuestion = {
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
	readonly experience: Experience;
	readonly sealer: Sealer;
	readonly transport: Transport;
	/** The agent's last info, read now where it never was. */
	readonly knowInfo: (ask: Ask) => Promise<Reply<AgentInfo>>;
	readonly fetchInfo: (ask: Ask) => Promise<Reply<AgentInfo>>;
	readonly fetchKey: (ask: Ask) => Promise<Reply<true>>;
	readonly measureSkew: (ask: Ask) => Promise<Reply<number>>;
};

/** What was already tried for a question: nothing is tried twice. */
export type Tried = {readonly key: boolean; readonly clock: boolean; readonly kind: boolean};

export type Failed = {readonly type: 'error'; readonly error: AgentError};

export const failed = (error: AgentError): Failed => ({type: 'error', error});
