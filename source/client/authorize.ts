import {type PasswordKind} from '../protocol/agent-error.js';
import {type AgentInfo} from '../protocol/agent.js';
import {forwardsToMaster, identityOf} from '../protocol/identity.js';
import {isObproxyTask} from '../protocol/generic-id.js';

/** Which password goes into which header. `empty-if-unknown`: where nobody gave one, the empty one is what such an agent expects; `always-empty`: it accepts anything, so it gets nothing. */
export type HeaderChoice = {
	readonly kind: PasswordKind;
	readonly password: 'needed' | 'empty-if-unknown' | 'always-empty';
};

/** What the choice depends on. `id` is the one asked for, if any; `demanded` the kind that the agent asked for when it was sent the other one; `has` says whether a password of that kind is known; `isEmptyGood` whether the agent has accepted the empty root password, which no person gave. */
export type AuthorizeContext = {
	readonly info: AgentInfo;
	readonly id: string | undefined;
	readonly demanded: PasswordKind | undefined;
	readonly has: (kind: PasswordKind) => boolean;
	readonly isEmptyGood: boolean;
};

/**
Chooses the header for one question (docs/protocol.md#which-password).

Followers forward what they are asked, which works only with the root password. An agent with a password of its own takes that, or root's where only root's is known. A single agent is in no cluster: it is never handed root's, and one without a password of its own accepts whatever comes. What an agent demands instead is followed but in these two cases: a follower could not forward it, and no word of a single agent gets it root's. Before there is a cluster (MASTER, FOLLOWER) the root password is usually empty; where a database runs, also one that is being taken over, an empty one could be a failed login, so it is not tried unasked; an agent that has accepted it before it became one of a cluster gets it until it refuses it, since its task goes on and the password is usually the same. A seekdb has only the password of its own root.
*/
export const chooseHeader = ({info, id, demanded, has, isEmptyGood}: AuthorizeContext): HeaderChoice => {
	const {security} = info;
	const identity = identityOf(info, undefined);
	if (isObproxyTask(id)) {
		return {kind: 'agent', password: 'needed'};
	}

	// It knows only the one header.
	if (identity === 'SEEKDB') {
		return {kind: 'root', password: 'needed'};
	}

	if (identity === 'SINGLE') {
		return security || demanded === 'agent' ? {kind: 'agent', password: 'needed'} : {kind: 'root', password: 'always-empty'};
	}

	if (demanded !== undefined && !forwardsToMaster(identity)) {
		return {kind: demanded, password: 'needed'};
	}

	if (security && !forwardsToMaster(identity)) {
		return {kind: has('root') && !has('agent') ? 'root' : 'agent', password: 'needed'};
	}

	return {kind: 'root', password: identity === 'MASTER' || identity === 'FOLLOWER' || isEmptyGood ? 'empty-if-unknown' : 'needed'};
};
