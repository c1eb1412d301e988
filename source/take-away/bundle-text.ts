import {identityOf} from '../protocol/identity.js';
import {printableLines} from '../protocol/printable.js';
import {type JournalEntry} from '../store/journal/journal.js';
import {changeWords} from '../store/select/change-words.js';
import {durationOf} from '../store/select/duration.js';
import {troubleOf} from '../store/select/problem-words.js';
import {type AgentEntry} from '../store/state.js';
import {nodeOutcome, subTaskOutcome, taskOutcome} from '../store/select/task-cells.js';
import {formatDate, formatTime} from '../store/clock-time.js';
import {formatDuration} from '../format/duration.js';
import {textTable} from '../format/text-table.js';
import {beside} from './beside-logs.js';
import {type BundleDetails, type Incident, type IncidentLog, type Made} from './incident.js';
import {logLines} from './log-text.js';
import {counted, momentWords, offsetWords, outcomeWords} from './words.js';

const spent = (duration: number | undefined): string => duration === undefined ? '' : formatDuration(duration);

const done = new Set(['succeeded', 'passed', 'ended', 'rolled back']);

const summary = ({dag, owner, why, present, offset}: Incident, {version, at, offset: local}: Made): readonly string[] => {
	const facts: ReadonlyArray<readonly [string, string | undefined]> = [
		['task', dag.name],
		['id', dag.id],
		['of', owner],
		['outcome', `${outcomeWords(taskOutcome(dag))} (${dag.state} / ${dag.operator})`],
		['stage', `${dag.stage} of ${dag.maxStage}`],
		['began', dag.startTime === undefined ? undefined : momentWords(dag.startTime, offset)],
		['time', spent(durationOf(dag, present)) || undefined],
		['why', why],
		['saved', `${momentWords(at, local)} by obwatch ${version}`],
		['times', `below, all are the agent's: ${offsetWords(offset)}`],
	];
	return facts.flatMap(([name, value]) => value === undefined ? [] : [`${name.padEnd(8)} ${value}`]);
};

const stages = ({dag, present}: Incident): readonly string[] => dag.nodes === undefined
	? ['not known yet']
	: textTable([
		['#', 'STAGE', 'SUB-TASKS', 'OUTCOME', 'TIME'],
		...dag.nodes.map((node, index) => [
			String(index + 1),
			node.name,
			`${node.subTasks.filter(subTask => done.has(subTaskOutcome(subTask).word)).length}/${node.subTasks.length}`,
			outcomeWords(nodeOutcome(node)),
			spent(durationOf(node, present)),
		]),
	], {right: new Set([0, 2, 4])});

const reached = (entry: AgentEntry): string => entry.connection.type === 'failing' ? troubleOf(entry) ?? 'no answer' : entry.connection.type;

const agentTable = (agents: readonly AgentEntry[]): readonly string[] => textTable([
	['AGENT', 'IDENTITY', 'ZONE', 'OBSHELL', 'OCEANBASE', 'OB STATE', 'LOCK', 'CONNECTION'],
	...agents.map(entry => [
		entry.name ?? entry.address.label,
		identityOf(entry.info, entry.status) || '?',
		entry.info?.zone ?? '?',
		entry.status?.version ?? entry.info?.version ?? '?',
		entry.info?.obVersion ?? '?',
		entry.info?.isSeekdb ? '-' : String(entry.status?.obState ?? '?'),
		entry.status === undefined ? '?' : (entry.status.underMaintenance ? 'held' : 'free'),
		reached(entry),
	]),
]);

/** What was seen to change, oldest first, by the clock of the machine that saw it. */
const changeTable = (changes: readonly JournalEntry[], offset: number): readonly string[] => changes.length === 0
	? ['none seen since obwatch was started']
	: textTable([
		[`TIME ${offsetWords(offset)}`, 'AGENT', 'EVENT', 'TASK', ''],
		...changes.map(({at, label, transition}) => {
			const {outcome, event, task, detail} = changeWords(transition);
			return [`${formatDate(at, offset)} ${formatTime(at, offset)}`, label, outcome ? outcomeWords(outcome) : event, task, detail];
		}),
	]);

const logHead = ({stage, node, subTask, log}: IncidentLog, {present}: Incident): readonly string[] => {
	const facts = [outcomeWords(subTaskOutcome(subTask)), spent(durationOf(subTask, present)), counted(subTask.executeTimes, 'execution'), `id ${subTask.id}`];
	const title = `══ ${stage} ${node.name} › ${subTask.agent ?? 'unknown agent'} · ${facts.filter(fact => fact !== '').join(' · ')}`;
	const note = log === undefined ? 'never ran' : (log.shortfall === undefined ? undefined : `not the whole log: ${log.shortfall}`);
	return ['', title, ...(note === undefined ? [] : [note])];
};

/**
A bundle for people: what happened and why, the stages, the agents, then every log. All of it goes through `redact` but for the lines of the logs, which did before.

@yields A line, or an entry of several.
*/
export function * bundleText(incident: Incident, logs: readonly IncidentLog[], {made, redact}: BundleDetails): Generator<string> {
	const head = [
		'INCIDENT',
		...summary(incident, made),
		'',
		'STAGES',
		...stages(incident),
		'',
		'AGENTS',
		...agentTable(incident.agents),
		'',
		'CHANGES',
		...changeTable(incident.changes, made.offset),
		'',
		'LOGS',
	];
	for (const line of head) {
		yield printableLines(redact(beside(line)));
	}

	for (const log of logs) {
		for (const line of logHead(log, incident)) {
			yield printableLines(redact(beside(line)));
		}

		for (const line of log.log ? logLines(log.log.buffer, log.subTask, incident.offset) : []) {
			yield printableLines(line);
		}
	}
}
