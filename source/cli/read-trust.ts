import {type AgentAddress} from '../protocol/agent-address.js';
import {plainTls, type TlsSettings} from '../client/tls-settings.js';
import {languageOfLocale, type Language} from './language.js';
import {type Argument} from './parse-arguments.js';
import {isAddressArgument, readAddresses} from './read-addresses.js';
import {type Values} from './read-demo.js';
import {readTls} from './read-tls.js';
import {type Surroundings} from './read-watched.js';
import {failure, type Result} from './result.js';

export type TrustOptions = {
	readonly type: 'trust';
	readonly addresses: readonly AgentAddress[];
	readonly language: Language;
	readonly tls: TlsSettings;
	/** Accept without asking. */
	readonly isForced: boolean;
};

/** Whose keys to look at. Nobody's by default: trust is given by name. */
export const readTrust = (list: readonly Argument[], values: Values, {env, readTextFile}: Surroundings): Result<TrustOptions> => {
	if (list.every(argument => !isAddressArgument(argument))) {
		return failure('trust needs an agent: obwatch trust AGENT...; see obwatch trust --help');
	}

	const addresses = readAddresses(list, readTextFile);
	if (!addresses.ok) {
		return addresses;
	}

	const tls = readTls(values, addresses.value, readTextFile);
	return tls.ok
		? {ok: true, value: {type: 'trust', addresses: addresses.value, language: languageOfLocale(env), tls: tls.value ?? plainTls, isForced: values.has('yes')}}
		: tls;
};
