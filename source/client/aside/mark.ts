// What was read before is recognised by what it comes down to, so that only what is new goes from thread to thread, and neither keeps a second copy.

import {createHash} from 'node:crypto';
import {countBefore, type ReadTexts} from '../../protocol/raw-texts.js';

/** What is known of a list: how many items it has, and their SHA-256. */
export type Mark = {readonly count: number; readonly digest: string};

/** Of the lists in an answer, by where they stand in it. */
export type Marks = ReadonlyMap<string, Mark>;

// Printable texts hold no such character, so that no two lists look the same; of raw ones, which may, the lengths stand beside them.
const end = '\0';
const pieceLength = 1000;

/** The mark of the first `count` of some texts, of what was written for them, and of what stands beside each of them. */
export const markOf = ({texts, raws}: ReadTexts, count: number, beside: readonly Uint8Array[] = []): Mark => {
	const hash = createHash('sha256');
	const add = (list: readonly string[], length: number): void => {
		for (let from = 0; from < length; from += pieceLength) {
			hash.update(list.slice(from, Math.min(length, from + pieceLength)).join(end)).update(end);
		}
	};

	add(texts, count);
	if (raws) {
		const rawCount = countBefore(raws, count);
		add(raws.texts, rawCount);
		const numbers = raws.indexes.slice(0, rawCount).flatMap((index, number) => [index, raws.texts[number]?.length ?? 0]);
		hash.update(numbers.join(end));
	}

	for (const bytes of beside) {
		hash.update(bytes);
	}

	return {count, digest: hash.digest('base64')};
};

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
