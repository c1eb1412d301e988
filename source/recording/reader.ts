// Reads the lines of a file, one after the other, however large the file is.

import {Buffer} from 'node:buffer';
import {constants} from 'node:fs';
import * as files from 'node:fs/promises';
import {type FileHandle} from 'node:fs/promises';
import path from 'node:path';
import {errorCode} from '../lib/errno.js';
import {messages} from '../lib/messages/messages.js';
import {describeFileError} from '../lib/private-files.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentAddress} from '../protocol/address.js';
import {isNewer, type Line, readLine} from './format.js';

/** `text` is undefined if the line is too long to read; `end` is the offset of the next line. */
type RawLine = {readonly text: string | undefined; readonly end: number};

const chunkSize = 256 * 1024;

/** Bytes: more than the largest accepted response with its line's other fields. */
const lineLimit = 300 * 1024 * 1024;

const newline = 0x0A;

/**
Reads from the offset of a line up to the offset `to`: what is appended meanwhile is left out, and so are blank lines. The last
line counts even without a line feed, since it may have been truncated there.

@yields One line.
*/
async function * readLines(handle: FileHandle, from: number, to: number): AsyncGenerator<RawLine> {
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
		// A line that is too long is skipped, not kept.
		parts = length > lineLimit ? [] : [...parts, chunk.subarray(begin, bytesRead)];
		start += bytesRead;
	}

	const rest = takeLine(start);
	if (rest.text !== '') {
		yield rest;
	}
}

// One file, or all recordings of a folder, as one row of lines.

/** `line` is undefined if it is damaged. Offsets count over all files; `offset` is where it begins, `end` where the next one does. */
export type PlacedLine = {readonly line: Line | undefined; readonly offset: number; readonly end: number};

export type Recording = {
	/** Bytes. */
	readonly size: number;
	/** The lines from an offset (an `end`, or 0) on. A file without a `beginning` gets one, with the agents of its first lines. */
	readonly read: (from: number) => AsyncGenerator<PlacedLine>;
	readonly close: () => Promise<void>;
};

type Opened = {readonly ok: true; readonly recording: Recording} | {readonly ok: false; readonly problem: string};

/** The beginning of a file: what it says about itself, or what its first lines show. */
type Part = {readonly handle: files.FileHandle; readonly size: number; readonly firstAt: Timestamp | undefined; readonly beginning: Line | undefined};

// Lines that are read to find the agents of a file without a beginning.
const lookedAt = {lines: 500, bytes: 16 * 1024 * 1024} as const;

// With rotated files: recording.jsonl.1.
const recordingName = /\.(?:jsonl|ndjson)(?:\.\d{1,3})?$/;

const lookInto = async (handle: files.FileHandle, size: number): Promise<Omit<Part, 'handle' | 'size'> | 'newer' | undefined> => {
	const agents = new Map<string, AgentAddress>();
	let firstAt: Timestamp | undefined;
	let isKnown = false;
	let count = 0;
	for await (const {text, end} of readLines(handle, 0, size)) {
		if (count === 0 && text !== undefined && isNewer(text)) {
			return 'newer';
		}

		const line = text === undefined ? undefined : readLine(text);
		isKnown ||= line !== undefined;
		firstAt ??= line?.at;
		if (line?.type === 'beginning' && count === 0) {
			return {firstAt, beginning: undefined};
		}

		if (line?.type === 'exchange') {
			agents.set(line.agent.key, line.agent);
		}

		count += 1;
		if (count >= lookedAt.lines || end >= lookedAt.bytes) {
			break;
		}
	}

	return isKnown ? {firstAt, beginning: {type: 'beginning', at: firstAt, agents: [...agents.values()], isContinued: false}} : undefined;
};

const openPart = async (file: string): Promise<Part | 'newer' | undefined> => {
	// Does not block on a pipe without a writer.
	const handle = await files.open(file, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const stat = await handle.stat();
		const found = stat.isFile() ? await lookInto(handle, stat.size) : undefined;
		if (typeof found === 'object') {
			return {handle, size: stat.size, ...found};
		}

		await handle.close();
		return found;
	} catch (error) {
		await handle.close();
		throw error;
	}
};

/** The files of a recording; a problem if it cannot be read backwards. */
const filesOf = async (place: string): Promise<readonly string[] | {readonly problem: string}> => {
	const stat = await files.stat(place);
	if (stat.isFIFO()) {
		return {problem: messages().faults.recordings.isPipe};
	}

	if (!stat.isDirectory()) {
		return stat.isFile() ? [place] : {problem: messages().faults.recordings.notFile};
	}

	const names = await files.readdir(place);
	return names.filter(name => recordingName.test(name)).toSorted().map(name => path.join(place, name));
};

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error));

/** Opens a recording, or those of a folder in the order of their times. The problem is in plain words, without the path. */
export const openRecording = async (place: string): Promise<Opened> => {
	const parts: Part[] = [];
	let hasNewer = false;
	let isFolder = false;
	try {
		const found = await filesOf(place);
		if ('problem' in found) {
			return {ok: false, problem: found.problem};
		}

		isFolder = found[0] !== place;
		for (const file of found) {
			const part = await openPart(file);
			hasNewer ||= part === 'newer';
			parts.push(...(typeof part === 'object' ? [part] : []));
		}
	} catch (error) {
		await Promise.all(parts.map(async ({handle}) => handle.close()));
		return {ok: false, problem: isMissing(error) ? messages().faults.file.missing : describeFileError(error)};
	}

	if (parts.length === 0) {
		const {newer, empty, emptyFolder} = messages().faults.recordings;
		return {ok: false, problem: hasNewer ? newer : (isFolder ? emptyFolder : empty)};
	}

	const ordered = parts.toSorted((one, other) => (one.firstAt ?? 0) - (other.firstAt ?? 0));
	const recording: Recording = {
		size: ordered.reduce((sum, {size}) => sum + size, 0),
		async * read(from) {
			let start = 0;
			for (const {handle, size, beginning} of ordered) {
				if (from < start + size) {
					const inside = Math.max(0, from - start);
					if (inside === 0 && beginning) {
						yield {line: beginning, offset: start, end: start};
					}

					let offset = start + inside;
					for await (const {text, end} of readLines(handle, inside, size)) {
						yield {line: text === undefined ? undefined : readLine(text), offset, end: start + end};
						offset = start + end;
					}
				}

				start += size;
			}
		},
		async close() {
			await Promise.all(ordered.map(async ({handle}) => handle.close()));
		},
	};
	return {ok: true, recording};
};
