// The agent's half of RSA PKCS#1 v1.5 (RFC 8017, section 7.2.2). Blocks are decrypted raw and unpadded by hand: some versions of Node refuse that padding for private keys,
// and others answer a wrong key with nonsense instead of an error, so that an agent could not refuse it.

import {Buffer} from 'node:buffer';
import {constants, privateDecrypt} from 'node:crypto';
import {type DemoKeyPair} from './key-pair.js';

/** `reason` is worded as agents word it. */
export type Decrypted = {readonly ok: true; readonly bytes: Buffer} | {readonly ok: false; readonly reason: string};

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
