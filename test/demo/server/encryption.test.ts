import {Buffer} from 'node:buffer';
import {createPublicKey, publicEncrypt, constants} from 'node:crypto';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {decryptBlocks, generateDemoKey, type KeyBits, openHeader} from '../../../source/demo/crypto.js';
import {seal} from '../helpers/ask.js';

const publicKeyOf = (publicKey: string) => createPublicKey({key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'pkcs1'});

describe('the agent\'s side of the encryption', () => {
	it.each<KeyBits>([512, 1024, 2048])('opens what any RSA library sealed block by block with a key of %i bits', async bits => {
		const key = await generateDemoKey(bits);
		expect(key.publicKey).toHaveLength(Buffer.from(key.publicKey, 'base64').toString('base64').length);
		const publicKey = publicKeyOf(key.publicKey);
		expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(bits);
		fc.assert(fc.property(fc.string({minLength: 1, maxLength: 400, unit: 'grapheme'}), text => {
			const opened = decryptBlocks(key, seal(publicKey, text));
			expect(opened).toMatchObject({ok: true});
			expect(opened.ok && opened.bytes.toString()).toBe(text);
		}), {numRuns: 20});
	});

	it('refuses what is not base64, no whole blocks, sealed for another key, or padded otherwise', async () => {
		const [key, other] = [await generateDemoKey(), await generateDemoKey()];
		const error = {ok: false, reason: 'crypto/rsa: decryption error'};
		const oaep = publicEncrypt({key: publicKeyOf(key.publicKey), padding: constants.RSA_PKCS1_OAEP_PADDING}, Buffer.from('x')).toString('base64');
		expect(decryptBlocks(key, '!!')).toEqual({ok: false, reason: 'illegal base64 data at input byte 0'});
		expect(decryptBlocks(key, 'AAAA?')).toEqual({ok: false, reason: 'illegal base64 data at input byte 4'});
		expect(decryptBlocks(key, '')).toEqual(error);
		expect(decryptBlocks(key, 'AAAA')).toEqual(error);
		expect(decryptBlocks(key, seal(publicKeyOf(other.publicKey), 'x'))).toEqual(error);
		expect(decryptBlocks(key, oaep)).toEqual(error);
		expect(decryptBlocks(key, Buffer.alloc(128, 255).toString('base64'))).toEqual(error);
	});

	it('never throws, whatever header it gets', async () => {
		const key = await generateDemoKey(512);
		const publicKey = publicKeyOf(key.publicKey);
		fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(text => seal(publicKey, text))), header => {
			expect(typeof openHeader(key, header).ok).toBe('boolean');
		}));
	});
});
