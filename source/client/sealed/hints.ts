import {type AgentInfo} from '../../protocol/agent.js';
import {type PasswordKind} from '../../protocol/errors.js';

/** What an agent's refusals taught about it, besides what the vault knows. Forgotten once it says that it is something else. */
export type AuthHints = {
	/** Whether it refused the empty password that nobody gave; that is not sent to it again. */
	readonly isEmptyRefused: () => boolean;
	readonly refuseEmpty: () => void;
	/** The kind of password that it asked for when it was sent the other one. */
	readonly demanded: () => PasswordKind | undefined;
	readonly demand: (kind: PasswordKind) => void;
};

/** `info`: the agent's last one, the same object as long as the agent says the same. */
export const createAuthHints = (info: () => AgentInfo | undefined): AuthHints => {
	// What an agent is decides whether the empty password is fine, so one that became something else is asked anew.
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
