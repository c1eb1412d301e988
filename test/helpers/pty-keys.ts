const escape = '\u001B';

/** What an xterm sends for keys that are no characters. */
const sequences: ReadonlyMap<string, string> = new Map([
	['enter', '\r'],
	['escape', escape],
	['tab', '\t'],
	['space', ' '],
	['backspace', '\u007F'],
	['delete', `${escape}[3~`],
	['up', `${escape}[A`],
	['down', `${escape}[B`],
	['right', `${escape}[C`],
	['left', `${escape}[D`],
	['home', `${escape}[H`],
	['end', `${escape}[F`],
	['page-up', `${escape}[5~`],
	['page-down', `${escape}[6~`],
]);

/** The bytes of a key by name: one character, a name from above, or "ctrl-" and a letter. */
export const keySequence = (key: string): string => {
	const control = /^ctrl-([a-z])$/.exec(key)?.[1];
	if (control !== undefined) {
		return String.fromCodePoint((control.codePointAt(0) ?? 0) - 0x60);
	}

	const sequence = sequences.get(key);
	if (sequence === undefined && [...key].length !== 1) {
		throw new Error(`no such key: ${key}`);
	}

	return sequence ?? key;
};
