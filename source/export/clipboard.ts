import {Buffer} from 'node:buffer';
import process from 'node:process';
import {type Environment, stopChild, withoutOwn} from '../lib/child-process.js';
import {type Clock} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';

/** Bytes of UTF-8. Terminals accept no more; some much less. */
export const clipboardLimit = 100_000;

const escape = '\u001B';

/** The beginning of a text, at most so many bytes, cut between characters. */
const cutToBytes = (text: string, limit: number): string => {
	const bytes = Buffer.from(text);
	if (bytes.length <= limit) {
		return text;
	}

	let end = limit;
	// The bytes of a character after its first one are 10xxxxxx.
	while (end > 0 && ((bytes[end] ?? 0) & 0xC0) === 0x80) {
		end--;
	}

	return bytes.toString('utf8', 0, end);
};

/** Sets the terminal's clipboard (OSC 52). tmux passes on only sequences that are wrapped for it, with escapes doubled, and only with `allow-passthrough` on. */
const clipboardSequence = (text: string, isInsideTmux: boolean): string => {
	const sequence = `${escape}]52;c;${Buffer.from(text).toString('base64')}\u0007`;
	return isInsideTmux ? `${escape}Ptmux;${sequence.replaceAll(escape, escape + escape)}${escape}\\` : sequence;
};

// More never fits into a notice.
const saidLength = 300;

const countLines = (text: string): number => text.split('\n').length;

const beginning = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, saidLength);

/** The notice for a text that is in tmux's buffer. */
export const bufferedText = (text: string, what: 'line' | 'screen'): string => what === 'line'
	? messages().output.exports.bufferedLine(beginning(text))
	: messages().output.exports.bufferedLines(countLines(text));

/** The sequence that copies a text, and its notice. The terminal does not report whether it accepts the text. */
export const copying = (text: string, what: 'line' | 'screen', isInsideTmux: boolean): {readonly sequence: string; readonly notice: string} => {
	const copied = cutToBytes(text, clipboardLimit);
	const sequence = clipboardSequence(copied, isInsideTmux);
	const words = messages().output.exports;
	if (copied !== text) {
		return {sequence, notice: words.sentBeginning(clipboardLimit / 1000, beginning(copied), isInsideTmux)};
	}

	return {sequence, notice: what === 'line' ? words.sentLine(beginning(copied), isInsideTmux) : words.sentLines(countLines(copied), isInsideTmux)};
};

type TmuxDeps = {readonly env: Environment; readonly clock: Clock; readonly signal: AbortSignal};

// ms. tmux responds at once, or its server hangs.
const patience = 2000;

/** Runs tmux with a text as its input. Whether tmux accepted it. */
const feed = async (args: readonly string[], text: string, {env, clock, signal}: TmuxDeps): Promise<boolean> => new Promise(resolve => {
	const {spawn} = process.getBuiltinModule('node:child_process');
	const child = spawn('tmux', args, {stdio: ['pipe', 'ignore', 'ignore'], env: withoutOwn(env)});
	let cancelKill: (() => void) | undefined;
	const stop = (): void => {
		cancelKill ??= stopChild(child, clock);
	};

	const cancelPatience = clock.schedule(stop, patience);
	const end = (isTaken: boolean): void => {
		signal.removeEventListener('abort', stop);
		cancelPatience();
		cancelKill?.();
		resolve(isTaken);
	};

	child.on('error', () => {
		end(false);
	});
	child.on('close', code => {
		end(code === 0);
	});
	// A tmux that ends before it has read everything reports that by its exit code.
	child.stdin.on('error', () => undefined);
	child.stdin.end(text);
	signal.addEventListener('abort', stop);
	if (signal.aborted) {
		stop();
	}
});

/** Loads a text into tmux's buffer; with -w (tmux 3.2 and later) tmux also passes it to the terminal's clipboard, which needs no passthrough. False if no tmux accepted it. */
export const loadTmuxBuffer = async (text: string, deps: TmuxDeps): Promise<boolean> =>
	await feed(['load-buffer', '-w', '-'], text, deps) || (!deps.signal.aborted && feed(['load-buffer', '-'], text, deps));
