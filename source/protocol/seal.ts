// Hybrid encryption as agents expect it (docs/protocol.md#headers).

import {Buffer} from 'node:buffer';
import {constants, createCipheriv, createPublicKey, type KeyObject, publicEncrypt} from 'node:crypto';
import {type ProtocolError} from './errors.js';

/** A number of random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** An agent's RSA key. `encrypt` takes one block of at most `chunk` bytes, and gives `bits / 8`. */
export type SealingKey = {
	readonly bits: number;
	readonly chunk: number;
	readonly encrypt: (block: Uint8Array) => Buffer;
};

type ParsedKey = {readonly ok: true; readonly key: SealingKey} | {readonly ok: false; readonly problem: ProtocolError};

// PKCS#1 v1.5 takes eleven bytes of each block for its padding.
const paddingBytes = 11;

const smallestBits = 512;

// Larger ones would make each header slow.
const largestBits = 8192;

// Real ones are 65537; a larger one could take minutes, one below 3 hides nothing.
const largestExponentBits = 32;

const strictBase64 = /^[a-z\d+/]+={0,2}$/i;

type Numbers = {readonly modulus: Buffer; readonly exponent: Buffer};

const numbersOf = (key: KeyObject): Numbers => {
	const {n = '', e = ''} = key.export({format: 'jwk'});
	return {modulus: Buffer.from(n, 'base64url'), exponent: Buffer.from(e, 'base64url')};
};

const derLength = (length: number): readonly number[] => length < 128 ? [length] : (length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]);

const derInteger = (bytes: Buffer): Buffer => {
	// A leading zero, so that it is not read as a negative number.
	const sign = (bytes[0] ?? 0) > 127 ? [0] : [];
	return Buffer.concat([Uint8Array.from([2, ...derLength(sign.length + bytes.length), ...sign]), bytes]);
};

/** PKCS#1 (RFC 8017, appendix A.1.1). */
const writeDer = ({modulus, exponent}: Numbers): Buffer => {
	const body = Buffer.concat([derInteger(modulus), derInteger(exponent)]);
	return Buffer.concat([Uint8Array.from([0x30, ...derLength(body.length)]), body]);
};

const readDer = (der: Buffer): (Numbers & {readonly key: KeyObject}) | undefined => {
	try {
		const key = createPublicKey({key: der, format: 'der', type: 'pkcs1'});
		const numbers = numbersOf(key);
		// OpenSSL ignores data after the key, and other encodings of it.
		return writeDer(numbers).equals(der) ? {...numbers, key} : undefined;
	} catch {
		return undefined;
	}
};

const isOdd = (number: Buffer): boolean => ((number.at(-1) ?? 0) & 1) === 1;

const bitsOf = (number: Buffer): number => ((number.length - 1) * 8) + (32 - Math.clz32(number[0] ?? 0));

const exponentIsUsable = (exponent: Buffer): boolean => bitsOf(exponent) > 1 && bitsOf(exponent) <= largestExponentBits && isOdd(exponent);

/** Reads a public key in the agents' format: PKCS#1 DER, base64. The problem does not contain the key itself. */
export const parseSealingKey = (publicKey: string): ParsedKey => {
	// Decoded by the same decoder as for the fingerprint: two decoders that tolerate different faults would read two keys from one text.
	const read = strictBase64.test(publicKey) ? readDer(Buffer.from(publicKey, 'base64')) : undefined;
	if (!read) {
		return {ok: false, problem: {type: 'protocol', problem: 'unreadable-key'}};
	}

	const {key, modulus, exponent} = read;
	const bits = bitsOf(modulus);

	if (bits < smallestBits || bits > largestBits) {
		return {ok: false, problem: {type: 'protocol', problem: 'key-size', detail: String(bits)}};
	}

	// An even modulus has the factor 2, and is no RSA key.
	if (!isOdd(modulus) || !exponentIsUsable(exponent)) {
		return {ok: false, problem: {type: 'protocol', problem: 'unusable-key'}};
	}

	return {ok: true, key: {
		bits, chunk: Math.ceil(bits / 8) - paddingBytes,
		encrypt: block => publicEncrypt({key, padding: constants.RSA_PKCS1_PADDING}, block),
	}};
};

const encryptBlocks = (text: string, {chunk, encrypt}: SealingKey): string => {
	const bytes = Buffer.from(text, 'utf8');
	const sealed: Buffer[] = [];
	for (let start = 0; start < bytes.length; start += chunk) {
		sealed.push(encrypt(bytes.subarray(start, start + chunk)));
	}

	return Buffer.concat(sealed).toString('base64');
};

/** `expiry` in whole seconds since 1970 by the agent's clock; `uri` is path and query exactly as requested. */
type SealRequest = {readonly password: string; readonly expiry: number; readonly uri: string};

/** The secret for one request's body; its header carries it too. */
export type BodyKey = {readonly key: Uint8Array; readonly iv: Uint8Array};

const aesBytes = 16;

export const newBodyKey = (random: RandomBytes): BodyKey => ({key: random(aesBytes), iv: random(aesBytes)});

/** The value of `X-OCS-Header` or `X-OCS-Agent-Header`. */
export const sealHeader = (key: SealingKey, {password, expiry, uri}: SealRequest, body: BodyKey): string =>
	encryptBlocks(JSON.stringify({
		auth: password, ts: String(expiry), uri, keys: Buffer.concat([body.key, body.iv]).toString('base64'),
	}), key);

/** The value of `X-OCS-Auth` for agents that know only v1: one block, an integer expiry, no uri. Undefined if the password does not fit into one block. */
export const sealHeaderV1 = (key: SealingKey, {password, expiry}: Omit<SealRequest, 'uri'>): string | undefined => {
	const text = JSON.stringify({password, ts: expiry});
	return Buffer.byteLength(text) > key.chunk ? undefined : encryptBlocks(text, key);
};

/** A request's body: AES-128-CBC with PKCS#7 padding, base64, sent as it is. */
export const sealBody = (text: string, {key, iv}: BodyKey): string => {
	const cipher = createCipheriv('aes-128-cbc', key, iv);
	return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
};
