// A report as one web page: nothing is loaded from anywhere, no script is needed, and it prints well.

import {messages} from '../lib/messages/messages.js';
import {formatDuration} from '../lib/time.js';
import {type Tone} from '../store/selectors/view-types.js';
import {type Report, type ReportLog, type ReportPart, type ReportStage, type Span} from './report.js';

const escapes: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;'};

/** Text as HTML, also between quotes. */
const html = (text: string): string => text.replaceAll(/[&<>"']/g, mark => escapes[mark] ?? '');

// Each colour has a contrast of 4.5 or more to its background, in the light and in the dark.
const style = `
:root { color-scheme: light dark; --text: #1c1e21; --quiet: #5c6370; --back: #ffffff; --panel: #f3f4f6; --line: #c9cdd3; --good: #1a7f37; --bad: #b3261e; --active: #0a5fb0; --attention: #8a5a00; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --quiet: #a0a7b4; --back: #16181c; --panel: #22262c; --line: #4a505a; --good: #5fce7d; --bad: #ff8f85; --active: #74b8ff; --attention: #e8b54d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .active { color: var(--active); } .attention { color: var(--attention); } .quiet { color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; } dt { color: var(--quiet); } dd { margin: 0; }
pre { margin: 0; padding: .75rem; background: var(--panel); font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; }
.why { border-left: 4px solid var(--bad); } .why + .why { margin-top: .5rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media (min-width: 40rem) { td:nth-child(n + 3) { white-space: nowrap; } }
.part td:first-of-type { padding-left: 1.25rem; color: var(--quiet); }
svg { width: 100%; height: auto; } svg text { fill: var(--text); font: 12px system-ui, "Noto Sans SC", sans-serif; } svg .quiet-text { fill: var(--quiet); } svg line { stroke: var(--line); }
rect.good { fill: var(--good); } rect.bad { fill: var(--bad); } rect.active { fill: var(--active); } rect.attention { fill: var(--attention); } rect.quiet, rect.plain { fill: var(--quiet); }
details { border: 1px solid var(--line); margin: .5rem 0; } summary { cursor: pointer; padding: .5rem .75rem; } summary:focus-visible { outline: 3px solid var(--active); }
.error { color: var(--bad); font-weight: 600; }
footer { margin-top: 2rem; color: var(--quiet); font-size: .85rem; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 11px; } pre { font-size: 9px; } details::details-content { content-visibility: visible; block-size: auto; } h2, .why, tr { break-inside: avoid; } }
`;

const named = (tone: Tone, text: string): string => `<span class="${tone}">${html(text)}</span>`;

const chart = {width: 960, labels: 260, row: 22, top: 24};

/** Where a span is in the chart; at least two units wide, so that it can be seen. */
const barOf = (span: NonNullable<Span>, whole: NonNullable<Span>): {readonly x: number; readonly width: number} => {
	const scale = (chart.width - chart.labels) / Math.max(1, whole.to - whole.from);
	const x = chart.labels + (Math.max(0, span.from - whole.from) * scale);
	return {x: Math.min(chart.width - 2, x), width: Math.max(2, Math.min(chart.width - x, (span.to - span.from) * scale))};
};

const labelLength = 34;

const rowOf = ({name, tone, span, time, outcome}: ReportPart, label: string, index: number, whole: NonNullable<Span>, isPart: boolean): string => {
	const y = chart.top + (index * chart.row);
	const short = label.length > labelLength ? `${label.slice(0, labelLength - 1)}…` : label;
	const text = `<text x="${isPart ? 16 : 0}" y="${y + 14}"${isPart ? ' class="quiet-text"' : ''}>${html(short)}</text>`;
	if (!span) {
		return text;
	}

	const {x, width} = barOf(span, whole);
	const height = isPart ? 8 : 14;
	return `${text}<rect class="${tone}" x="${x.toFixed(1)}" y="${y + 10 - (height / 2)}" width="${width.toFixed(1)}" height="${height}"><title>${html(`${name}: ${outcome} ${time}`)}</title></rect>`;
};

/** The stages and their sub-tasks over time. */
const timeline = (stages: readonly ReportStage[], whole: NonNullable<Span>, words: {readonly title: string}): string => {
	// A single sub-task would repeat its stage.
	const rows = stages.flatMap(stage => [
		{part: stage, label: `${stage.number} ${stage.name}`, isPart: false},
		...(stage.parts.length > 1 ? stage.parts.map(part => ({part: part as ReportPart, label: part.agent, isPart: true})) : []),
	]);
	const height = chart.top + (rows.length * chart.row) + 4;
	const marks = [0, 0.25, 0.5, 0.75, 1].map(share => {
		const x = chart.labels + ((chart.width - chart.labels) * share);
		const anchor = share === 1 ? 'end' : (share === 0 ? 'start' : 'middle');
		return `<line x1="${x}" x2="${x}" y1="${chart.top - 4}" y2="${height}"/><text class="quiet-text" x="${x}" y="12" text-anchor="${anchor}">${html(formatDuration((whole.to - whole.from) * share))}</text>`;
	});
	return `<svg viewBox="0 0 ${chart.width} ${height}" role="img" aria-label="${html(words.title)}">${marks.join('')}${rows.map(({part, label, isPart}, index) => rowOf(part, label, index, whole, isPart)).join('')}</svg>`;
};

const numberCell = (text: string): string => `<td class="number">${html(text)}</td>`;

/** With the usual time, if that of any stage is known. */
const stageRows = ({number, name, outcome, tone, time, usual, parts}: ReportStage, hasUsual: boolean): string => [
	`<tr><td class="number">${number}</td><td>${html(name)}</td><td>${parts.length === 1 ? html(parts[0]?.agent ?? '') : ''}</td><td>${named(tone, outcome)}</td>${numberCell(time)}${hasUsual ? numberCell(usual) : ''}</tr>`,
	...(parts.length > 1 ? parts.map(part => `<tr class="part"><td class="number"></td><td>${html(part.name)}</td><td>${html(part.agent)}</td><td>${named(part.tone, part.outcome)}</td>${numberCell(part.time)}${hasUsual ? numberCell('') : ''}</tr>`) : []),
].join('\n');

function * logSection({title, isFailed, note, lines}: ReportLog): Generator<string> {
	yield `<details${isFailed ? ' open' : ''}><summary>${html(title)}</summary>${note === undefined ? '' : `<p>${html(note)}</p>`}<pre>`;
	for (const {text, isError} of lines) {
		yield isError ? `<span class="error">${html(text)}</span>` : html(text);
	}

	yield '</pre></details>';
}

/**
The page.

@yields A part of it.
*/
export function * reportHtml({language, title, owner, outcome, tone, facts, reasons, stages, span, logs, made}: Report): Generator<string> {
	const words = messages().output.report;
	const {stage, agent, outcome: outcomeHead, time, usually} = words.columns;
	const hasUsual = stages?.some(({usual}) => usual !== '') ?? false;
	yield `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(`${title} · ${owner} · ${outcome}`)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${html(title)} ${named(tone, outcome)}</h1></header>
<main>
<dl>${facts.map(([label, value]) => `<dt>${html(label)}</dt><dd>${html(value)}</dd>`).join('')}</dl>`;
	if (reasons.length > 0) {
		yield `<section><h2>${html(words.why)}</h2>${reasons.map(reason => `<pre class="why">${html(reason)}</pre>`).join('')}</section>`;
	}

	yield `<section><h2>${html(words.stages)}</h2>`;
	if (stages) {
		if (span && stages.some(row => row.span)) {
			yield timeline(stages, span, {title: words.timeline});
		}

		yield `<table><thead><tr><th class="number" scope="col">#</th><th scope="col">${html(stage)}</th><th scope="col">${html(agent)}</th><th scope="col">${html(outcomeHead)}</th><th class="number" scope="col">${html(time)}</th>${hasUsual ? `<th class="number" scope="col">${html(usually)}</th>` : ''}</tr></thead><tbody>`;
		for (const row of stages) {
			yield stageRows(row, hasUsual);
		}

		yield '</tbody></table></section>';
	} else {
		yield `<p>${html(messages().output.bundle.stagesUnknown)}</p></section>`;
	}

	yield `<section><h2>${html(words.logs)}</h2>`;
	for (const log of logs) {
		yield * logSection(log);
	}

	yield `</section>
</main>
<footer>${html(made)}</footer>
</body>
</html>`;
}
