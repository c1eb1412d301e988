// A task as a document for people who were not there: a web page, Markdown for a ticket, or trace events for a timeline viewer.

import {messages, spokenLanguage} from '../lib/messages/messages.js';
import {printableLines} from '../lib/printable.js';
import {formatDuration, formatInstant, momentText, offsetText, type Timestamp} from '../lib/time.js';
import {truncate} from '../lib/wrap.js';
import {severityOf} from '../protocol/logs.js';
import {type Outcome, outcomeLabel, shownStage} from '../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {beganAt, durationOf, numberedName, outcomeTones, partLabel, partOutcome, stageOutcome, taskOutcome} from '../store/selectors/basics.js';
import {wholeCauseText, whyText} from '../store/selectors/reason.js';
import {type Tone} from '../store/selectors/view-types.js';
import {isSlowStage, usualStages} from '../store/selectors/usual.js';
import {type Incident, type IncidentLog, type Made} from './collect-logs.js';
import {fullName, logLines, shortfallText} from './log-text.js';

/** When something ran, by the agent's clock; undefined if it never began or that is not known. */
export type Span = {readonly from: Timestamp; readonly to: Timestamp} | undefined;

/** A stage, or a sub-task of one. Texts are printable and without secrets. */
export type ReportPart = {
	readonly name: string;
	readonly outcome: string;
	readonly tone: Tone;
	/** When it began, by the agent's clock; empty if it never did or that is not known. With its date if that is not the task's. */
	readonly started: string;
	/** "15s"; empty if not known. */
	readonly time: string;
	readonly span: Span;
};

/** `usual`: how long it usually takes, "slow, 3s"; empty if not known. */
export type ReportStage = ReportPart & {readonly number: number; readonly usual: string; readonly parts: ReadonlyArray<ReportPart & {readonly id: string; readonly agent: string}>};

export type ReportLine = {readonly text: string; readonly isError: boolean};

export type ReportLog = {readonly title: string; readonly isFailed: boolean; /** Why it is not whole. */ readonly note: string | undefined; readonly lines: readonly ReportLine[]};

/** What a report says, in the language that is spoken. */
export type Report = {
	readonly language: string;
	readonly title: string;
	readonly owner: string;
	readonly id: string;
	readonly outcome: string;
	readonly tone: Tone;
	readonly facts: ReadonlyArray<readonly [label: string, value: string]>;
	/** Each on a line or several. */
	readonly reasons: readonly string[];
	/** Undefined if they are not known. */
	readonly stages: readonly ReportStage[] | undefined;
	readonly span: Span;
	readonly logs: readonly ReportLog[];
	/** "saved 2026-03-01 10:41 +08:00 by obwatch 0.1.0". */
	readonly made: string;
};

const toneOfOutcome = ({word}: Outcome): Tone => outcomeTones[word];

const spent = (duration: number | undefined): string => duration === undefined ? '' : formatDuration(duration);

const spanOf = (row: Dag | TaskNode | SubTask, present: Timestamp | undefined): Span => {
	const from = beganAt(row);
	const duration = durationOf(row, present);
	return from === undefined || duration === undefined ? undefined : {from, to: from + duration};
};

const factsOf = ({dag, owner, present, offset, usual}: Incident, outcome: string): Report['facts'] => {
	const {fields, stage, timesOfAgent} = messages().output.bundle;
	const rows: ReadonlyArray<readonly [string, string | undefined]> = [
		[fields.outcome, outcome],
		[fields.owner, owner],
		[fields.id, dag.id],
		[fields.stage, stage(shownStage(taskOutcome(dag), dag.stage), dag.maxStage)],
		[fields.began, dag.startTime === undefined ? undefined : momentText(dag.startTime, offset)],
		[fields.time, spent(durationOf(dag, present)) || undefined],
		[messages().output.report.usually, spent(usual?.whole?.median) || undefined],
		[fields.times, timesOfAgent(offsetText(offset))],
	];
	return rows.flatMap(([label, value]) => value === undefined ? [] : [[label, value] as const]);
};

const stageOf = ({dag, present, offset, isPartFailed, usual}: Incident, node: TaskNode, index: number, clean: (text: string) => string): ReportStage => {
	const usualOf = usual && usualStages(usual, dag.nodes ?? [])[index];
	const startedOf = (row: TaskNode | SubTask): string => {
		const time = beganAt(row);
		return time === undefined ? '' : formatInstant(time, offset, dag.startTime ?? time);
	};

	const outcome = stageOutcome(dag, node);
	return {
		number: index + 1,
		usual: usualOf ? messages().output.fleet.usually(formatDuration(usualOf.median), isSlowStage(node, durationOf(node, present), usualOf)) : '',
		name: clean(messages().tasks.engineName(node.name)),
		outcome: partLabel({outcome, hasFailedPart: isPartFailed(node)}),
		tone: isPartFailed(node) ? 'bad' : toneOfOutcome(outcome),
		started: startedOf(node),
		time: spent(durationOf(node, present)),
		span: spanOf(node, present),
		parts: node.subTasks.map(subTask => {
			const of = partOutcome(dag, subTask);
			return {
				id: subTask.id,
				name: clean(messages().tasks.engineName(subTask.name)),
				agent: clean(subTask.agent ?? messages().output.unknownAgent),
				outcome: partLabel({outcome: of, hasFailedPart: isPartFailed(subTask)}),
				tone: isPartFailed(subTask) ? 'bad' : toneOfOutcome(of),
				started: startedOf(subTask),
				time: spent(durationOf(subTask, present)),
				span: spanOf(subTask, present),
			};
		}),
	};
};

const logOf = ({dag, offset}: Incident, {of, stage, node, subTask, log}: IncidentLog, clean: (text: string) => string): ReportLog => {
	const {unknownAgent, bundle: words, logs: {incomplete}} = messages().output;
	const outcome = partOutcome(of ?? dag, subTask);
	return {
		title: clean(`${of ? `${numberedName(of)} › ` : ''}${stage} ${messages().tasks.engineName(node.name)} › ${subTask.agent ?? unknownAgent} · ${outcomeLabel(outcome)}`),
		isFailed: toneOfOutcome(outcome) === 'bad',
		note: log === undefined ? words.neverRan : (log.shortfall === undefined ? undefined : incomplete(shortfallText(log.shortfall))),
		lines: log ? logLines(log.buffer, subTask, of?.utcOffset ?? offset).map((line, index) => ({text: printableLines(line), isError: severityOf(log.buffer.texts[index] ?? '') === 'error'})).toArray() : [],
	};
};

/** The report of a task whose logs were collected and redacted. */
export const reportOf = (incident: Incident, logs: readonly IncidentLog[], made: Made, redact: (text: string) => string): Report => {
	const {dag, owner, present, why, causes, isStalled, isFailing} = incident;
	const clean = (text: string): string => printableLines(redact(truncate(text)));
	const outcome = taskOutcome(dag);
	const said = messages().output.fleet.outcome(outcomeLabel(outcome), {isStalled, isFailing});
	const label = messages().output.named(said, `${dag.state} / ${dag.operator}`);
	const reasons = causes.length > 0 ? causes.map(cause => wholeCauseText(cause)) : [whyText(why) ?? ''];
	return {
		language: spokenLanguage() === 'en' ? 'en' : 'zh-CN',
		title: clean(fullName(dag.name)),
		owner: clean(owner),
		id: dag.id,
		outcome: said,
		tone: isFailing ? 'bad' : toneOfOutcome(outcome),
		facts: factsOf(incident, label).map(([name, value]) => [name, clean(value)] as const),
		reasons: reasons.filter(reason => reason !== '').map(reason => clean(reason)),
		stages: dag.nodes?.map((node, index) => stageOf(incident, node, index, clean)),
		span: spanOf(dag, present),
		logs: logs.map(log => logOf(incident, log, clean)),
		made: messages().output.bundle.savedBy(momentText(made.at, made.offset), made.version),
	};
};
