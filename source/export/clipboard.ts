import {Buffer} from 'node:buffer';
import process from 'node:process';
import {type Environment, stopChild, withoutOwn} from '../lib/child-process.js';
import {type Clock} from '../lib/clock.js';

/** In bytes of UTF-8. Terminals take no more; some much less. */
export const clipboardLimit = 100_000;

const escape = '\u001B';

/** The beginning of a text that takes at most so many bytes, cut between characters. */
const cutToBytes = (text: string, limit: number): string => {
	const bytes = Buffer.from(text);
	if (bytes.length <= limit) {
		return text;
	}

	let end = limit;
	// The bytes of a character behind its first one are 10xxxxxx.
	while (end > 0 && ((bytes[end] ?? 0) & 0xC0) === 0x80) {
		end--;
	}

	return bytes.toString('utf8', 0, end);
};

/** Asks the terminal to take a text to its clipboard (OSC 52). tmux hands on only what is wrapped for it, escapes doubled, and where `allow-passthrough` is on. */
const clipboardSequence = (text: string, isInsideTmux: boolean): string => {
	const sequence = `${escape}]52;c;${Buffer.from(text).toString('base64')}\u0007`;
	return isInsideTmux ? `${escape}Ptmux;${sequence.replaceAll(escape, escape + escape)}${escape}\\` : sequence;
};

// More never fits on the line on which it is said.
const saidLength = 300;

const counted = (text: string): string => {
	const {length} = text.split('\n');
	return `${length} ${length === 1 ? 'line' : 'lines'}`;
};

const beginning = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, saidLength);

/** What to say of a text that stands in tmux's buffer. */
export const bufferedWords = (text: string, what: 'line' | 'screen'): string => what === 'line' ? `copied to tmux's buffer: ${beginning(text)}` : `copied ${counted(text)} to tmux's buffer`;

/** What to send to the terminal to copy a text, and what to say of it: whether it takes it the terminal does not tell. */
export const copying = (text: string, what: 'line' | 'screen', isInsideTmux: boolean): {readonly sequence: string; readonly notice: string} => {
	const copied = cutToBytes(text, clipboardLimit);
	const sequence = clipboardSequence(copied, isInsideTmux);
	const way = isInsideTmux ? 'OSC 52, which tmux must pass through' : 'OSC 52';
	if (copied !== text) {
		return {sequence, notice: `sent only the first ${clipboardLimit / 1000} KB to the terminal (${way}): ${beginning(copied)}`};
	}

	return {sequence, notice: what === 'line' ? `sent to the terminal (${way}): ${beginning(copied)}` : `sent ${counted(copied)} to the terminal (${way})`};
};

type TmuxDeps = {readonly env: Environment; readonly clock: Clock; readonly signal: AbortSignal};

// In ms. tmux answers at once, or its server hangs.
const patience = 2000;

/** Runs tmux with a text to read. Whether it was taken. */
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
	// A tmux that has gone before it read everything tells so by its code.
	child.stdin.on('error', () => undefined);
	child.stdin.end(text);
	signal.addEventListener('abort', stop);
	if (signal.aborted) {
		stop();
	}
});

/** Puts a text into tmux's buffer, from where tmux hands it to the terminal's clipboard too, if it can (-w, from 3.2 on): that needs no passthrough. False where there is no tmux to take it. */
export const loadTmuxBuffer = async (text: string, deps: TmuxDeps): Promise<boolean> =>
	await feed(['load-buffer', '-w', '-'], text, deps) || (!deps.signal.aborted && feed(['load-buffer', '-'], text, deps));
