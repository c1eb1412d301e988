// A report as text: Markdown for a ticket or a chat, and trace events that Perfetto and chrome://tracing open.

import {messages} from '../lib/messages/messages.js';
import {plainJson} from '../lib/printable.js';
import {type Report, type ReportPart, type Span} from './report.js';

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
	const {stage, agent, outcome: outcomeHead, time} = words.columns;
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
		yield row(['#', stage, agent, outcomeHead, time]);
		yield row(['---:', '---', '---', '---', '---:']);
		for (const {number, name, outcome: word, time: spent, parts} of stages) {
			yield row([String(number), inline(name), parts.length === 1 ? inline(parts[0]?.agent ?? '') : '', inline(word), spent]);
			for (const part of parts.length > 1 ? parts : []) {
				yield row(['', inline(part.name), inline(part.agent), inline(part.outcome), part.time]);
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

/** A complete event of the Trace Event Format: times in µs. */
const event = ({name, outcome, span}: Pick<ReportPart, 'name' | 'outcome'> & {readonly span: NonNullable<Span>}, track: number, details: Readonly<Record<string, unknown>> = {}): string =>
	plainJson(JSON.stringify({ph: 'X', pid: 1, tid: track, name, cat: 'obshell', ts: Math.round(span.from * 1000), dur: Math.round((span.to - span.from) * 1000), args: {outcome, ...details}}));

const naming = (kind: 'process_name' | 'thread_name', track: number, name: string): string => plainJson(JSON.stringify({ph: 'M', pid: 1, tid: track, name: kind, args: {name}}));

/**
Stages on the first track, and sub-tasks on a track for each agent. What never began is left out.

@yields A part of the JSON.
*/
export function * reportTrace({title, owner, id, outcome, span, stages = []}: Report): Generator<string> {
	const agents = [...new Set(stages.flatMap(({parts}) => parts.map(({agent}) => agent)))];
	const events = [
		naming('process_name', 0, `${title} · ${owner}`),
		naming('thread_name', 0, title),
		...agents.map((agent, index) => naming('thread_name', index + 1, agent)),
		...(span ? [event({name: title, outcome, span}, 0, {id, owner})] : []),
		...stages.flatMap(({number, name, outcome: word, span: when, parts}) => [
			...(when ? [event({name: `${number} ${name}`, outcome: word, span: when}, 0)] : []),
			...parts.flatMap(part => part.span ? [event({name: part.name, outcome: part.outcome, span: part.span}, agents.indexOf(part.agent) + 1, {id: part.id, stage: number})] : []),
		]),
	];
	yield '{"displayTimeUnit":"ms","traceEvents":[';
	yield events.join(',\n');
	yield ']}';
}
