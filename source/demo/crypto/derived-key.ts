// A key that follows from a text: a simulated agent keeps its key when it is started again, as a real one does, and nothing has to be written down for it. Secret to nobody.

import {Buffer} from 'node:buffer';
import {checkPrime, createHash, createPrivateKey} from 'node:crypto';
import {promisify} from 'node:util';
import {pairOf, type DemoKeyPair, type KeyBits} from './key-pair.js';

const isPrime = promisify(checkPrime);

const exponent = 65_537n;

const bytesOf = (value: bigint, length: number): Buffer => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** As many bytes as wanted that follow from the text. */
const stretch = (text: string, length: number): Buffer => {
	const blocks = Array.from({length: Math.ceil(length / 32)}, (_, index) => createHash('sha256').update(`${index} ${text}`).digest());
	return Buffer.concat(blocks).subarray(0, length);
};

const smallPrimes: readonly bigint[] = Array.from({length: 2000}, (_, index) => index + 3)
	.filter(number => Array.from({length: Math.floor(Math.sqrt(number)) - 1}, (_, index) => index + 2).every(divisor => number % divisor !== 0))
	.map(BigInt);

const isPromising = (candidate: bigint): boolean => candidate % exponent !== 1n && smallPrimes.every(prime => candidate % prime !== 0n);

// So many are looked at side by side: one after the other, each would wait for its turn behind whatever else the program does.
const atOnce = 12;

/** The first prime from where the text points to. Its two highest bits are set, so that the product of two has its full length. */
const derivePrime = async (text: string, bits: number): Promise<bigint> => {
	const length = bits / 8;
	let next = numberOf(stretch(text, length)) | (3n << BigInt(bits - 2)) | 1n;
	for (;;) {
		const candidates: bigint[] = [];
		for (; candidates.length < atOnce; next += 2n) {
			if (isPromising(next)) {
				candidates.push(next);
			}
		}

		const verdicts = await Promise.all(candidates.map(async candidate => isPrime(bytesOf(candidate, length))));
		const prime = candidates.find((_, index) => verdicts[index]);
		if (prime !== undefined) {
			return prime;
		}
	}
};

/** The inverse of `value` modulo `modulus`, which share no factor (extended Euclid). */
const inverse = (value: bigint, modulus: bigint): bigint => {
	let [remainder, next] = [modulus, value % modulus];
	let [coefficient, nextCoefficient] = [0n, 1n];
	while (next !== 0n) {
		const quotient = remainder / next;
		[remainder, next] = [next, remainder - (quotient * next)];
		[coefficient, nextCoefficient] = [nextCoefficient, coefficient - (quotient * nextCoefficient)];
	}

	return ((coefficient % modulus) + modulus) % modulus;
};

/** The key of that size that follows from the parts: the same ones always make the same key. The search for primes runs outside the main thread. */
export const deriveDemoKey = async (bits: KeyBits, ...parts: ReadonlyArray<string | number>): Promise<DemoKeyPair> => {
	const text = JSON.stringify([bits, ...parts]);
	const half = bits / 16;
	const encode = (value: bigint, length: number): string => bytesOf(value, length).toString('base64url');
	const [p, q] = await Promise.all([derivePrime(`p ${text}`, bits / 2), derivePrime(`q ${text}`, bits / 2)]);
	const d = inverse(exponent, (p - 1n) * (q - 1n));
	const key = createPrivateKey({format: 'jwk', key: {
		kty: 'RSA',
		n: encode(p * q, bits / 8),
		e: encode(exponent, 3),
		d: encode(d, bits / 8),
		p: encode(p, half),
		q: encode(q, half),
		dp: encode(d % (p - 1n), half),
		dq: encode(d % (q - 1n), half),
		qi: encode(inverse(q, p), half),
	}});
	return pairOf(bits, key);
};
