import {Buffer} from 'node:buffer';
import {createDecipheriv} from 'node:crypto';
import {type DemoKeyPair} from './key-pair.js';
import {decryptBlocks} from './rsa-blocks.js';

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
