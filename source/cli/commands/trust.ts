import {type FleetTls} from '../../client/types.js';
import {failure, type Result} from '../../lib/result.js';
import {type AgentAddress} from '../../protocol/address.js';
import {type PasswordGroup} from '../config/passwords.js';
import {type Passwords} from '../credentials.js';
import {type Values} from '../demo-options.js';
import {type Argument} from '../parse.js';
import {isAddressArgument, readWatched, type Surroundings} from '../targets.js';
import {type Language} from '../values.js';

export type TrustOptions = {
	readonly type: 'trust';
	readonly addresses: readonly AgentAddress[];
	readonly language: Language;
	readonly tls: FleetTls;
	/** Whether the other agents of their clusters are found, and their keys looked at, too. */
	readonly isDiscovering: boolean;
	/** For finding them; else none are read. */
	readonly passwords: Passwords;
	readonly passwordGroups: readonly PasswordGroup[];
	/** Accept without asking. */
	readonly isForced: boolean;
};

/** Whose keys to look at. Nobody's by default: trust is given by name. */
export const readTrust = (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<TrustOptions> => {
	if (list.every(argument => !isAddressArgument(argument))) {
		return failure('trust needs an agent: obwatch trust AGENT...; see obwatch trust --help');
	}

	const isDiscovering = values.has('discover');
	const password = (['password-file', 'agent-password-file'] as const).find(name => values.has(name));
	if (password && !isDiscovering) {
		return failure(`--${password} goes with --discover: without it no password is sent`);
	}

	const read = readWatched('trust', list, values, surroundings);
	if (!read.ok) {
		return read;
	}

	const {addresses, language, tls, passwords, passwordGroups} = read.value;
	return {ok: true, value: {type: 'trust', addresses, language, tls, isDiscovering, passwords, passwordGroups, isForced: values.has('yes')}};
};
