import {afterEach, describe, expect, test} from 'vitest';
import {type Incident, type IncidentLog} from '../../source/export/collect-logs.js';
import {reportOf} from '../../source/export/report.js';
import {reportHtml} from '../../source/export/report-html.js';
import {reportMarkdown, reportTrace} from '../../source/export/report-text.js';
import {speak} from '../../source/lib/messages/messages.js';
import {createRedactor} from '../../source/lib/redact.js';
import {linesOf} from '../../source/protocol/logs.js';
import {logFromLines} from '../../source/store/log/buffer.js';
import {causesIn} from '../../source/store/selectors/cause.js';
import {reasonsIn} from '../../source/store/selectors/reason.js';
import {initialState} from '../../source/store/initial-state.js';
import {after, makeDag, makeNode, makeSubTask, ten} from '../helpers/tasks.js';

afterEach(async () => speak('en'));

const failure = {state: 'FAILED', operator: 'RUN'} as const;
const hostile = '<script src="https://evil.example/x.js">alert(1)</script> ![](https://evil.example/p.png) | `x` correct horse';

const failed = makeSubTask({...failure, agent: '10.0.0.1:2886', startTime: after(2), endTime: after(12)});
const other = makeSubTask({id: '12', key: '12', agent: '10.0.0.2:2886', state: 'SUCCEED', startTime: after(2), endTime: after(5)});
const dag = makeDag({...failure, name: `Grow ${hostile}`, stage: 1, maxStage: 2, utcOffset: 480, startTime: after(0), endTime: after(12), nodes: [
	makeNode({...failure, startTime: after(2), endTime: after(12), subTasks: [failed, other]}),
	makeNode({id: '2', key: '2', name: 'Later', state: 'PENDING', subTasks: [makeSubTask({id: '22', key: '22', state: 'PENDING', executeTimes: 0, logs: undefined})]}),
]});

const incident: Incident = {
	dag, owner: 'obdemo', agent: '10.0.0.1:2886', present: after(20), offset: 480, causes: [], why: reasonsIn(initialState([], {columns: 80, rows: 24}), dag, 'obdemo'), isStalled: false, isFailing: false, failing: new Set(), isPartFailed: () => false, elsewhere: [], agents: [], cluster: undefined, changes: [],
};

const lines = Array.from({length: 40}, (_, index) => ({id: index, executeTimes: 1, text: index === 39 ? `ERROR: [X]: ${hostile.replace('correct horse', '')}` : `line ${index}`, time: after(index / 10)}));

const logs: readonly IncidentLog[] = [
	{stage: 1, node: dag.nodes![0]!, subTask: failed, log: {buffer: logFromLines(undefined, linesOf(lines), Infinity), shortfall: undefined, error: undefined}},
	{stage: 2, node: dag.nodes![1]!, subTask: dag.nodes![1]!.subTasks[0]!, log: undefined},
];

const make = () => reportOf(incident, logs, {version: '1.2.3', at: after(30), offset: 0}, createRedactor(['correct horse']));
const textOf = (parts: Iterable<string>): string => [...parts].join('\n');

describe('a report as a web page', () => {
	test('runs nothing, loads nothing and shows no secret, whatever an agent says', () => {
		const page = textOf(reportHtml(make()));
		expect(page).not.toMatch(/<(?:script|img|link|iframe|object|a)\b/i);
		expect(page).not.toMatch(/(?:src|href)="/);
		expect(page).not.toMatch(/url\(|@import/);
		expect(page).toContain('content="default-src \'none\'; style-src \'unsafe-inline\'"');
		expect(page).toContain('&lt;script src=&quot;https://evil.example/x.js&quot;&gt;');
		expect(page).not.toContain('correct horse');
	});

	test('draws what ran over time, and opens the failed log alone', () => {
		const page = textOf(reportHtml(make()));
		expect(page.match(/<rect /g)).toHaveLength(3);
		expect(page).toMatch(/<rect class="bad"[^>]*><title>/);
		expect(page.match(/<details open>/g)).toHaveLength(1);
		expect(page.match(/<details>/g)).toHaveLength(1);
		expect(page).toContain('<span class="error">');
	});

	test('is in the language that is spoken', async () => {
		expect(textOf(reportHtml(make()))).toContain('<html lang="en">');
		await speak('zh');
		const page = textOf(reportHtml(make()));
		expect(page).toContain('<html lang="zh-CN">');
		expect(page).toContain('<h2>阶段</h2>');
	});
});

describe('a report as Markdown', () => {
	const text = textOf(reportMarkdown(make()));

	test('makes no link, picture or table row of what an agent says', () => {
		expect(text.split('\n', 1)[0]).toContain(String.raw`\<script`);
		const outside = text.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
		expect(outside).not.toMatch(/(?<!\\)!\[/);
		expect(text).not.toContain('correct horse');
		const rows = text.split('\n').filter(line => line.startsWith('| '));
		expect(new Set(rows.map(row => row.replaceAll(String.raw`\|`, '').split('|').length))).toEqual(new Set([8]));
	});

	test('says when each stage began, by the agent\'s clock', () => {
		const stages = text.split('\n').filter(line => line.startsWith('| ')).slice(2);
		expect(stages.map(row => row.split(' | ').at(-2))).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d$/), expect.stringMatching(/^\d\d:\d\d:\d\d$/), expect.stringMatching(/^\d\d:\d\d:\d\d$/), '']);
	});

	test('has the end of the failed log', () => {
		expect(text).toContain('The last 30 of 40 lines:');
		expect(text).toContain('line 38');
		expect(text).not.toContain('line 9\n');
	});
});

test('a report as trace events has a track for each agent, with times in microseconds', () => {
	const {traceEvents} = JSON.parse(textOf(reportTrace(make()))) as {traceEvents: ReadonlyArray<{ph: string; tid: number; name: string; ts: number; dur: number; args: Record<string, unknown>}>};
	const tracks = traceEvents.filter(({ph, name}) => ph === 'M' && name === 'thread_name').map(({tid, args}) => [tid, args['name']]);
	expect(tracks.slice(1)).toEqual([[1, '10.0.0.1:2886'], [2, '10.0.0.2:2886'], [3, expect.any(String)]]);
	const spans = traceEvents.filter(({ph}) => ph === 'X');
	expect(spans.map(({tid}) => tid)).toEqual([0, 0, 1, 2]);
	expect(spans[2]).toMatchObject({ts: after(2) * 1000, dur: 10_000_000, args: {outcome: 'failed', stage: 1}});
});

test('a report as trace events keeps the rules of its viewers: whole numbers, names, and no events on a track that overlap without one holding the other', () => {
	// One agent at work on three parts at once, of a stage that is older than its task says.
	const parts = [[2, 12], [3, 8], [4, 14], [9, 10.0005]].map(([from = 0, to = 0], index) => makeSubTask({id: `5${index}`, key: `5${index}`, agent: '10.0.0.1:2886', state: 'SUCCEED', startTime: after(from), endTime: after(to)}));
	const overlapping = {...dag, startTime: after(3), endTime: after(15), nodes: [makeNode({state: 'SUCCEED', startTime: after(2), endTime: after(14), subTasks: parts})]};
	const text = textOf(reportTrace(reportOf({...incident, dag: overlapping}, [], {version: '1.2.3', at: after(30), offset: 0}, createRedactor([]))));
	const {traceEvents} = JSON.parse(text) as {traceEvents: ReadonlyArray<{ph: string; pid: number; tid: number; name: string; ts: number; dur: number}>};
	const spans = traceEvents.filter(({ph}) => ph === 'X');
	expect(spans).toHaveLength(6);
	for (const {ph, pid, tid, name} of traceEvents) {
		expect([ph, pid, Number.isSafeInteger(tid), typeof name]).toEqual([expect.stringMatching(/^[XM]$/), 1, true, 'string']);
	}

	for (const {ts, dur} of spans) {
		expect([Number.isSafeInteger(ts), Number.isSafeInteger(dur), dur >= 0]).toEqual([true, true, true]);
	}

	const crossing = spans.filter(one => spans.some(({tid, ts, dur}) => one.tid === tid && one.ts < ts && ts < one.ts + one.dur && one.ts + one.dur < ts + dur));
	expect(crossing).toEqual([]);
	const named = new Map(traceEvents.filter(({name}) => name === 'thread_name').map(({tid}) => [tid, true]));
	expect(spans.every(({tid}) => named.has(tid))).toBe(true);
	expect(named.size).toBe(4);
});

test('a report of a task that was rolled back says that it is before its first stage, as the tables do', () => {
	const undone: Incident = {...incident, dag: {...dag, state: 'SUCCEED', operator: 'ROLLBACK'}};
	expect(reportOf(undone, [], {version: '1.2.3', at: after(30), offset: 0}, createRedactor([])).facts).toContainEqual(['stage', '0 of 2']);
});

test('a report says how long the task and its stages usually take, where that is known', () => {
	const usual = {runs: 3, median: 3000, slow: 4000, longest: 4000};
	const nodes = [makeNode({key: 'a', name: 'Check', startTime: ten, endTime: after(9)}), makeNode({key: 'b', name: 'Upgrade', startTime: after(9), endTime: after(19)})];
	const known: Incident = {...incident, dag: {...dag, nodes}, usual: {whole: {...usual, median: 40_000}, stages: new Map([['Check', usual]])}};
	const report = reportOf(known, [], {version: '1.2.3', at: after(30), offset: 0}, createRedactor([]));
	expect(report.facts).toContainEqual(['usually', '40s']);
	expect(report.stages?.map(stage => stage.usual)).toEqual(['slow, 3s', '']);
	expect(textOf(reportMarkdown(report))).toContain('| 1 | Check |');
	expect(textOf(reportMarkdown(report))).toMatch(/\| Time \| Usually \|\n.*\n\| 1 \| Check .*\| 9s \| slow, 3s \|/);
	expect(textOf(reportHtml(report))).toContain('<th class="number" scope="col">Usually</th>');
	expect(textOf(reportMarkdown(make()))).not.toContain('Usually');
});

test('a report of a running task with a failed part says so, and where the reason is', () => {
	const running = makeDag({...dag, state: 'RUNNING', nodes: [makeNode({name: 'Start observer', state: 'RUNNING', subTasks: [{...failed, logs: ['ERROR: no memory\nat all']}, {...other, state: 'RUNNING'}]})]});
	const causes = causesIn(initialState([], {columns: 80, rows: 24}), running, 'obdemo');
	const report = reportOf({...incident, dag: running, isFailing: true, causes}, [], {version: '1.2.3', at: after(30), offset: 0}, createRedactor([]));
	const ofMain = reportOf({...incident, dag: running, isFailing: true, isPartFailed: part => part === running.nodes?.[0]}, [], {version: '1.2.3', at: after(30), offset: 0}, createRedactor([]));
	expect(ofMain.stages?.[0]).toMatchObject({outcome: expect.stringMatching(/^\w+, part failed$/) as string, tone: 'bad'});
	expect(report).toMatchObject({outcome: 'running, failing', tone: 'bad', reasons: ['Start observer @ 10.0.0.1:2886: no memory\nat all']});
});
