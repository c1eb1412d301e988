import {type AgentAddress} from '../protocol/agent-address.js';
import {printable} from '../protocol/printable.js';
import {languageOfLocale, readLanguage, type Language} from './language.js';
import {type Argument} from './parse-arguments.js';
import {isAddressArgument, readAddresses} from './read-addresses.js';
import {readDemo, type DemoOptions, type Values} from './read-demo.js';
import {passwordsOfEnvironment, readPasswords, type Passwords} from './read-passwords.js';
import {failure, type Result} from './result.js';
import {type ReadTextFile} from './text-file.js';

export type MonitorOptions = {
	readonly type: 'monitor';
	/** Empty in a demo, which brings its own. */
	readonly addresses: readonly AgentAddress[];
	readonly passwords: Passwords;
	/** In which agents are asked to answer. */
	readonly language: Language;
	readonly demo?: DemoOptions;
	readonly isAscii: boolean;
	readonly isColored: boolean;
};

export type Surroundings = {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly readTextFile: ReadTextFile;
};

// An option that would silently do nothing is a mistake somebody should hear of.
const problemOfMixture = (list: readonly Argument[], values: Values): string | undefined => {
	if (!values.has('demo')) {
		const lonely = (['seed', 'speed'] as const).find(name => values.has(name));
		return lonely && `--${lonely} goes with --demo only`;
	}

	if (list.some(argument => isAddressArgument(argument))) {
		return '--demo brings its own agents; leave the others out';
	}

	const password = (['password-file', 'agent-password-file'] as const).find(name => values.has(name));
	return password && `--demo brings its own passwords; leave --${password} out`;
};

/** What to watch and how to show it. Reads the files that the options name. */
export const readMonitor = (list: readonly Argument[], values: Values, {env, readTextFile}: Surroundings): Result<MonitorOptions> => {
	const mixture = problemOfMixture(list, values);
	if (mixture !== undefined) {
		return failure(mixture);
	}

	const wanted = values.get('lang');
	const language = wanted === undefined ? languageOfLocale(env) : readLanguage(wanted);
	if (!language) {
		return failure(`--lang "${printable(wanted ?? '')}": agents speak en-US and zh-CN`);
	}

	const {NO_COLOR: noColor} = env;
	const screen = {type: 'monitor', language, isAscii: values.has('ascii'), isColored: !values.has('no-color') && !noColor} as const;
	if (values.has('demo')) {
		const demo = readDemo('monitor', values);
		return demo.ok ? {ok: true, value: {...screen, addresses: [], passwords: {}, demo: demo.value}} : demo;
	}

	const addresses = readAddresses(list, readTextFile);
	if (!addresses.ok) {
		return addresses;
	}

	const passwords = readPasswords(values, readTextFile);
	return passwords.ok
		? {ok: true, value: {...screen, addresses: addresses.value, passwords: {...passwordsOfEnvironment(env), ...passwords.value}}}
		: passwords;
};
