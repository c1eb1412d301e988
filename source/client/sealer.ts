import {type AgentError, type PasswordKind} from '../protocol/agent-error.js';
import {
	newBodyKey,
	parseSealingKey,
	sealBody,
	sealHeader,
	sealHeaderV1,
	type BodyKey,
	type RandomBytes,
	type SealingKey,
} from '../protocol/seal.js';
import {type Clock} from '../protocol/clock.js';
import {fingerprintOf} from './fingerprint.js';
import {fits, isSameKey, type KeyPins, type KnownKey} from './key-pins.js';

/** The header to send; `kind` "v1" is the one of old agents. */
export type SealedHeader = {readonly name: string; readonly value: string};

export type SealQuestion = {readonly uri: string; readonly kind: PasswordKind; readonly password: string; readonly isV2: boolean};

/**
Holds an agent's encryption key and what was sealed with it. A key that differs from the known one is never used until it is accepted: whoever can forge an answer would get the password. The same holds for the known key of an agent that took v2 authentication and suddenly does not: what v1 seals fits any question, and its bodies are open.
*/
export type Sealer = {
	/** Takes the key that the agent hands out now; `isV2`: whether it says that it takes v2 authentication. */
	readonly offerKey: (publicKey: string, isV2: boolean) => Promise<{readonly type: 'known'} | {readonly type: 'error'; readonly error: AgentError}>;
	/** Takes what the agent says now of v2 authentication, beside the key that is known: `pending` afterwards where it has lost it. */
	readonly offerAuth: (isV2: boolean) => Promise<void>;
	readonly hasKey: () => boolean;
	/** The error of an offer that nobody accepted yet. Only `acceptKey` ends it: an agent that shows two keys by turns is not to be trusted with either. */
	readonly pending: () => Extract<AgentError, {type: 'key-changed'}> | undefined;
	/** Accepts the offered key if it still is the one with that fingerprint; false, and nothing changes, where it is not. */
	readonly acceptKey: (fingerprint: string) => boolean;
	/** Looks whether the offered key was accepted elsewhere meanwhile, as by another process; true where it was, and so is the known one now. */
	readonly reviewKey: () => Promise<boolean>;
	readonly fingerprint: () => string | undefined;
	/** Agent minus local, in ms. A header that no longer fits the agent's clock is made anew when it is next asked for. */
	readonly setSkew: (skew: number) => void;
	readonly skew: () => number | undefined;
	/** The header for a question, sealed once and used again until shortly before it expires. */
	readonly headerFor: (question: SealQuestion) => SealedHeader | undefined;
	/** A header of its own, short-lived and never used again, with the body sealed under its key. Old agents take bodies as they are. */
	readonly sealOnce: (question: SealQuestion, text: string) => {readonly header: SealedHeader; readonly body: string} | undefined;
	/** Forgets what was sealed: a header that was refused is not sent again. */
	readonly forget: () => void;
};

type Sealed = SealedHeader & {readonly password: string; readonly expiry: number};

type Known = KnownKey & {readonly key: SealingKey};

// Seconds. Agents refuse nothing that lies further ahead, but a header is a password's stand-in until it expires.
const lifetime = 60;
const spare = 10;
// Of an operation: nobody who copies it should be able to send it again later.
const onceLifetime = 10;
const headerLimit = 32;
const headerNames: Readonly<Record<PasswordKind, string>> = {agent: 'X-OCS-Agent-Header', root: 'X-OCS-Header'};

type Options = {
	readonly clock: Clock;
	readonly random: RandomBytes;
	/** What the agent is called there. */
	readonly name: string;
	readonly pins: KeyPins;
	/** Whether a key is trusted that was never seen. */
	readonly trustsNew: boolean;
};

export const createSealer = ({clock, random, name, pins, trustsNew}: Options): Sealer => {
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

	const isTrusted = ({publicKey, isV2}: Known): boolean => trusted?.isV2 === isV2 && isSameKey(trusted.publicKey, publicKey);

	const take = (now: Known): void => {
		known = now;
		trusted = {publicKey: now.publicKey, isV2: now.isV2};
		offered = undefined;
		headers.clear();
	};

	/** Whether an offer that is not the trusted one fits what the agent is known by, so that it is from now on. */
	const meet = async (now: Known): Promise<boolean> => {
		const pinned = await pins.meet(name, {publicKey: now.publicKey, isV2: now.isV2, bits: now.key.bits}, trustsNew);
		const isPinned = pinned !== undefined && fits(pinned, now);
		// Another offer that still stands was accepted by nobody.
		if (isPinned && (!offered || (offered.isV2 === now.isV2 && isSameKey(offered.publicKey, now.publicKey)))) {
			take(now);
		} else if (pinned !== undefined) {
			trusted = pinned;
		}

		return isPinned;
	};

	const make = (question: SealQuestion, expiry: number, bodyKey?: BodyKey): SealedHeader | undefined => {
		if (!known) {
			return undefined;
		}

		if (!question.isV2) {
			const value = sealHeaderV1(known.key, {password: question.password, expiry});
			return value === undefined ? undefined : {name: 'X-OCS-Auth', value};
		}

		return {name: headerNames[question.kind], value: sealHeader(known.key, {...question, expiry}, bodyKey ?? newBodyKey(random))};
	};

	const agentSeconds = (): number => Math.floor((clock.now() + (skew ?? 0)) / 1000);

	return {
		async offerKey(publicKey, isV2) {
			const parsed = parseSealingKey(publicKey);
			if (!parsed.ok) {
				return {type: 'error', error: {type: 'protocol', message: parsed.problem}};
			}

			const now = {publicKey, isV2, key: parsed.key};
			if (!isTrusted(now) && !await meet(now)) {
				offered = now;
				return {type: 'error', error: changed(now)};
			}

			if (offered) {
				return {type: 'error', error: changed(offered)};
			}

			// The same key again keeps what was sealed with it.
			known = now;
			return {type: 'known'};
		},
		async offerAuth(isV2) {
			const now = known && {...known, isV2};
			if (now && !isTrusted(now) && !await meet(now)) {
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
			return reviewed !== undefined && await meet(reviewed) && !offered;
		},
		fingerprint() {
			// Asked for with every answer.
			if (trusted?.publicKey !== shown?.key) {
				shown = trusted === undefined ? undefined : {key: trusted.publicKey, fingerprint: fingerprintOf(trusted.publicKey)};
			}

			return shown?.fingerprint;
		},
		setSkew(next) {
			skew = next;
		},
		skew: () => skew,
		headerFor(question) {
			const now = agentSeconds();
			const id = `${question.isV2 ? question.kind : 'v1'} ${question.uri}`;
			const kept = headers.get(id);
			// A password that was changed takes its old header's place.
			if (kept?.password === question.password && kept.expiry - now > spare && kept.expiry - now <= lifetime) {
				return kept;
			}

			const expiry = now + lifetime;
			const made = make(question, expiry);
			headers.delete(id);
			if (made) {
				headers.set(id, {...made, password: question.password, expiry});
			}

			const [oldest] = headers.keys();
			if (headers.size > headerLimit && oldest !== undefined) {
				headers.delete(oldest);
			}

			return made;
		},
		sealOnce(question, text) {
			const bodyKey = newBodyKey(random);
			const header = make(question, agentSeconds() + onceLifetime, bodyKey);
			return header ? {header, body: question.isV2 ? sealBody(text, bodyKey) : text} : undefined;
		},
		forget() {
			headers.clear();
		},
	};
};
