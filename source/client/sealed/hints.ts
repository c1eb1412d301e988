import {type AgentInfo} from '../../protocol/agent.js';
import {type PasswordKind} from '../../protocol/errors.js';

/** What an agent's refusals revealed about it, besides what the vault knows. Forgotten once its info changes. */
export type AuthHints = {
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
