import {cell, columnsOf, cut, isWithin} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatInstant, formatOffset, formatTime, localOffset, offsetText, type Timestamp} from '../../lib/time.js';
import {cutMiddle, wrapText, wrapWithin} from '../../lib/wrap.js';
import {remoteTaskId} from '../../protocol/logs.js';
import {isActive, type Outcome, outcomeLabel} from '../../protocol/outcome.js';
import {errorKey, operationText, withKey} from '../../store/selectors/connection.js';
import {type OperationView} from '../../store/selectors/overlays.js';
import {type VersionMix} from '../../store/selectors/summary.js';
import {type KeyChange, type Staleness} from '../../store/selectors/view-types.js';
import {type View} from '../../store/state.js';
import {hasRoomForKeys, stalenessTexts, textMargin, whyIndent} from '../layout.js';
import {fitLine, type Line, spaces, type Span, span, spinner} from '../span.js';
import {type SpanTone, type Theme, toneOf} from '../theme.js';
import {markerWidth} from './table.js';

/**
A text over at most `rows` lines behind a label of five columns or fewer, its further lines below its first.
`texts` are ever shorter versions: the first that fits is used, and if none does, the last without its middle. So the end of a reason is
always in sight.
*/
export const reasonLines = (
	label: string,
	texts: readonly string[],
	{width, rows, tone}: {readonly width: number; readonly rows: number; readonly tone: SpanTone},
	{glyphs}: Theme,
): ReadonlyArray<readonly Span[]> =>
	wrapWithin(texts, {width: width - whyIndent - textMargin.right, rows, mark: glyphs.ellipsis}).map((line, index) => [
		index === 0 ? span(cell(` ${label}`, whyIndent), 'quiet') : spaces(whyIndent),
		span(line, tone),
	]);

// Less is not worth a mark.
const leastShared = 8;

/** How much of the beginning of a line another one has, too, up to a word. */
export const sharedBeginning = (line: string, other: string): number => {
	let same = 0;
	while (same < line.length && line[same] === other[same]) {
		same += 1;
	}

	const shared = line.lastIndexOf(' ', same - 1) + 1;
	return shared < leastShared ? 0 : shared;
};

/** A log line in so many columns. How far a remote task is says more than its id, and the rest more than what a line nearby has, too (`shared`), so its beginning is left out, up to a word. */
export const brieflyOf = (line: string, width: number, mark: string, shared = 0): string => {
	const id = isWithin(line, width) ? undefined : remoteTaskId(line);
	if (id === undefined) {
		return shared === 0 || isWithin(line, width) ? cut(line, width, mark) : cut(withoutBeginning(line, shared, width, mark), width, mark);
	}

	const words = line.slice(line.indexOf(id) + id.length + 1).split(' ');
	const first = words.findIndex((_, index) => isWithin(words.slice(index).join(' '), width - 1));
	return first === -1 ? cutMiddle(words.join(' '), width, mark) : mark + words.slice(first).join(' ');
};

/** As little as possible is left out, and no more than what is shared. */
const withoutBeginning = (line: string, shared: number, width: number, mark: string): string => {
	for (let start = line.indexOf(' ') + 1; start > 0 && start < shared; start = line.indexOf(' ', start) + 1) {
		if (isWithin(line.slice(start), width - 1)) {
			return mark + line.slice(start);
		}
	}

	return mark + line.slice(shared);
};

/** Text for which a row of a list has no room. `texts`: see `reasonLines`. */
export type Detail = {readonly label: string; readonly texts: readonly string[]; readonly tone: SpanTone; readonly isSelected: boolean};

/**
Shows, in the lines that a list leaves free, the text for which its rows have no room, in the order of the rows: that of the selected row or of
the first failure, and of the others as many as fit, failures before waits.
One line of `height` stays free above it. If the list leaves only one line, that is the selected row's.
*/
export const detailLines = (details: readonly Detail[], {width, height}: {readonly width: number; readonly height: number}, theme: Theme): readonly Line[] => {
	// One line stays free below the list, unless the reasons have only that one and another.
	const room = height === 2 ? height : height - 1;
	const byUrgency = details.toSorted((one, other) => Number(other.tone === 'bad') - Number(one.tone === 'bad'));
	const [first] = byUrgency;
	const selected = details.find(({isSelected}) => isSelected);
	if (height === 1 && selected) {
		return reasonLines(selected.label, selected.texts, {width, rows: 1, tone: selected.tone}, theme);
	}

	if (!first || room < 1) {
		return [];
	}

	const draw = ({label, texts, tone}: Detail): readonly Line[] => reasonLines(label, texts, {width, rows: room, tone}, theme);
	const begin = selected ?? first;
	const drawn = new Map([[begin, draw(begin)]]);
	let left = room - (drawn.get(begin)?.length ?? 0);
	for (const detail of byUrgency) {
		const lines = detail === begin || left === 0 ? [] : draw(detail);
		if (lines.length === 0 || lines.length > left) {
			continue;
		}

		drawn.set(detail, lines);
		left -= lines.length;
	}

	return details.flatMap(detail => drawn.get(detail) ?? []);
};

/** A known value and its name. Without a value it is left out. */
export type Fact = {readonly name: string; readonly value: string; readonly tone?: SpanTone};

// A free column before the names, two between names and values.
const nameWidth = 12;

const indent = 1 + nameWidth + 2;

/** Facts one below the other, long ones over several lines. */
export const factLines = (facts: readonly Fact[], width: number): readonly Line[] => facts.filter(({value}) => value !== '').flatMap(({name, value, tone = 'plain'}) =>
	wrapText(value, width - indent - 1).map((text, index): Line => [span(` ${cell(index === 0 ? name : '', nameWidth)}  `, 'quiet'), span(text, tone)]));

/** The user's choice for times: `utcOffset` is that of the agent's clock, if known. */
export type Zone = {readonly timeZone: View['timeZone']; readonly utcOffset: number | undefined; readonly hour: Timestamp};

/** "+08:00", or "local" if the user chose that, or if the offset is unknown. */
export const zoneText = ({timeZone, utcOffset}: Zone): string => timeZone === 'local' || utcOffset === undefined ? messages().screens.local : formatOffset(utcOffset);

/** "10:41:55", with its day if that is another one, in that zone. */
export const bareInstant = (time: Timestamp, {timeZone, utcOffset, hour}: Zone): string =>
	formatInstant(time, timeZone === 'local' || utcOffset === undefined ? localOffset(time) : utcOffset, hour);

/** "10:41:55 +08:00": an instant with its zone. */
export const instantText = (time: Timestamp, zone: Zone): string => `${bareInstant(time, zone)} ${zoneText(zone)}`;

/** "2 versions of obshell: 4.5.0.0-0 on 2, 4.4.0.0-0 on 1". */
export const mixText = ({of, versions}: VersionMix): string => messages().screens.versions(of, versions);

/** Instead of an empty list, below its head, as lines of at most `width` columns. */
export const noteLines = (text: string, width: number): readonly string[] =>
	wrapText(text, width - markerWidth - textMargin.right).map(line => ' '.repeat(markerWidth) + line);

/** A text over as many lines as it needs, with a free column on both sides. */
export const paragraph = (text: string, width: number, tone: SpanTone = 'plain'): readonly Line[] =>
	wrapText(text, width - 2).map(line => [span(` ${line}`, tone)]);

const keyLine = (when: string, fingerprint: string, bits: number, columns: number): readonly Line[] => {
	const {key: words} = messages().screens;
	const line = ` ${cell(when, 6)}  ${fingerprint}  ${messages().agents.trust.bits(bits)}`;
	return columnsOf(line) < columns ? [[span(line)]] : [[span(` ${words.is(when, bits)}`)], ...paragraph(fingerprint, columns)];
};

/** An agent's old and new key, one below the other, so that they can be compared. */
export const keyLines = ({known, knownBits, offered, offeredBits}: KeyChange, columns: number): readonly Line[] => {
	const {before, now, noneBefore} = messages().screens.key;
	return [
		...(known === undefined ? [[span(` ${cell(before, 6)}  ${noneBefore}`, 'quiet')]] : keyLine(before, known, knownBits, columns)),
		...keyLine(now, offered, offeredBits, columns),
	];
};

/** That the agent cannot be queried, when the data below were read, and where its log is; if its key changed, both keys. No line while it responds. */
export const stalenessLines = (staleness: Staleness | undefined, {size, hour}: Pick<View, 'size' | 'hour'>, {glyphs}: Theme): readonly Line[] => {
	if (!staleness) {
		return [];
	}

	const {keys} = staleness;
	const said = stalenessTexts(staleness, {size, hour, mark: glyphs.ellipsis}).map(({problem, detail}) =>
		fitLine([span(` ${problem}`, 'bad'), span(detail.replaceAll('·', glyphs.dot), 'quiet')], size.columns, glyphs.ellipsis));
	return [...said, ...(keys && hasRoomForKeys(size) ? keyLines(keys, size.columns) : [])];
};

const at = (time: Timestamp): string => messages().faults.time.local(formatTime(time, localOffset(time)), offsetText(localOffset(time)));

const observed = (movedAt: Timestamp | undefined, outcome: Outcome | undefined, nothingYet: string): readonly Span[] => {
	if (movedAt === undefined || !outcome) {
		return [span(nothingYet, 'quiet')];
	}

	const {operation: words} = messages().screens;
	return isActive(outcome)
		? [span(words.is), span(outcomeLabel(outcome), toneOf(outcome)), span(words.since(at(movedAt)), 'quiet')]
		: [span(words.isNow), span(outcomeLabel(outcome), toneOf(outcome))];
};

/** An operation in one line: that it was sent, its response, and what was seen since. Times are local. */
export const operationSpans = ({action, agent, response, movedAt, outcome}: OperationView): readonly Span[] => {
	const {operation: words, actions} = messages().screens;
	const noun = actions.nouns[action];
	if (!response) {
		return [spinner('accent'), span(` ${words.sending(noun, agent)}`), ...(movedAt === undefined ? [] : observed(movedAt, outcome, ''))];
	}

	const {at: time, response: what} = response;
	const audit = what.auditProblem === undefined ? [] : [span(`  ${words.notAudited(what.auditProblem)}`, 'bad')];
	switch (what.type) {
		case 'accepted': {
			return [span(words.accepted(noun, at(time)), 'plain', true), ...observed(movedAt, outcome, words.nothingSeen), ...audit];
		}

		case 'refused': {
			return [span(words.refused(noun, at(time)), 'bad', true), span(operationText(what.fault)), ...audit];
		}

		case 'unknown': {
			return [span(words.unknown(noun), 'attention', true), span(words.problem(operationText(what.fault), at(time))), ...observed(movedAt, outcome, words.nothingSeen), ...audit];
		}

		case 'not-sent': {
			return [span(words.notSent(noun), 'bad', true), span(withKey({text: operationText(what.fault), key: what.fault.type === 'error' ? errorKey(what.fault.error) : undefined})), ...audit];
		}
	}
};

/** The same as a screen's line; none without an operation. */
export const operationLines = (operation: OperationView | undefined, width: number, theme: Theme): readonly Line[] =>
	operation ? [fitLine([span(' '), ...operationSpans(operation)], width - 1, theme.glyphs.ellipsis)] : [];
