import {forwardsToMaster, identityOf, speaksV2} from '../../protocol/identity.js';
import {fingerprintOf} from '../keys/fingerprint.js';
import {type Clock} from '../../lib/clock.js';
import {type AgentInfo} from '../../protocol/agent.js';
import {type AgentError, type PasswordKind} from '../../protocol/errors.js';
import {isObproxyTask} from '../../protocol/ids.js';
import {type BodyKey, newBodyKey, parseSealingKey, type RandomBytes, sealBody, sealHeader, sealHeaderV1, type SealingKey} from '../../protocol/seal.js';
import {jsonBody} from '../transport.js';
import {fits, type HttpResponse, isSameKey, type KeyPins, type KnownKey} from '../types.js';
import {type AuthenticatedRequest, type Failed, failed, type HeaderChoice, type SealedHeader, type Sealer, type SealRequest} from './types.js';

/**
`id`: the generic id in the request, if any. `demanded`: the kind of password that the agent asked for after it got the other.
`has`: whether a password of that kind is known. `isEmptyGood`: whether the agent has accepted the empty root password, which no
person entered.
*/
type AuthorizeContext = {
	readonly info: AgentInfo;
	readonly id: string | undefined;
	readonly demanded: PasswordKind | undefined;
	readonly has: (kind: PasswordKind) => boolean;
	readonly isEmptyGood: boolean;
};

/**
Chooses the header for one request. docs/protocol.md#which-password explains each case: followers forward only with root's
password, a single agent never gets root's, and the empty password is sent unasked only before a database runs, or while an agent
that accepted it has not refused it.
*/
export const chooseHeader = ({info, id, demanded, has, isEmptyGood}: AuthorizeContext): HeaderChoice => {
	const {security} = info;
	const identity = identityOf(info, undefined);
	if (isObproxyTask(id)) {
		return {kind: 'agent', password: 'needed'};
	}

	// It knows no other header.
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

type Sealed = SealedHeader & {readonly password: string; readonly expiry: number};

type Known = KnownKey & {readonly key: SealingKey};

// Seconds. Agents accept any expiry, but until it expires a header is as good as the password.
const lifetime = 60;

const spare = 10;

// Seconds. Short for an operation, so that a copied header cannot be sent again later.
const onceLifetime = 10;

const headerLimit = 32;

const headerNames: Readonly<Record<PasswordKind, string>> = {agent: 'X-OCS-Agent-Header', root: 'X-OCS-Header'};

type SealerDeps = {
	readonly clock: Clock;
	readonly random: RandomBytes;
	/** The agent's name among the pins. */
	readonly name: string;
	readonly pins: KeyPins;
	/** Whether a key that was never seen is trusted. */
	readonly trustsNew: boolean;
};

export const createSealer = ({clock, random, name, pins, trustsNew}: SealerDeps): Sealer => {
	let known: Known | undefined;
	let offered: Known | undefined;
	let trusted: KnownKey | undefined;
	let shown: {readonly key: string; readonly fingerprint: string} | undefined;
	let skew: number | undefined;
	const headers = new Map<string, Sealed>();

	const bitsOf = (publicKey: string): number => {
		const parsed = parseSealingKey(publicKey);
		return parsed.ok ? parsed.key.bits : 0;
	};

	const changed = (now: Known): Extract<AgentError, {type: 'key-changed'}> => ({
		type: 'key-changed',
		known: trusted === undefined ? undefined : fingerprintOf(trusted.publicKey),
		knownBits: trusted === undefined ? 0 : bitsOf(trusted.publicKey),
		offered: fingerprintOf(now.publicKey),
		offeredBits: now.key.bits,
	});

	const isTrusted = ({publicKey, isV2}: KnownKey, speaks = isV2): boolean => trusted?.isV2 === speaks && isSameKey(trusted.publicKey, publicKey);

	const take = (now: Known): void => {
		known = now;
		trusted = {publicKey: now.publicKey, isV2: now.isV2};
		offered = undefined;
		headers.clear();
	};

	/** Whether an untrusted offer matches the agent's pin; if so, it is trusted from now on. */
	const matchPin = async (now: Known): Promise<boolean> => {
		const pinned = await pins.meet(name, {publicKey: now.publicKey, isV2: now.isV2, bits: now.key.bits}, trustsNew);
		const isPinned = pinned !== undefined && fits(pinned, now);
		// While a different offer is pending, which no person accepted, this one is not taken.
		if (isPinned && (!offered || (offered.isV2 === now.isV2 && isSameKey(offered.publicKey, now.publicKey)))) {
			take(now);
		} else if (pinned !== undefined) {
			trusted = pinned;
		}

		return isPinned;
	};

	const make = (request: SealRequest, expiry: number, bodyKey?: BodyKey): SealedHeader | undefined => {
		if (!known) {
			return undefined;
		}

		if (!request.isV2) {
			const value = sealHeaderV1(known.key, {password: request.password, expiry});
			return value === undefined ? undefined : {name: 'X-OCS-Auth', value};
		}

		return {name: headerNames[request.kind], value: sealHeader(known.key, {...request, expiry}, bodyKey ?? newBodyKey(random))};
	};

	const agentSeconds = (): number => Math.floor((clock.now() + (skew ?? 0)) / 1000);

	return {
		async offerKey(publicKey, isV2) {
			const parsed = parseSealingKey(publicKey);
			if (!parsed.ok) {
				return {type: 'error', error: parsed.problem};
			}

			const now = {publicKey, isV2, key: parsed.key};
			if (!isTrusted(now) && !await matchPin(now)) {
				offered = now;
				return {type: 'error', error: changed(now)};
			}

			if (offered) {
				return {type: 'error', error: changed(offered)};
			}

			// The same key again: headers sealed with it stay valid.
			known = now;
			return {type: 'known'};
		},
		knowsAuth: isV2 => known !== undefined && isTrusted(known, isV2),
		async offerAuth(isV2) {
			const now = known && {...known, isV2};
			if (now && !isTrusted(now) && !await matchPin(now)) {
				offered = now;
			}
		},
		hasKey: () => known !== undefined,
		pending: () => offered && changed(offered),
		acceptKey(fingerprint) {
			if (!offered || fingerprintOf(offered.publicKey) !== fingerprint) {
				return false;
			}

			pins.accept(name, {publicKey: offered.publicKey, isV2: offered.isV2, bits: offered.key.bits});
			take(offered);
			return true;
		},
		async reviewKey() {
			const reviewed = offered;
			return reviewed !== undefined && await matchPin(reviewed) && !offered;
		},
		fingerprint() {
			// Called for every response, so the digest is cached.
			if (trusted?.publicKey !== shown?.key) {
				shown = trusted === undefined ? undefined : {key: trusted.publicKey, fingerprint: fingerprintOf(trusted.publicKey)};
			}

			return shown?.fingerprint;
		},
		setSkew(next) {
			skew = next;
		},
		skew: () => skew,
		headerFor(request) {
			const now = agentSeconds();
			const id = `${request.isV2 ? request.kind : 'v1'} ${request.uri}`;
			const kept = headers.get(id);
			// A changed password replaces the header sealed with the old one.
			if (kept?.password === request.password && kept.expiry - now > spare && kept.expiry - now <= lifetime) {
				return kept;
			}

			const expiry = now + lifetime;
			const made = make(request, expiry);
			headers.delete(id);
			if (made) {
				headers.set(id, {...made, password: request.password, expiry});
			}

			const [oldest] = headers.keys();
			if (headers.size > headerLimit && oldest !== undefined) {
				headers.delete(oldest);
			}

			return made;
		},
		sealOnce(request, text) {
			const bodyKey = newBodyKey(random);
			const header = make(request, agentSeconds() + onceLifetime, bodyKey);
			return header ? {header, body: request.isV2 ? sealBody(text, bodyKey) : text} : undefined;
		},
		forget() {
			headers.clear();
		},
	};
};

type Chosen = {readonly type: 'choice'; readonly choice: HeaderChoice; readonly isV2: boolean; readonly isForwarded: boolean};

/** The same for an info that was fetched before: nearly every request. */
export const choiceBy = (info: AgentInfo, {agent, id, vault, hints}: Pick<AuthenticatedRequest, 'agent' | 'id' | 'vault' | 'hints'>): Chosen => ({
	type: 'choice',
	choice: chooseHeader({info, id, demanded: hints.demanded(), has: kind => vault.has(agent, kind), isEmptyGood: vault.isEmptyGood(agent)}),
	isV2: speaksV2(info),
	isForwarded: forwardsToMaster(identityOf(info, undefined)),
});

/** Which header to send, as far as is known now, and whether the agent only forwards it to its master. Fetches the agent's info if it never was. */
export const choiceFor = async ({knowInfo, ...request}: AuthenticatedRequest): Promise<Chosen | Failed> => {
	const read = await knowInfo(request.deadline.remaining());
	if (read.type !== 'data') {
		return read.type === 'none' ? failed({type: 'protocol', problem: 'nameless'}) : read;
	}

	return choiceBy(read.data, request);
};

/** The function that sends it, sealed; undefined if the password does not fit into the key. */
export const sealedSend = ({sealer, transport, deadline, limit, body}: AuthenticatedRequest, seal: SealRequest): (() => Promise<HttpResponse>) | undefined => {
	const {uri} = seal;
	if (body !== undefined) {
		const sealed = sealer.sealOnce(seal, body);
		return sealed && (async () => transport.post({uri, headers: {...jsonBody, [sealed.header.name]: sealed.header.value}, body: sealed.body, limit}, deadline.remaining()));
	}

	const header = sealer.headerFor(seal);
	return header && (async () => transport.get({uri, headers: {[header.name]: header.value}, limit}, deadline.remaining()));
};
