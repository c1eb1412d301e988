// A report as text: Markdown for a ticket or a chat, and trace events that Perfetto and chrome://tracing open.

import {messages} from '../lib/messages/messages.js';
import {plainJson} from '../lib/printable.js';
import {type Report, type ReportPart} from './report.js';

/** Text in a line of Markdown. What an agent says must not become a link, an image or a table. */
const inline = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>#|~!&]/g, String.raw`\$&`).replaceAll('\n', ' ');

/** A block of text as it is, whatever is in it. */
const block = (text: string): string => {
	const longest = Math.max(2, ...[...text.matchAll(/`{3,50}/g)].map(([ticks]) => ticks.length));
	const fence = '`'.repeat(longest + 1);
	return `${fence}text\n${text}\n${fence}`;
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

// A ticket needs the end of a failed log; all of it is in the page and in the bundle.
const lastLines = 30;

/**
@yields A part of the text.
*/
export function * reportMarkdown({title, owner, outcome, facts, reasons, stages, logs, made}: Report): Generator<string> {
	const words = messages().output.report;
	const {stage, agent, outcome: outcomeHead, started: startedHead, time, usually} = words.columns;
	const hasUsual = stages?.some(({usual}) => usual !== '') ?? false;
	yield `# ${inline(title)} (${inline(owner)}): ${inline(outcome)}\n`;
	for (const [label, value] of facts) {
		yield `- ${inline(label)}: ${inline(value)}`;
	}

	if (reasons.length > 0) {
		yield `\n## ${words.why}\n`;
		for (const reason of reasons) {
			yield block(reason);
		}
	}

	yield `\n## ${words.stages}\n`;
	if (stages) {
		yield row(['#', stage, agent, outcomeHead, startedHead, time, ...(hasUsual ? [usually] : [])]);
		yield row(['---:', '---', '---', '---', '---', '---:', ...(hasUsual ? ['---:'] : [])]);
		for (const {number, name, outcome: word, started, time: spent, usual, parts} of stages) {
			yield row([String(number), inline(name), parts.length === 1 ? inline(parts[0]?.agent ?? '') : '', inline(word), started, spent, ...(hasUsual ? [usual] : [])]);
			for (const part of parts.length > 1 ? parts : []) {
				yield row(['', inline(part.name), inline(part.agent), inline(part.outcome), part.started, part.time, ...(hasUsual ? [''] : [])]);
			}
		}
	} else {
		yield messages().output.bundle.stagesUnknown;
	}

	for (const {title: name, note, lines, isFailed} of logs) {
		if (!isFailed || lines.length === 0) {
			continue;
		}

		yield `\n## ${inline(name)}\n`;
		if (note !== undefined) {
			yield `${inline(note)}\n`;
		}

		if (lines.length > lastLines) {
			yield `${words.lastLines(lastLines, lines.length)}\n`;
		}

		yield block(lines.slice(-lastLines).map(({text}) => text).join('\n'));
	}

	yield `\n${inline(made)}`;
}

/** A complete event of the Trace Event Format, before it is on a track: times in µs. */
type TraceEvent = {readonly name: string; readonly ts: number; readonly dur: number; readonly args: Readonly<Record<string, unknown>>};

const eventOf = ({name, outcome, span}: Pick<ReportPart, 'name' | 'outcome' | 'span'>, details: Readonly<Record<string, unknown>> = {}): readonly TraceEvent[] =>
	span ? [{name, ts: Math.round(span.from * 1000), dur: Math.round((span.to - span.from) * 1000), args: {outcome, ...details}}] : [];

const endOf = ({ts, dur}: TraceEvent): number => ts + dur;

/** As few tracks as it takes for no two events on one to overlap unless one holds the other: viewers leave out what does. At least one. */
const tracksOf = (events: readonly TraceEvent[]): ReadonlyArray<readonly TraceEvent[]> => {
	const tracks: TraceEvent[][] = [[]];
	for (const event of events.toSorted((one, other) => one.ts - other.ts || other.dur - one.dur)) {
		const track = tracks.find(placed => placed.every(before => endOf(before) <= event.ts || endOf(before) >= endOf(event)));
		if (track) {
			track.push(event);
		} else {
			tracks.push([event]);
		}
	}

	return tracks;
};

/**
The task and its stages on the first track, and sub-tasks on a track for each agent, or several where they overlap. What never began is left out.

@yields A part of the JSON.
*/
export function * reportTrace({title, owner, id, outcome, span, stages = []}: Report): Generator<string> {
	const parts = stages.flatMap(stage => stage.parts.map(part => ({...part, stage: stage.number})));
	const groups = [
		{name: title, events: [...eventOf({name: title, outcome, span}, {id, owner}), ...stages.flatMap(stage => eventOf({...stage, name: `${stage.number} ${stage.name}`}))]},
		...[...Map.groupBy(parts, ({agent}) => agent)].map(([name, own]) => ({name, events: own.flatMap(part => eventOf(part, {id: part.id, stage: part.stage}))})),
	];
	const tracks = groups.flatMap(({name, events}) => tracksOf(events).map(placed => ({name, events: placed})));
	const written = [
		{ph: 'M', pid: 1, tid: 0, name: 'process_name', args: {name: `${title} · ${owner}`}},
		...tracks.flatMap(({name, events}, tid) => [
			{ph: 'M', pid: 1, tid, name: 'thread_name', args: {name}},
			...events.map(event => ({ph: 'X', pid: 1, tid, cat: 'obshell', ...event})),
		]),
	];
	yield '{"displayTimeUnit":"ms","traceEvents":[';
	yield written.map(event => plainJson(JSON.stringify(event))).join(',\n');
	yield ']}';
}
