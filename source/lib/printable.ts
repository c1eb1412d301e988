// Agents may send control characters, and characters that change the direction of text: a file that is shown by `cat` must not contain them raw.

// Cc except those that JSON.stringify escapes itself, Cf, Zl, Zp; in JSON all of them occur only in strings. In UTF-16, so that a text can be cut anywhere.
export const unprintableInJson = /[\u007F-\u009F\u00AD\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|\uDB40[\uDC00-\uDC7F]/g;

// eslint-disable-next-line unicorn/prefer-code-point -- the halves of a surrogate pair are escaped each
const unitEscape = (text: string, index: number): string => String.raw`\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;

/** The escape for it. */
export const escapedInJson = (character: string): string => unitEscape(character, 0) + (character.length > 1 ? unitEscape(character, 1) : '');

/** The same JSON with control, format and bidi characters escaped: it parses to the same value. */
export const plainJson = (json: string): string => json.replaceAll(unprintableInJson, escapedInJson);

// Agents' text is hostile until proven otherwise: a log line may contain escape sequences that rewrite the screen, set the clipboard
// or reorder text. All of it goes through here once, on arrival, so that later code need not care.

// Cc control, Cf format (bidi overrides, zero-width characters, tags), Cs lone surrogates, Co private use, Zl and Zp separators, and
// what else is ignored by some terminals and takes columns in others (fillers, joiners).
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const eachUnprintable = new RegExp(unprintable, 'gu');

// Terminals disagree on the width of a character before a variation selector; without it all agree.
const variationSelectors = /[\u{180B}-\u{180D}\u{180F}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/gu;

// Nearly all text; this check costs a fraction of the rest.
const asciiOnly = /^[\u0020-\u007E]*$/;

const maximumNameLength = 256;

// How much of a name is read; it may be megabytes long.
const lookedAt = 4 * maximumNameLength;

const tabStop = 8;

const picture = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x20) {
		return String.fromCodePoint(0x24_00 + code);
	}

	if (code === 0x7F) {
		return '␡';
	}

	if (code >= 0xD8_00 && code <= 0xDF_FF) {
		return '\uFFFD';
	}

	return code > 0xFF_FF ? String.raw`\u{${code.toString(16)}}` : String.raw`\u${code.toString(16).padStart(4, '0')}`;
};

/** The same for a text of any length: every control, format and bidi character, line feeds and tabs too, becomes a visible escape. */
export const escapeControls = (text: string): string => {
	if (asciiOnly.test(text)) {
		return text;
	}

	const plain = text.replaceAll(variationSelectors, '');
	return unprintable.test(plain) ? plain.replaceAll(eachUnprintable, picture) : plain;
};

const lineBreaks = /\r\n|[\n\t]/g;

/** Whether a text contains characters that a terminal obeys, or that reorder it, other than line breaks and tabs. */
export const hasControls = (text: string): boolean => /[\p{Cc}\p{Bidi_Control}]/u.test(text.replaceAll(lineBreaks, ''));

const expandTabs = (line: string): string => {
	if (!line.includes('\t')) {
		return line;
	}

	let expanded = '';
	for (const [index, part] of line.split('\t').entries()) {
		expanded += index === 0 ? part : ' '.repeat(tabStop - (expanded.length % tabStop)) + part;
	}

	return expanded;
};

/** One line that a terminal can show: control, format and bidi characters become visible escapes; at most 256 characters, cut with "…". For names and messages. */
export const printable = (text: string): string => {
	const line = escapeControls(text.slice(0, lookedAt));
	return line.length > maximumNameLength || text.length > lookedAt ? `${line.slice(0, maximumNameLength).toWellFormed()}…` : line;
};

/** The same for text of several lines, of any length: line feeds stay, CR LF becomes one, tabs are expanded to every eighth column. For log entries. */
export const printableLines = (text: string): string => {
	const hasBreaks = text.includes('\n') || text.includes('\t');
	if (!hasBreaks) {
		return escapeControls(text);
	}

	return text.replaceAll('\r\n', '\n').split('\n').map(line => escapeControls(expandTabs(line))).join('\n');
};

export const firstLine = (text: string): string => text.split(/[\r\n]/, 1)[0] ?? '';

/** The first characters of a text, which may be a whole file: none is cut in half. */
export const beginning = (text: string, length: number): string => [...text.slice(0, length * 2)].slice(0, length).join('');
