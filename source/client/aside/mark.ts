// What was read before is recognised by what it comes down to, so that only what is new goes from thread to thread, and neither keeps a second copy.

import {createHash} from 'node:crypto';

/** What is known of a list: how many items it has, and their SHA-256. */
export type Mark = {readonly count: number; readonly digest: string};

/** Of the lists in an answer, by where they stand in it. */
export type Marks = ReadonlyMap<string, Mark>;

// Printable texts hold no such character, so that no two lists look the same.
const end = '\0';
const pieceLength = 1000;

/** The mark of the first `count` of some texts, and of what stands beside each of them. */
export const markOf = (texts: readonly string[], count: number, beside: readonly Uint8Array[] = []): Mark => {
	const hash = createHash('sha256');
	for (let from = 0; from < count; from += pieceLength) {
		hash.update(texts.slice(from, Math.min(count, from + pieceLength)).join(end)).update(end);
	}

	for (const bytes of beside) {
		hash.update(bytes);
	}

	return {count, digest: hash.digest('base64')};
};

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
