import {PassThrough, Writable} from 'node:stream';
import {type ReadStream, type WriteStream} from 'node:tty';

/** A terminal that keeps nothing of what is drawn on it, and counts. */
export type QuietTerminal = {
	readonly stdout: WriteStream;
	readonly stdin: ReadStream;
	readonly frames: () => number;
	readonly bytes: () => number;
	readonly type: (text: string) => void;
	readonly resize: (columns: number, rows: number) => void;
};

const frameMark = '\u001B[?2026h';

export const createQuietTerminal = (columns: number, rows: number): QuietTerminal => {
	let frames = 0;
	let bytes = 0;
	const output = new Writable({
		decodeStrings: false,
		write(chunk: string, _encoding, done) {
			frames += chunk.startsWith(frameMark) ? 1 : 0;
			bytes += chunk.length;
			done();
		},
	});
	const input = new PassThrough();
	const stdout: unknown = Object.assign(output, {isTTY: true, columns, rows});
	const stdin: unknown = Object.assign(input, {
		isTTY: true, setRawMode: () => input, ref: () => input, unref: () => input,
	});

	return {
		stdout: stdout as WriteStream,
		stdin: stdin as ReadStream,
		frames: () => frames,
		bytes: () => bytes,
		type(text) {
			input.write(text);
		},
		resize(newColumns, newRows) {
			Object.assign(output, {columns: newColumns, rows: newRows});
			output.emit('resize');
		},
	};
};
