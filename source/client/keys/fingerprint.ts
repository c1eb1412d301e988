import {Buffer} from 'node:buffer';
import process from 'node:process';

/** The fingerprint by which people recognise a key: SHA-256 over its bytes, written as ssh does. `publicKey` is base64. */
export const fingerprintOf = (publicKey: string): string => {
	// Loaded on first use: the first frame does not need it.
	const {createHash} = process.getBuiltinModule('node:crypto');
	const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64');
	return `SHA256:${digest.replaceAll('=', '')}`;
};
