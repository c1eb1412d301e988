import {createPublicKey, generateKeyPair, type KeyObject} from 'node:crypto';

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
