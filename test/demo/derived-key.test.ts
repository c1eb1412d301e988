import {Buffer} from 'node:buffer';
import {constants, createPrivateKey, privateDecrypt, publicEncrypt} from 'node:crypto';
import {expect, test} from 'vitest';
import {deriveDemoKey} from '../../source/demo/crypto/derived-key.js';
import {startDemoAgent} from '../../source/demo/start-demo-agent.js';
import {systemClock} from '../../source/system/clock.js';
import {ask} from './helpers/ask.js';

test.each([512, 1024, 2048] as const)('the same words make the same key of %i bits, and it is a whole one', async bits => {
	const key = await deriveDemoKey(bits, 1, '127.0.0.1:2886');
	expect(key.privateKey.asymmetricKeyDetails?.modulusLength).toBe(bits);
	const [again, other] = [await deriveDemoKey(bits, 1, '127.0.0.1:2886'), await deriveDemoKey(bits, 2, '127.0.0.1:2886')];
	expect(again.publicKey).toBe(key.publicKey);
	expect(other.publicKey).not.toBe(key.publicKey);
	// OpenSSL takes the short way by the primes for what it decrypts, so a wrong part would show.
	const secret = Buffer.alloc(bits / 8, 7);
	const sealed = publicEncrypt({key: createPrivateKey(key.privateKey.export({type: 'pkcs8', format: 'pem'})), padding: constants.RSA_NO_PADDING}, secret);
	expect(privateDecrypt({key: key.privateKey, padding: constants.RSA_NO_PADDING}, sealed)).toEqual(secret);
});

test('an agent that is started again on its port has the key that it had, and another one with another seed', async () => {
	const first = await startDemoAgent({clock: systemClock, keyBits: 512});
	const port = Number(first.label.split(':', 2)[1]);
	const publicKeyOf = async (address: string): Promise<string> => {
		const {json} = await ask(address, 'secret');
		return json.data.public_key;
	};

	const before = await publicKeyOf(first.address);
	const keys: string[] = [];
	await first.stop();
	for (const seed of [1, 2]) {
		const agent = await startDemoAgent({clock: systemClock, keyBits: 512, port, seed});
		keys.push(await publicKeyOf(agent.address));
		await agent.stop();
	}

	expect(keys.map(key => key === before)).toEqual([true, false]);
});
