import {type AgentAddress} from '../protocol/agent-address.js';
import {printable} from '../protocol/printable.js';
import {type CommandName} from './commands.js';
import {languageOfLocale, readLanguage, type Language} from './language.js';
import {type Argument} from './parse-arguments.js';
import {isAddressArgument, readAddresses} from './read-addresses.js';
import {readDemo, type DemoOptions, type Values} from './read-demo.js';
import {passwordsOfEnvironment, readPasswords, type Passwords} from './read-passwords.js';
import {failure, type Result} from './result.js';
import {type ReadTextFile} from './text-file.js';

/** Which agents to ask, and how: the same for every command that asks agents. */
export type Watched = {
	/** Empty in a demo, which brings its own. */
	readonly addresses: readonly AgentAddress[];
	readonly passwords: Passwords;
	/** Whether the other agents of each cluster are found and watched, too. */
	readonly isDiscovering: boolean;
	/** In which agents are asked to answer. */
	readonly language: Language;
	readonly demo?: DemoOptions;
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

/** Reads the files that the options name, but touches nothing else. */
export const readWatched = (command: CommandName, list: readonly Argument[], values: Values, {env, readTextFile}: Surroundings): Result<Watched> => {
	const mixture = problemOfMixture(list, values);
	if (mixture !== undefined) {
		return failure(mixture);
	}

	const wanted = values.get('lang');
	const language = wanted === undefined ? languageOfLocale(env) : readLanguage(wanted);
	if (!language) {
		return failure(`--lang "${printable(wanted ?? '')}": agents speak en-US and zh-CN`);
	}

	const isDiscovering = values.has('discover');
	if (values.has('demo')) {
		const demo = readDemo(command, values);
		return demo.ok ? {ok: true, value: {language, isDiscovering, addresses: [], passwords: {}, demo: demo.value}} : demo;
	}

	const addresses = readAddresses(list, readTextFile);
	if (!addresses.ok) {
		return addresses;
	}

	const passwords = readPasswords(values, readTextFile);
	return passwords.ok
		? {ok: true, value: {language, isDiscovering, addresses: addresses.value, passwords: {...passwordsOfEnvironment(env), ...passwords.value}}}
		: passwords;
};
