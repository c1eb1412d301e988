// The lines of a file, one after the other, however large the file is.

import {Buffer} from 'node:buffer';
import {type FileHandle} from 'node:fs/promises';

/** `text` is undefined where the line is too long to be read; `end` is the offset of the next line. */
export type RawLine = {readonly text: string | undefined; readonly end: number};

const chunkSize = 256 * 1024;
/** Bytes: more than the largest answer that is taken, with what stands around it. */
export const lineLimit = 300 * 1024 * 1024;
const newline = 0x0A;

/**
Reads from an offset at the beginning of a line up to another, `to`: what is written behind it meanwhile is left out. The last line counts without a line feed, too: it may have been cut off there. Blank lines are left out.

@yields One line.
*/
export async function * readLines(handle: FileHandle, from: number, to: number): AsyncGenerator<RawLine> {
	let parts: Buffer[] = [];
	let length = 0;
	let start = from;
	const takeLine = (end: number): RawLine => {
		const text = length > lineLimit ? undefined : Buffer.concat(parts).toString('utf8').trim();
		parts = [];
		length = 0;
		return {text, end};
	};

	for (;;) {
		const chunk = Buffer.allocUnsafe(chunkSize);
		const {bytesRead} = await handle.read(chunk, 0, Math.min(chunkSize, to - start), start);
		if (bytesRead === 0) {
			break;
		}

		let begin = 0;
		for (let index = chunk.indexOf(newline); index !== -1 && index < bytesRead; index = chunk.indexOf(newline, begin)) {
			length += index - begin;
			parts.push(chunk.subarray(begin, index));
			begin = index + 1;
			const line = takeLine(start + begin);
			if (line.text !== '') {
				yield line;
			}
		}

		length += bytesRead - begin;
		// A line that is too long is passed over, not kept.
		parts = length > lineLimit ? [] : [...parts, chunk.subarray(begin, bytesRead)];
		start += bytesRead;
	}

	const rest = takeLine(start);
	if (rest.text !== '') {
		yield rest;
	}
}
