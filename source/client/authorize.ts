import {type PasswordKind} from '../protocol/agent-error.js';
import {forwardsToMaster, type AgentInfo} from '../protocol/agent.js';
import {parseGenericId} from '../protocol/generic-id.js';

/** Which password goes into which header. `empty-if-unknown`: where nobody gave one, the empty one is what such an agent expects; `always-empty`: it accepts anything, so it gets nothing. */
export type HeaderChoice = {
	readonly kind: PasswordKind;
	readonly password: 'needed' | 'empty-if-unknown' | 'always-empty';
};

/** What the choice depends on. `id` is the one asked for, if any; `has` says whether a password of that kind is known. */
export type AuthorizeContext = {
	readonly info: AgentInfo;
	readonly id: string | undefined;
	readonly has: (kind: PasswordKind) => boolean;
};

const isObproxyTask = (id: string | undefined): boolean => id !== undefined && parseGenericId(id)?.scope === 'obproxy';

/**
Chooses the header for one question (API reference, section 3).

Followers forward what they are asked, which works only with the root password. An agent with a password of its own takes that, or root's where only root's is known. A single agent is in no cluster: it is never handed root's, and one without a password of its own accepts whatever comes. Before there is a cluster (MASTER, FOLLOWER) the root password is usually empty; where a database runs, also one that is being taken over, an empty one would be a failed login, so it is never tried unasked.
*/
export const chooseHeader = ({info, id, has}: AuthorizeContext): HeaderChoice => {
	const {identity, security} = info;
	if (isObproxyTask(id)) {
		return {kind: 'agent', password: 'needed'};
	}

	if (identity === 'SINGLE') {
		return security ? {kind: 'agent', password: 'needed'} : {kind: 'root', password: 'always-empty'};
	}

	if (security && !forwardsToMaster(identity)) {
		return {kind: has('root') && !has('agent') ? 'root' : 'agent', password: 'needed'};
	}

	return {kind: 'root', password: identity === 'MASTER' || identity === 'FOLLOWER' ? 'empty-if-unknown' : 'needed'};
};

/** Whether the agent takes the sealed headers of today; older ones (4.2.2) send no list or one without v2. */
export const speaksV2 = ({supportedAuth}: AgentInfo): boolean => supportedAuth.includes('v2');
