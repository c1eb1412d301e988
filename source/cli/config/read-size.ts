import {failure, type Result} from '../result.js';

const kibibyte = 1024;
const units: Readonly<Record<string, number>> = {'': 1, k: kibibyte, m: kibibyte ** 2, g: kibibyte ** 3};

const smallest = kibibyte ** 2;
// What is taken in is held in memory, and Node's strings end at half of that.
const largest = 256 * (kibibyte ** 2);

/** A size as people write it ("64MB", "64 M", "67108864"), in bytes. From 1 MB to 256 MB. */
export const readSize = (text: string): Result<number> => {
	const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?) ?([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
	const bytes = Math.round(Number(number) * (units[unit.toLowerCase()] ?? NaN));
	return bytes >= smallest && bytes <= largest ? {ok: true, value: bytes} : failure('expected a size from 1MB to 256MB, such as 64MB');
};

/** The same as a person would write it. */
export const writeSize = (bytes: number): string => bytes % (kibibyte ** 2) === 0 ? `${bytes / (kibibyte ** 2)}MB` : String(bytes);
