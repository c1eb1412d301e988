import {PassThrough, Writable} from 'node:stream';
import {type ReadStream, type WriteStream} from 'node:tty';
import {Terminal} from '@xterm/headless';

/** A terminal in memory: what is written to it is parsed as a real one would, what is typed comes in on `stdin`. */
export type FakeTerminal = {
	readonly stdout: WriteStream;
	readonly stdin: ReadStream;
	/** Every write, as it came. */
	readonly writes: readonly string[];
	/** The lines in sight, once all that was written has been parsed. */
	readonly screen: () => Promise<readonly string[]>;
	readonly isAlternate: () => boolean;
	readonly isRaw: () => boolean;
	readonly type: (text: string) => void;
	readonly resize: (columns: number, rows: number) => void;
	/** As when its window is closed. */
	readonly hangUp: () => void;
};

export const createFakeTerminal = (columns: number, rows: number): FakeTerminal => {
	const terminal = new Terminal({cols: columns, rows, allowProposedApi: true});
	const writes: string[] = [];
	let parsed = Promise.resolve();
	let isRaw = false;

	const output = new Writable({
		decodeStrings: false,
		write(chunk: string, _encoding, done) {
			writes.push(chunk);
			const previous = parsed;
			parsed = new Promise(resolve => {
				void previous.then(() => {
					// Node's terminals turn line feeds into new lines.
					terminal.write(chunk.replaceAll(/\r?\n/g, '\r\n'), resolve);
				});
			});
			done();
		},
	});
	const stdout = Object.assign(output, {isTTY: true, columns, rows}) as unknown as WriteStream;

	const input = new PassThrough();
	const stdin = Object.assign(input, {
		isTTY: true,
		setRawMode(isOn: boolean) {
			isRaw = isOn;
			return input;
		},
		ref: () => input,
		unref: () => input,
	}) as unknown as ReadStream;

	return {
		stdout, stdin, writes,
		async screen() {
			await parsed;
			const {active} = terminal.buffer;
			return Array.from({length: terminal.rows}, (_, row) => active.getLine(active.baseY + row)?.translateToString(true).trimEnd() ?? '');
		},
		isAlternate: () => terminal.buffer.active.type === 'alternate',
		isRaw: () => isRaw,
		type(text) {
			input.write(text);
		},
		resize(newColumns, newRows) {
			terminal.resize(newColumns, newRows);
			Object.assign(stdout, {columns: newColumns, rows: newRows});
			stdout.emit('resize');
		},
		hangUp() {
			input.end();
		},
	};
};
