// `obwatch trust`: shows the keys of agents, known and new, and stores those that the user accepts.

import {foundLimit} from '../protocol/member-address.js';
import {type KnownAgentsFile, writeLine} from '../client/keys/known-agents.js';
import {createPins} from '../client/keys/pinning.js';
import {type FleetTls, type OfferedKey, pinName, type TlsSettings} from '../client/types.js';
import {type FindDeps, findMembers, type Look, lookAtKey} from '../fleet/trust.js';
import {type Clock} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {messages} from '../lib/messages/messages.js';
import {describeStateError} from '../lib/private-files.js';
import {type AgentAddress} from '../protocol/address.js';
import {errorText, passwordWay} from '../store/selectors/error-text.js';

export type TrustDeps = {
	readonly addresses: readonly AgentAddress[];
	readonly file: KnownAgentsFile;
	readonly tls: FleetTls;
	readonly clock: Clock;
	/** Also the keys of all agents that these name as members of their clusters. */
	readonly discovery?: Pick<FindDeps, 'vault' | 'randomBytes'> | undefined;
	/** Ends everything in progress. */
	readonly signal: AbortSignal;
	readonly write: (line: string) => void;
	/** For errors. */
	readonly warn: (line: string) => void;
	/** Asks a yes-or-no question; undefined without a terminal to ask on. */
	readonly confirm: (question: string) => Promise<boolean | undefined>;
};

/** The worst result of all agents; `declined` also if there was no terminal to ask on or a password is wrong, `unusable` if the file cannot be used, `full` if the disk is. */
export type TrustEnd = 'done' | 'declined' | 'unreachable' | 'unusable' | 'full';

const severity: readonly TrustEnd[] = ['done', 'unreachable', 'declined', 'unusable', 'full'];

// What was to be stored does not fit.
const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

const worstOf = (ends: readonly TrustEnd[]): TrustEnd => severity.findLast(end => ends.includes(end)) ?? 'done';

// How many agents are queried at once.
const atOnce = 16;

/** An agent and the key that it offers. */
type Offer = {readonly address: AgentAddress; readonly offered: OfferedKey};

const tlsOf = ({tls}: TrustDeps, {key}: AgentAddress): TlsSettings => tls.own?.get(key) ?? tls;

const accept = async (offers: readonly Offer[], {file, clock, write}: TrustDeps): Promise<TrustEnd> => {
	const date = new Date(clock.now()).toISOString();
	await file.append(offers.map(({address, offered}) => writeLine({...offered, agent: pinName(address), isAccepted: true}, offered.bits, date)).join(''));
	for (const {address} of offers) {
		write(messages().faults.about(address.label, messages().output.trust.accepted));
	}

	return 'done';
};

const decline = (what: string, response: boolean | undefined, {warn}: TrustDeps): TrustEnd => {
	const {faults: {about}, output: {trust}} = messages();
	warn(about(what, response === undefined ? trust.noTerminal : trust.notAccepted));
	return 'declined';
};

const trustOne = async (address: AgentAddress, deps: TrustDeps): Promise<TrustEnd> => {
	const {file, write, warn, confirm} = deps;
	if (address.type === 'unix') {
		write(messages().faults.about(address.label, messages().output.trust.socket));
		return 'done';
	}

	const look = await lookAtKey(address, await file.read(), {...deps, tls: tlsOf(deps, address)});
	if (look.type === 'unreachable') {
		warn(messages().faults.about(address.label, look.words));
		return 'unreachable';
	}

	write(look.lines);
	if (look.type === 'known') {
		return 'done';
	}

	const response = await confirm(look.question);
	return response === true ? accept([{address, offered: look.offered}], deps) : decline(address.label, response, deps);
};

/** A found agent, with the TLS settings of the agent that named it. */
type Found = {readonly address: AgentAddress; readonly tls: TlsSettings};

/** The agents that these name, without themselves. */
const findAll = async (seeds: readonly AgentAddress[], deps: TrustDeps, discovery: Pick<FindDeps, 'vault' | 'randomBytes'>): Promise<{readonly found: readonly Found[]; readonly end: TrustEnd}> => {
	const {file, clock, addresses, write, warn, signal} = deps;
	const pins = createPins({file, takesAny: false, now: clock.now, onNotice: () => undefined});
	const known = new Set(addresses.map(address => pinName(address)));
	const found = new Map<string, Found>();
	const ends: TrustEnd[] = [];
	for (const seed of signal.aborted ? [] : seeds) {
		const tls = tlsOf(deps, seed);
		const response = await findMembers(seed, tls, {...deps, ...discovery, pins});
		if (response.type === 'error') {
			const {error} = response;
			const words = errorText(error);
			const shown = error.type === 'unauthorized' && error.reason === 'missing' ? messages().output.fleet.remedy(words, passwordWay(error.wants)) : words;
			warn(messages().faults.about(seed.label, shown));
			ends.push(error.type === 'unauthorized' || error.type === 'key-changed' ? 'declined' : 'unreachable');
			continue;
		}

		known.add(response.name);
		write(messages().faults.about(seed.label, messages().output.trust.members(response.members.length)));
		for (const address of response.members) {
			found.set(pinName(address), {address, tls});
		}
	}

	const others = [...found].flatMap(([name, agent]) => known.has(name) ? [] : [agent]);
	if (others.length > foundLimit) {
		warn(messages().output.trust.tooMany(foundLimit, others.length));
	}

	return {found: others.slice(0, foundLimit), end: worstOf(ends)};
};

const lookAtAll = async (found: readonly Found[], deps: TrustDeps): Promise<ReadonlyArray<readonly [AgentAddress, Look]>> => {
	const known = await deps.file.read();
	const looks: Array<readonly [AgentAddress, Look]> = [];
	for (let index = 0; index < found.length && !deps.signal.aborted; index += atOnce) {
		looks.push(...await Promise.all(found.slice(index, index + atOnce).map(async ({address, tls}) => [address, await lookAtKey(address, known, {...deps, tls})] as const)));
	}

	return looks;
};

/** Shows the keys of all named agents, and asks once for those that are new. A changed key is accepted only for an agent that the user names. */
const trustFound = async (seeds: readonly AgentAddress[], deps: TrustDeps, discovery: Pick<FindDeps, 'vault' | 'randomBytes'>): Promise<TrustEnd> => {
	const {write, warn, confirm, signal} = deps;
	const {found, end} = await findAll(seeds, deps, discovery);
	const ends: TrustEnd[] = [end];
	const offers: Offer[] = [];
	for (const [address, look] of await lookAtAll(found, deps)) {
		if (look.type === 'unreachable') {
			warn(messages().faults.about(address.label, look.words));
			ends.push('unreachable');
			continue;
		}

		write(look.lines);
		if (look.type === 'changed') {
			warn(messages().faults.about(address.label, messages().output.trust.changedAlone(address.label)));
			ends.push('declined');
		} else if (look.type === 'new') {
			offers.push({address, offered: look.offered});
		}
	}

	if (offers.length === 0 || signal.aborted) {
		return worstOf(ends);
	}

	const words = messages().output.trust;
	const response = await confirm(offers.length === 1 ? messages().agents.trust.askNew : words.acceptAll(offers.length));
	ends.push(response === true ? await accept(offers, deps) : decline(offers.length === 1 ? offers[0]?.address.label ?? '' : words.keys(offers.length), response, deps));
	return worstOf(ends);
};

/** Handles the agents one after the other, then those that they name if these are to be found. An agent whose key is not accepted is not queried for others. */
export const trustAgents = async (deps: TrustDeps): Promise<TrustEnd> => {
	const {addresses, file, signal, warn, discovery} = deps;
	const {faults: {about}, output: {trust: words}, usage: {line}} = messages();
	const warnOfFile = (problem: string): void => {
		warn(line(about(file.path, problem)));
	};

	const ends: TrustEnd[] = [];
	const seeds: AgentAddress[] = [];
	try {
		const {damaged, wasOpen} = await file.read();
		if (wasOpen) {
			warnOfFile(words.wasOpen);
		}

		if (damaged.length > 0) {
			const numbers = messages().output.logs.list(...damaged.map(String));
			warnOfFile(words.damaged(numbers));
		}

		for (const address of addresses) {
			if (signal.aborted) {
				break;
			}

			const end = await trustOne(address, deps);
			ends.push(end);
			if (end === 'done') {
				seeds.push(address);
			}
		}

		if (discovery) {
			ends.push(await trustFound(seeds, deps, discovery));
		}

		return worstOf(ends);
	} catch (error) {
		warnOfFile(describeStateError(error));
		return fullCodes.has(errorCode(error)) ? 'full' : 'unusable';
	}
};
