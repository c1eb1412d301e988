import {Buffer} from 'node:buffer';
import {constants, createDecipheriv, createPublicKey, generateKeyPair, type KeyObject, privateDecrypt} from 'node:crypto';

export type KeyBits = 512 | 1024 | 2048;

/** An agent's RSA key; `publicKey` is what `GET secret` hands out: PKCS#1 DER, base64. */
export type DemoKeyPair = {
	readonly bits: KeyBits;
	readonly publicKey: string;
	readonly privateKey: KeyObject;
};

export const pairOf = (bits: KeyBits, privateKey: KeyObject): DemoKeyPair =>
	({bits, publicKey: createPublicKey(privateKey).export({type: 'pkcs1', format: 'der'}).toString('base64'), privateKey});

/** A fresh key, made outside the main thread. 1024 bits is what agents use, 512 what old ones did. */
export const generateDemoKey = async (bits: KeyBits = 1024): Promise<DemoKeyPair> => new Promise((resolve, reject) => {
	generateKeyPair('rsa', {modulusLength: bits}, (error, _, privateKey) => {
		if (error) {
			reject(error);
			return;
		}

		resolve(pairOf(bits, privateKey));
	});
});

// The agent's half of RSA PKCS#1 v1.5 (RFC 8017, section 7.2.2). Blocks are decrypted raw and unpadded by hand: some versions of Node refuse that padding for private keys,
// and others answer a wrong key with nonsense instead of an error, so that an agent could not refuse it.

/** `reason` is worded as agents word it. */
type Decrypted = {readonly ok: true; readonly bytes: Buffer} | {readonly ok: false; readonly reason: string};

const refused = {ok: false, reason: 'crypto/rsa: decryption error'} as const;

const minimumPadding = 8;

const unpad = (block: Buffer): Buffer | undefined => {
	if (block[0] !== 0 || block[1] !== 2) {
		return undefined;
	}

	const end = block.indexOf(0, 2);
	return end < 2 + minimumPadding ? undefined : block.subarray(end + 1);
};

const decryptBlock = (key: DemoKeyPair, block: Buffer): Buffer | undefined => {
	try {
		return unpad(privateDecrypt({key: key.privateKey, padding: constants.RSA_NO_PADDING}, block));
	} catch {
		// A block that is no number below the modulus: sealed for another key.
		return undefined;
	}
};

const strictBase64 = /^(?:[a-z\d+/]{4})*(?:[a-z\d+/]{2}==|[a-z\d+/]{3}=)?$/i;

/** Offset of the first character that is not base64, as Go's decoder counts. */
const corruptAt = (text: string): number => {
	const bad = text.search(/[^a-z\d+/=]/i);
	return bad === -1 ? Math.max(0, text.length - (text.length % 4)) : bad;
};

/** Decrypts base64 of concatenated blocks of the key's size. */
export const decryptBlocks = (key: DemoKeyPair, text: string): Decrypted => {
	if (!strictBase64.test(text)) {
		return {ok: false, reason: `illegal base64 data at input byte ${corruptAt(text)}`};
	}

	const sealed = Buffer.from(text, 'base64');
	const size = key.bits / 8;
	if (sealed.length === 0 || sealed.length % size !== 0) {
		return refused;
	}

	const parts: Buffer[] = [];
	for (let start = 0; start < sealed.length; start += size) {
		const part = decryptBlock(key, sealed.subarray(start, start + size));
		if (!part) {
			return refused;
		}

		parts.push(part);
	}

	return {ok: true, bytes: Buffer.concat(parts)};
};

/** What a sealed header says; `ts` as it was written, `keys` are 16 bytes of AES key and 16 of iv. */
export type Credentials = {
	readonly password: string;
	readonly ts: string;
	/** Undefined in v1, which does not bind a header to its request. */
	readonly uri: string | undefined;
	readonly keys: Buffer;
};

export type Opened = {readonly ok: true; readonly credentials: Credentials} | {readonly ok: false; readonly reason: string};

const recordOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined;
	} catch {
		return undefined;
	}
};

const textOf = (value: unknown): string => typeof value === 'string' ? value : '';

/** Opens an `X-OCS-Header` or `X-OCS-Agent-Header`: RSA blocks over `{auth, ts, uri, keys}` (docs/protocol.md#headers). */
export const openHeader = (key: DemoKeyPair, header: string): Opened => {
	const decrypted = decryptBlocks(key, header);
	if (!decrypted.ok) {
		return decrypted;
	}

	const json = recordOf(decrypted.bytes.toString('utf8'));
	if (!json) {
		return {ok: false, reason: 'invalid character in header'};
	}

	// The header's own fields are strings; an agent would not unmarshal anything else.
	return {ok: true, credentials: {
		password: textOf(json['auth']), ts: textOf(json['ts']), uri: textOf(json['uri']), keys: Buffer.from(textOf(json['keys']), 'base64'),
	}};
};

/** Opens an `X-OCS-Auth` (v1): one RSA block over `{password, ts}`, where ts is an integer. */
export const openV1Header = (key: DemoKeyPair, header: string): Opened => {
	const decrypted = decryptBlocks(key, header);
	if (!decrypted.ok) {
		return decrypted;
	}

	const json = recordOf(decrypted.bytes.toString('utf8'));
	if (!json || typeof json['ts'] !== 'number') {
		return {ok: false, reason: 'json: cannot unmarshal header'};
	}

	return {ok: true, credentials: {password: textOf(json['password']), ts: String(json['ts']), uri: undefined, keys: Buffer.alloc(0)}};
};

/** Decrypts a request body: AES-128-CBC with PKCS#7, base64. Undefined for anything else. */
export const openBody = (keys: Buffer, body: string): string | undefined => {
	if (keys.length !== 32) {
		return undefined;
	}

	try {
		const decipher = createDecipheriv('aes-128-cbc', keys.subarray(0, 16), keys.subarray(16));
		return Buffer.concat([decipher.update(Buffer.from(body, 'base64')), decipher.final()]).toString('utf8');
	} catch {
		return undefined;
	}
};
