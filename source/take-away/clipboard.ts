import {Buffer} from 'node:buffer';

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

const allows = (isInsideTmux: boolean): string => isInsideTmux ? 'tmux must allow passthrough, the terminal OSC 52' : 'the terminal must allow OSC 52';

/** What to send to the terminal to copy a text, and what to say of it. Whether it works the terminal does not tell. */
export const copying = (text: string, what: 'line' | 'screen', isInsideTmux: boolean): {readonly sequence: string; readonly notice: string} => {
	const copied = cutToBytes(text, clipboardLimit);
	const lines = copied.split('\n');
	const sequence = clipboardSequence(copied, isInsideTmux);
	const first = (lines[0] ?? '').slice(0, saidLength);
	if (copied !== text) {
		return {sequence, notice: `copied only the first ${clipboardLimit / 1000} KB: ${first}`};
	}

	return {sequence, notice: what === 'line' ? `copied: ${first}` : `copied ${lines.length} ${lines.length === 1 ? 'line' : 'lines'} (${allows(isInsideTmux)})`};
};
