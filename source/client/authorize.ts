import {type PasswordKind} from '../protocol/agent-error.js';
import {forwardsToMaster, isInCluster, type AgentInfo} from '../protocol/agent.js';
import {parseGenericId} from '../protocol/generic-id.js';

/** Which password goes into which header. `isEmptyFine`: where nobody gave a password, the empty one is what such an agent expects; `isNeeded` false: it accepts anything, so it gets nothing. */
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

Followers forward what they are asked, which works only with the root password. An agent with a password of its own takes that, or root's where only root's is known. A single agent without any password accepts whatever comes: it must not be handed root's. Before there is a cluster the root password is usually empty; afterwards an empty one would be a failed login, so it is never tried unasked.
*/
export const chooseHeader = ({info, id, has}: AuthorizeContext): HeaderChoice => {
	const {identity, security} = info;
	if (isObproxyTask(id)) {
		return {kind: 'agent', password: 'needed'};
	}

	if (forwardsToMaster(identity)) {
		return {kind: 'root', password: 'empty-if-unknown'};
	}

	if (security) {
		return {kind: has('root') && !has('agent') ? 'root' : 'agent', password: 'needed'};
	}

	if (identity === 'SINGLE') {
		return {kind: 'root', password: 'always-empty'};
	}

	return {kind: 'root', password: isInCluster(identity) ? 'needed' : (identity === 'MASTER' ? 'empty-if-unknown' : 'needed')};
};

/** Whether the agent takes the sealed headers of today; older ones (4.2.2) send no list or one without v2. */
export const speaksV2 = ({supportedAuth}: AgentInfo): boolean => supportedAuth.includes('v2');
