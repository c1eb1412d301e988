import {Buffer} from 'node:buffer';

/** What comes of an answer, piece by piece. */
export type GrowingBody = {
	readonly add: (chunk: Buffer) => void;
	/** Bytes so far. */
	readonly size: () => number;
	readonly whole: () => Buffer;
};

// Less is put together at once in a millisecond.
const largeFrom = 1024 * 1024;

/**
Copies a large answer to where it will be whole while it comes: to put tens of megabytes together at its end would hold up keys. `limit` in bytes is what will be added at most, `expected` how much that may be.
*/
export const createGrowingBody = (limit: number, expected = 0): GrowingBody => {
	let chunks: Buffer[] = [];
	let large: Buffer | undefined;
	let size = 0;

	const moveTo = (capacity: number): void => {
		const wider = Buffer.allocUnsafeSlow(Math.min(limit, capacity));
		let end = 0;
		for (const part of large ? [large.subarray(0, size)] : chunks) {
			part.copy(wider, end);
			end += part.length;
		}

		large = wider;
		chunks = [];
	};

	return {
		add(chunk) {
			const next = size + chunk.length;
			if (next < largeFrom) {
				chunks.push(chunk);
			} else {
				if (!large || next > large.length) {
					moveTo(Math.max(next * 2, expected));
				}

				large?.set(chunk, size);
			}

			size = next;
		},
		size: () => size,
		whole: () => large ? large.subarray(0, size) : Buffer.concat(chunks),
	};
};
