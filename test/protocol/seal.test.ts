import {Buffer} from 'node:buffer';
import {createDecipheriv, randomBytes} from 'node:crypto';
import {beforeAll, describe, expect, it} from 'vitest';
import fc from 'fast-check';
import forge from 'node-forge';
import {type DemoKeyPair, generateDemoKey, type KeyBits, openBody, openHeader, openV1Header} from '../../source/demo/crypto.js';
import {newBodyKey, parseSealingKey, sealBody, sealHeader, sealHeaderV1, type SealingKey} from '../../source/protocol/seal.js';

const readKey = (publicKey: string): SealingKey => {
	const parsed = parseSealingKey(publicKey);
	if (!parsed.ok) {
		throw new Error(parsed.problem.problem);
	}

	return parsed.key;
};

const random = (count: number): Uint8Array => randomBytes(count);
const derLength = (length: number): readonly number[] => length < 128 ? [length] : [0x82, length >> 8, length & 255];
const derInteger = (bytes: readonly number[]): readonly number[] => [2, ...derLength(bytes.length), ...bytes];
/** A public key of any modulus and exponent, as an agent would write it. */
const writeKey = (modulus: readonly number[], exponent: readonly number[]): string => {
	const body = [...derInteger(modulus), ...derInteger(exponent)];
	return Buffer.from([0x30, ...derLength(body.length), ...body]).toString('base64');
};

describe.each<KeyBits>([512, 1024, 2048])('sealed for a key of %i bits, opened by another implementation', bits => {
	let agent: DemoKeyPair;
	let key: SealingKey;
	beforeAll(async () => {
		agent = await generateDemoKey(bits);
		key = readKey(agent.publicKey);
	});

	it('the key is read', () => {
		expect({bits: key.bits, chunk: key.chunk}).toEqual({bits, chunk: (bits / 8) - 11});
	});

	it.each([
		['no password', ''],
		['a short one', 'secret'],
		['quotes and backslashes', String.raw`"\'{}<>&`],
		['characters of several bytes, which blocks may cut apart', 'пароль密码🔑'.repeat(10)],
		['a very long one', 'x'.repeat(1000)],
	])('%s', (_, password) => {
		const body = newBodyKey(random);
		const request = {password, expiry: 1_772_359_260, uri: '/api/v1/task/dag/maintain/agent?show_details=false'};
		const opened = openHeader(agent, sealHeader(key, request, body));
		expect(opened).toEqual({ok: true, credentials: {
			password, ts: '1772359260', uri: request.uri, keys: Buffer.concat([body.key, body.iv]),
		}});
	});

	it('node-forge opens it, too', () => {
		const forgeKey = forge.pki.privateKeyFromPem(agent.privateKey.export({type: 'pkcs1', format: 'pem'}).toString());
		const sealed = Buffer.from(sealHeader(key, {password: 'Geheim 密码', expiry: 1, uri: '/'}, newBodyKey(random)), 'base64').toString('latin1');
		const size = bits / 8;
		const opened = Array.from({length: sealed.length / size}, (_, index) => forgeKey.decrypt(sealed.slice(index * size, (index + 1) * size), 'RSAES-PKCS1-V1_5')).join('');
		expect(JSON.parse(Buffer.from(opened, 'latin1').toString('utf8'))).toMatchObject({auth: 'Geheim 密码', ts: '1', uri: '/'});
	});

	it('v1 carries an integer expiry in a single block', () => {
		const sealed = sealHeaderV1(key, {password: 'p', expiry: 1_772_359_260});
		expect(Buffer.from(sealed ?? '', 'base64').length).toBe(bits / 8);
		expect(openV1Header(agent, sealed ?? '')).toMatchObject({ok: true, credentials: {password: 'p', ts: '1772359260', uri: undefined}});
	});

	it('v1 refuses a password that does not fit, by its bytes', () => {
		const overhead = JSON.stringify({password: '', ts: 1_772_359_260}).length;
		const room = Math.floor((key.chunk - overhead) / 2);
		expect(sealHeaderV1(key, {password: 'й'.repeat(room), expiry: 1_772_359_260})).toBeTypeOf('string');
		expect(sealHeaderV1(key, {password: 'й'.repeat(room + 1), expiry: 1_772_359_260})).toBeUndefined();
	});

	it('the same header is never made twice', () => {
		const body = newBodyKey(random);
		const request = {password: 'p', expiry: 1, uri: '/'};
		expect(sealHeader(key, request, body)).not.toBe(sealHeader(key, request, body));
	});
});

describe('a sealed body', () => {
	it('is opened with AES-128-CBC, whatever it says', () => {
		fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 100}), text => {
			const {key, iv} = newBodyKey(random);
			const decipher = createDecipheriv('aes-128-cbc', key, iv);
			const sealed = sealBody(text, {key, iv});
			expect(Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]).toString('utf8')).toBe(text);
		}), {numRuns: 50});
	});

	it('is opened by the demo agent with the keys of its header', () => {
		const body = newBodyKey(random);
		expect(openBody(Buffer.concat([body.key, body.iv]), sealBody('{"operator":"retry"}', body))).toBe('{"operator":"retry"}');
	});
});

describe('keys that are none', () => {
	const modulus = [0, ...Array.from({length: 64}, () => 0xFF)];
	it.each([
		['nothing', ''],
		['no base64', '***'],
		['no DER', 'AAAA'],
		['another encoding of base64, which two decoders would read differently', 'AAAA-_AA'],
		['base64 with a line break', `${writeKey(modulus, [1, 0, 1]).slice(0, 8)}\n${writeKey(modulus, [1, 0, 1]).slice(8)}`],
		['a tiny key', writeKey([0, 0xC3], [1, 0, 1])],
		['an exponent that hides nothing', writeKey(modulus, [1])],
		['an even modulus', writeKey([...modulus.slice(0, -1), 0xFE], [1, 0, 1])],
		['a modulus that would take its time with every header', writeKey([0, ...Array.from({length: 1025}, () => 0xFF)], [1, 0, 1])],
		['an even exponent', writeKey(modulus, [2])],
		['an exponent that would take minutes', writeKey(modulus, modulus)],
		['bytes behind the key', Buffer.concat([Buffer.from(writeKey(modulus, [1, 0, 1]), 'base64'), Buffer.from('more')]).toString('base64')],
	])('%s', (_, publicKey) => {
		const parsed = parseSealingKey(publicKey);
		expect(parsed.ok ? '' : parsed.problem.problem).toMatch(/^(?:unreadable-key|unusable-key|key-size)$/);
	});

	it('the same frame with a usual exponent is one', () => {
		expect(parseSealingKey(writeKey(modulus, [1, 0, 1]))).toMatchObject({ok: true, key: {bits: 512}});
	});

	it('any text is read or refused, never thrown', () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), text => {
			expect(() => parseSealingKey(text)).not.toThrow();
		}));
	});
});
