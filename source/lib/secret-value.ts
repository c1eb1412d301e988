// Finds where a secret after its name ends: in quotes and brackets of any kind, in JSON within a text, as Go and YAML print it,
// alone or in a list. What is read is either masked, so never read again, or bounded: a hostile line of megabytes takes linear time.

// Also escaped, as in JSON.
const lineBreak = String.raw`(?<feed>\r?\n|(?:\\{1,8}r)?\\{1,8}n)`;

const sticky = (source: string): RegExp => new RegExp(source, 'iy');

const patterns = {
	opening: sticky('(?<slashes>\\\\{0,15})(?<quote>"""|\'\'\'|["\'])|[“‘「`]|&quot;|&#3[49];|%2[27]'),
	// B'…' of Python, N'…' of SQL, $'…' of a shell
	quotePrefix: sticky('[bfnrux$]{1,2}(?=["\'])'),
	// []string{…}, &Type{…}, map[…], map[string]string{…}
	goType: sticky(String.raw`(?:[&*]{0,2}(?:\[\d{0,6}\]){1,3}[&*]?[\w.]{0,80}|[&*]{0,2}[a-z_][\w.]{0,80}|map\[[\w.]{1,60}\][*]?[\w.]{0,60})(?=\{)|map(?=\[)`),
	bare: sticky(String.raw`(?:[^\s,&;"'，；。]|,(?=[^\s"'])(?![\w-]{1,40}[=:]))+`),
	block: sticky(String.raw`[|>][\d+-]{0,2}[ \t]{0,8}${lineBreak}(?<indent>[ \t]{1,40})`),
	listItem: sticky(String.raw`[ \t]{0,8}${lineBreak}[ \t]{0,40}-[ \t]{1,40}`),
	separator: sticky(String.raw`\s{0,40}[,，;；、|]\s{0,40}`),
	blanks: sticky(String.raw`[ \t]{1,8}`),
	// What shows that the text before it is the name of the next field.
	sign: sticky(String.raw`\s{0,8}(?:=>|->|:=|[=:：]|%3[ad])`),
	field: sticky(String.raw`[\w.-]{1,60}[ \t]{0,3}[=:：]`),
} as const;

const closers: ReadonlyMap<string, string> = new Map([['“', '”'], ['‘', '’'], ['「', '」']]);

// Characters. A longer text is no secret but an unclosed quote or bracket.
const longest = 32_768;

/** If its end is not on the line, this much of the line is masked. */
const longestOpen = 2000;

/** Over several lines. */
const longestBlock = 8000;

const mostItems = 10_000;

/** Characters that may be read for one text in search of a missing end. */
const patience = 2_000_000;

const matchAt = (pattern: RegExp, text: string, index: number): RegExpExecArray | undefined => {
	pattern.lastIndex = index;
	return pattern.exec(text) ?? undefined;
};

const endAt = (pattern: RegExp, text: string, index: number): number => index + (matchAt(pattern, text, index)?.[0].length ?? 0);

/** Bounded, since a repetition must not run over megabytes. */
const boundedEnd = (pattern: RegExp, text: string, index: number): number => index + endAt(pattern, text.slice(index, index + longest), 0);

/** The end of the line, or of the part of a long one that is masked. */
const openEnd = (text: string, index: number): number => {
	const line = text.slice(index, index + longestOpen);
	const feed = line.indexOf('\n');
	return index + (feed === -1 ? line.length : feed);
};

const slashesBefore = (text: string, index: number): number => {
	let count = 0;
	while (text[index - count - 1] === '\\') {
		count++;
	}

	return count;
};

/** The index after the quote that closes what begins at `from`, if there is one within `room`. Each level of JSON within JSON doubles the backslashes and puts one before a quote. */
const behindQuote = (text: string, from: number, {quote, slashes}: {readonly quote: string; readonly slashes: number}): number | undefined => {
	const room = text.slice(from, from + (quote.length === 3 ? longestBlock : longest));
	for (let index = room.indexOf(quote); index !== -1; index = room.indexOf(quote, index + 1)) {
		if (slashesBefore(room, index) % (2 * (slashes + 1)) === slashes) {
			const isOneLine = quote.length === 3 || !room.slice(0, index).includes('\n');
			return isOneLine ? from + index + quote.length : undefined;
		}
	}

	return undefined;
};

/** SQL doubles a quote inside a string: 'it''s'. */
const behindDoubled = (text: string, index: number): number => {
	let end = index;
	for (let count = 0; text[end] === '\'' && count < mostItems; count++) {
		end = behindQuote(text, end + 1, {quote: '\'', slashes: 0}) ?? (end + 1);
	}

	return end;
};

type Part = {readonly end: number; readonly isClosed: boolean};

/** A quoted text; undefined if none begins at the index. */
const readQuoted = (text: string, index: number): Part | undefined => {
	const found = matchAt(patterns.opening, text, index);
	if (!found) {
		return undefined;
	}

	const [mark] = found;
	const {slashes = '', quote = closers.get(mark) ?? mark} = found.groups ?? {};
	const from = index + mark.length;
	const end = behindQuote(text, from, {quote, slashes: slashes.length});
	if (end === undefined) {
		// A quote before whitespace ends the text around it: "--password=" -h …
		return /^[\s),;\]}]|^$/.test(text.slice(from, from + 1)) ? undefined : {end: openEnd(text, from), isClosed: false};
	}

	return {end: mark === '\'' ? behindDoubled(text, end) : end, isClosed: true};
};

const opens = new Set('[{(');

const closes = new Set(']})');

/** Further lines of YAML that belong to a name: a block of text, or a list. The same with escaped line feeds. */
const readLines = (text: string, index: number): number | undefined => {
	const limit = Math.min(text.length, index + longestBlock);
	const restOfLine = (from: number, feed: string): number => {
		const rest = text.slice(from, limit);
		const ends = [rest.indexOf('\n'), rest.indexOf(feed)].filter(end => end !== -1);
		return from + Math.min(rest.length, ...ends);
	};

	const block = matchAt(patterns.block, text, index);
	if (block) {
		const {feed = '', indent = ''} = block.groups ?? {};
		let end = restOfLine(index + block[0].length, feed);
		while (end < limit && text.startsWith(feed + indent, end)) {
			end = restOfLine(end + feed.length, feed);
		}

		return end;
	}

	let end: number | undefined;
	for (let item = matchAt(patterns.listItem, text, index); item && item.index < limit; item = matchAt(patterns.listItem, text, end)) {
		end = restOfLine(item.index + item[0].length, item.groups?.['feed'] ?? '');
	}

	return end;
};

/** How many secrets follow a name: `several` only in quotes, as in 'a', 'b'; `list` also without. */
export type Amount = 'one' | 'several' | 'list';

/** Reads values in one text. */
export type ValueReader = (index: number, amount: Amount) => number;

/** Creates a function that returns where the value at an index ends: at the index itself if there is none. */
export const createValueReader = (text: string): ValueReader => {
	let left = patience;

	const readBrackets = (index: number): Part => {
		let depth = 0;
		let limit = Math.min(text.length, index + longest);
		for (let place = index; place < limit;) {
			const character = text[place] ?? '';
			if (opens.has(character)) {
				depth++;
			} else if (closes.has(character)) {
				depth--;
				if (depth === 0) {
					return {end: place + 1, isClosed: true};
				}
			} else if (character === '\n') {
				limit = Math.min(limit, index + Math.min(longestBlock, left));
			}

			const quoted = /["'\\]/.test(character) && /[\s(,:=[{]/.test(text[place - 1] ?? '') ? readQuoted(text, place) : undefined;
			place = quoted?.isClosed ? quoted.end : place + 1;
		}

		left = Math.max(0, left - (limit - index));
		return {end: openEnd(text, index), isClosed: false};
	};

	const readItem = (index: number): Part => {
		const quoted = readQuoted(text, endAt(patterns.quotePrefix, text, index));
		if (quoted) {
			return quoted;
		}

		const bracket = endAt(patterns.goType, text, index);
		if (opens.has(text[bracket] ?? '')) {
			return readBrackets(bracket);
		}

		return {end: boundedEnd(patterns.bare, text, index), isClosed: false};
	};

	/** The end of the next item of a list; undefined if there is none. */
	const nextItem = (index: number, amount: Amount): number | undefined => {
		const behind = endAt(patterns.separator, text, index);
		const start = behind === index && amount === 'list' ? endAt(patterns.blanks, text, index) : behind;
		if (start === index) {
			return undefined;
		}

		const quoted = readQuoted(text, endAt(patterns.quotePrefix, text, start));
		const isBare = amount === 'list' && !quoted && behind !== index && !matchAt(patterns.field, text, start);
		const end = isBare ? boundedEnd(patterns.bare, text, start) : start;
		const item = quoted?.isClosed ? quoted.end : end;
		return item === start || matchAt(patterns.sign, text, item) ? undefined : item;
	};

	return (index, amount) => {
		const lines = readLines(text, index);
		if (lines !== undefined) {
			return lines;
		}

		const first = readItem(index);
		let {end} = first;
		// The whole list is in brackets.
		const isWhole = amount === 'one' || end === index || closes.has(text[end - 1] ?? '') || (!first.isClosed && amount === 'several');
		const most = isWhole ? 0 : mostItems;
		for (let items = 0; items < most; items++) {
			const next = nextItem(end, amount);
			if (next === undefined) {
				break;
			}

			end = next;
		}

		return end;
	};
};
