// Hybrid encryption as agents expect it (API reference, section 3). Loaded when the first sealed question is asked: node-forge costs time to import.

import {Buffer} from 'node:buffer';
import forge from 'node-forge';

/** Random bytes, as many as asked for. */
export type RandomBytes = (count: number) => Uint8Array;

/** An agent's RSA key. `encrypt` takes and gives binary strings of one block: at most `chunk` bytes in, `bits / 8` out. */
export type SealingKey = {
	readonly bits: number;
	readonly chunk: number;
	readonly encrypt: (block: string) => string;
};

export type ParsedKey = {readonly ok: true; readonly key: SealingKey} | {readonly ok: false; readonly problem: string};

// PKCS#1 v1.5 takes eleven bytes of each block for its padding.
const paddingBytes = 11;
const smallestBits = 512;
// Larger ones would keep the program busy for a tenth of a second and more with each header.
const largestBits = 8192;
// Real ones are 65537; a larger one would keep the program busy for minutes, one below 3 hides nothing.
const largestExponentBits = 32;
const strictBase64 = /^[a-z\d+/]+={0,2}$/i;
const binaryOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const readDer = (der: Uint8Array): forge.pki.rsa.PublicKey => forge.pki.publicKeyFromAsn1(forge.asn1.fromDer(binaryOf(der)));

const ownRandom: RandomBytes = count => Buffer.from(forge.random.getBytesSync(count), 'latin1');

/** That many random bytes as a binary string, none of them zero: a zero ends the padding. */
const nonzero = (count: number, random: RandomBytes): string => {
	let bytes = '';
	while (bytes.length < count) {
		bytes += binaryOf(random(count - bytes.length)).replaceAll('\0', '');
	}

	return bytes;
};

const exponentIsUsable = ({e}: forge.pki.rsa.PublicKey): boolean => e.bitLength() > 1 && e.bitLength() <= largestExponentBits && e.testBit(0);

/** Reads a public key as agents hand it out: PKCS#1 DER, base64. The problem is one line without the key itself. `random` gives the bytes of the padding; node-forge's own ones, made anew from its pools each time, take as long as the rest. */
export const parseSealingKey = (publicKey: string, random: RandomBytes = ownRandom): ParsedKey => {
	// Node decodes here as for the fingerprint: two decoders that forgive different faults would read two keys from one text.
	if (!strictBase64.test(publicKey)) {
		return {ok: false, problem: 'its encryption key cannot be read'};
	}

	let rsa: forge.pki.rsa.PublicKey;
	try {
		rsa = readDer(Buffer.from(publicKey, 'base64'));
	} catch {
		return {ok: false, problem: 'its encryption key cannot be read'};
	}

	const bits = rsa.n.bitLength();
	if (bits < smallestBits || bits > largestBits) {
		return {ok: false, problem: `its encryption key has ${bits} bits`};
	}

	// An even modulus has a factor that everybody knows: no RSA key.
	if (!rsa.n.testBit(0) || !exponentIsUsable(rsa)) {
		return {ok: false, problem: 'its encryption key cannot be used'};
	}

	const size = Math.ceil(bits / 8);
	const encrypt = (block: string): string => rsa.encrypt(`\0\u0002${nonzero(size - block.length - 3, random)}\0${block}`, 'RAW');
	return {ok: true, key: {bits, chunk: size - paddingBytes, encrypt}};
};

const encryptBlocks = (text: string, {chunk, encrypt}: SealingKey): string => {
	const bytes = binaryOf(Buffer.from(text, 'utf8'));
	let sealed = '';
	for (let start = 0; start < bytes.length; start += chunk) {
		sealed += encrypt(bytes.slice(start, start + chunk));
	}

	return Buffer.from(sealed, 'latin1').toString('base64');
};

/** `expiry` in whole seconds since 1970 by the agent's clock; `uri` is path and query exactly as requested. */
export type SealRequest = {readonly password: string; readonly expiry: number; readonly uri: string};

/** The secret for one request's body; its header carries it too. */
export type BodyKey = {readonly key: Uint8Array; readonly iv: Uint8Array};

const aesBytes = 16;

export const newBodyKey = (random: RandomBytes): BodyKey => ({key: random(aesBytes), iv: random(aesBytes)});

/** The value of `X-OCS-Header` or `X-OCS-Agent-Header`. */
export const sealHeader = (key: SealingKey, {password, expiry, uri}: SealRequest, body: BodyKey): string =>
	encryptBlocks(JSON.stringify({
		auth: password, ts: String(expiry), uri, keys: Buffer.concat([body.key, body.iv]).toString('base64'),
	}), key);

/** The value of `X-OCS-Auth` for agents that know only v1: one block, an integer expiry, no uri. Undefined where the password does not fit into one block. */
export const sealHeaderV1 = (key: SealingKey, {password, expiry}: Omit<SealRequest, 'uri'>): string | undefined => {
	const text = JSON.stringify({password, ts: expiry});
	return Buffer.byteLength(text) > key.chunk ? undefined : encryptBlocks(text, key);
};

/** A request's body: AES-128-CBC with PKCS#7 padding, base64, sent as it is. */
export const sealBody = (text: string, {key, iv}: BodyKey): string => {
	const bufferOf = (bytes: Uint8Array) => forge.util.createBuffer(binaryOf(bytes));
	const cipher = forge.cipher.createCipher('AES-CBC', bufferOf(key));
	cipher.start({iv: bufferOf(iv)});
	cipher.update(bufferOf(Buffer.from(text, 'utf8')));
	cipher.finish();
	return Buffer.from(cipher.output.getBytes(), 'latin1').toString('base64');
};
