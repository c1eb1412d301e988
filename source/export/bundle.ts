import {cell, widest} from '../lib/columns.js';
import {textTable} from '../lib/fit-columns.js';
import {english} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {plainJson, printableLines} from '../lib/printable.js';
import {formatDate, formatDuration, formatTime, momentText, offsetText, type Timestamp} from '../lib/time.js';
import {truncate} from '../lib/wrap.js';
import {writeNewFiles} from '../lib/write-file.js';
import {identityOf} from '../protocol/identity.js';
import {attemptsOf, outcomeLabel, shownStage, traitsOf} from '../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {type JournalEntry} from '../store/changes.js';
import {lastTaskOf} from '../store/lookup.js';
import {durationOf, numberedName, partLabel, partOutcome, stageOutcome, subTaskOutcome, taskOutcome} from '../store/selectors/basics.js';
import {troubleOf} from '../store/selectors/connection.js';
import {toldOf} from '../store/selectors/explanation.js';
import {changeDocument, describeChange} from '../store/selectors/journal.js';
import {whyText} from '../store/selectors/reason.js';
import {type AgentEntry} from '../store/state.js';
import {type BundleDetails, type Incident, type IncidentLog, type Made} from './collect-logs.js';
import {type ExportContext} from './context.js';
import {fullName, inChunks, logLines, shortfallText} from './log-text.js';
import {collectWithoutSecrets, savedOf, saveOpenTask, type WriteTask} from './save-task.js';

const moment = (time: Timestamp | undefined): string | undefined => time === undefined || Number.isNaN(time) ? undefined : new Date(time).toISOString();

const timed = <Row extends Pick<Dag, 'startTime' | 'endTime'>>(row: Row) => ({...row, startTime: moment(row.startTime), endTime: moment(row.endTime)});

type Failed = Pick<Incident, 'failing' | 'isPartFailed'>;

const subTaskDocument = (dag: Dag, subTask: SubTask, {isPartFailed}: Failed) => {
	const {rawLogs: _rawLogs, ...rest} = subTask;
	const {logs: _logs, ...row} = rest;
	return {...timed(row), outcome: outcomeLabel(partOutcome(dag, rest), english), partFailed: isPartFailed(subTask)};
};

const nodeDocument = (dag: Dag, node: TaskNode, failed: Failed) => ({...timed(node), outcome: outcomeLabel(stageOutcome(dag, node), english), partFailed: failed.isPartFailed(node), subTasks: node.subTasks.map(subTask => subTaskDocument(dag, subTask, failed))});

const taskDocument = (dag: Dag, failed: Failed) => ({...timed(dag), outcome: outcomeLabel(taskOutcome(dag), english), failing: failed.failing.has(dag.id), nodes: dag.nodes?.map(node => nodeDocument(dag, node, failed))});

const connectionDocument = (entry: AgentEntry) => {
	const {connection} = entry;
	return connection.type === 'failing'
		? {...connection, trouble: troubleOf(entry), since: moment(connection.since), lastSeenAt: moment(connection.lastSeenAt)}
		: connection;
};

const agentDocument = (entry: AgentEntry, failing: Incident['failing']) => {
	const {address, name, skew, info, status} = entry;
	const task = lastTaskOf(entry);
	return {
		address: address.label, name, skew, connection: connectionDocument(entry), info, status,
		lastTask: task && {id: task.id, name: task.name, outcome: outcomeLabel(taskOutcome(task), english), failing: failing.has(task.id)},
	};
};

function * logParts(dag: Dag, {of, stage, node, subTask, log}: IncidentLog, write: (value: unknown) => string): Generator<string> {
	const outcome = outcomeLabel(partOutcome(of ?? dag, subTask), english);
	yield write({task: of && {id: of.id, name: of.name}, stage, node: node.name, subTask: subTask.id, agent: subTask.agent, outcome, hasRun: log !== undefined, shortfall: log?.shortfall && shortfallText(log.shortfall, english)}).slice(0, -1);
	yield ',"lines":[';
	for (const [index, text] of log?.buffer.texts.entries() ?? []) {
		const line = {time: moment(log?.buffer.times?.[index]), execution: log?.buffer.executions?.[index], text};
		yield (index === 0 ? '\n' : ',\n') + plainJson(JSON.stringify(line));
	}

	yield ']}';
}

/**
A bundle as JSON, in parts: `obwatch`, `madeAt`, `owner`, `task` (without its lines), `why`, `cause` and `furtherCauses`,
`agents`, `cluster`, `changes` (those that obwatch saw), and `logs` with one line per entry (`task`: of another task, where a reason arose). Times are ISO 8601 in UTC. Every text
goes through `redact`; the lines of `logs` did so before.

@yields A part of the file.
*/
function * bundleJson({dag, owner, causes, why, failing, isPartFailed, agents, cluster, changes}: Incident, logs: readonly IncidentLog[], {made, redact}: BundleDetails): Generator<string> {
	const write = (value: unknown, indent?: number): string =>
		plainJson(JSON.stringify(value, (_key, part: unknown) => typeof part === 'string' ? redact(truncate(part)) : part, indent));
	const reasons = causes.map(cause => ({kind: cause.kind, text: toldOf(cause, english).whole(), nodeName: cause.nodeName, places: cause.places}));
	const head = {
		obwatch: {version: made.version},
		madeAt: moment(made.at),
		owner,
		task: taskDocument(dag, {failing, isPartFailed}),
		why: whyText(why, english),
		cause: reasons[0],
		furtherCauses: reasons.slice(1),
		agents: agents.map(entry => agentDocument(entry, failing)),
		cluster: cluster && {name: cluster.name, members: cluster.members},
		changes: changes.map(change => changeDocument(change)),
	};
	yield write(head, 2).slice(0, -2);
	yield ',\n  "logs": [';
	for (const [index, log] of logs.entries()) {
		yield index === 0 ? '\n' : ',\n';
		yield * logParts(dag, log, write);
	}

	yield '\n  ]\n}\n';
}

const heads = () => ({...messages().screens.columns, ...messages().output.bundle.heads});

const spent = (duration: number | undefined): string => duration === undefined ? '' : formatDuration(duration);

const summary = ({dag, owner, why, isStalled, isFailing, present, offset}: Incident, {version, at, offset: local}: Made): readonly string[] => {
	const {fields, stage, savedBy, timesOfAgent} = messages().output.bundle;
	const rows: ReadonlyArray<readonly [string, string | undefined]> = [
		[fields.task, fullName(dag.name)],
		[fields.id, dag.id],
		[fields.owner, owner],
		[fields.outcome, messages().output.named(messages().output.fleet.outcome(outcomeLabel(taskOutcome(dag)), {isStalled, isFailing}), `${dag.state} / ${dag.operator}`)],
		[fields.stage, stage(shownStage(taskOutcome(dag), dag.stage), dag.maxStage)],
		[fields.began, dag.startTime === undefined ? undefined : momentText(dag.startTime, offset)],
		[fields.time, spent(durationOf(dag, present)) || undefined],
		[messages().screens.labels.why, whyText(why)],
		[fields.saved, savedBy(momentText(at, local), version)],
		[fields.times, timesOfAgent(offsetText(offset))],
	];
	const columns = widest(Object.values(fields), 0, Infinity);
	return rows.flatMap(([name, value]) => value === undefined ? [] : [`${cell(name, columns)}  ${value}`]);
};

const stages = ({dag, present, isPartFailed}: Incident): readonly string[] => dag.nodes === undefined
	? [messages().output.bundle.stagesUnknown]
	: textTable([
		['#', heads().stage, heads().subTasks, heads().outcome, heads().time],
		...dag.nodes.map((node, index) => [
			String(index + 1),
			messages().tasks.engineName(node.name),
			`${node.subTasks.filter(subTask => traitsOf(subTaskOutcome(subTask)).isDone).length}/${node.subTasks.length}`,
			partLabel({outcome: stageOutcome(dag, node), hasFailedPart: isPartFailed(node)}),
			spent(durationOf(node, present)),
		]),
	], {right: new Set([0, 2, 4])});

const reached = ({connection}: AgentEntry): string => connection.type === 'failing'
	? messages().agents.troubles[troubleOf({connection}) ?? 'no answer']
	: messages().cards.connection[connection.type];

const agentTable = (agents: readonly AgentEntry[]): readonly string[] => textTable([
	[heads().agent, heads().identity, heads().zone, 'OBSHELL', 'OCEANBASE', heads().obState, heads().lock, heads().connection],
	...agents.map(entry => [
		entry.name ?? entry.address.label,
		identityOf(entry.info, entry.status) || '?',
		entry.info?.zone ?? '?',
		entry.status?.version ?? entry.info?.version ?? '?',
		entry.info?.obVersion ?? '?',
		entry.info?.isSeekdb ? '-' : String(entry.status?.obState ?? '?'),
		entry.status === undefined ? '?' : (entry.status.underMaintenance ? messages().output.bundle.locked : messages().screens.card.unlocked),
		reached(entry),
	]),
]);

/** The changes that were seen, oldest first, by the clock of the machine that saw them. */
const changeTable = (changes: readonly JournalEntry[], offset: number): readonly string[] => changes.length === 0
	? [messages().output.bundle.noChanges]
	: textTable([
		[heads().timeAt(offsetText(offset)), heads().agent, heads().event, heads().task, ''],
		...changes.map(({at, label, transition}) => {
			const {outcome, event, task, detail} = describeChange(transition);
			return [`${formatDate(at, offset)} ${formatTime(at, offset)}`, label, outcome ? outcomeLabel(outcome) : event, task, detail];
		}),
	]);

/** Before the stage of another task: that task. */
const placeIn = (of: Dag | undefined): string => of ? `${numberedName(of)} › ` : '';

const logHead = ({of, stage, node, subTask, log}: IncidentLog, {dag, present}: Incident): readonly string[] => {
	const {unknownAgent, bundle: words, logs: {incomplete}} = messages().output;
	const fields = [outcomeLabel(partOutcome(of ?? dag, subTask)), spent(durationOf(subTask, present)), words.attempts(attemptsOf(subTask)), messages().screens.task.id(subTask.id)];
	const title = `══ ${placeIn(of)}${stage} ${messages().tasks.engineName(node.name)} › ${subTask.agent ?? unknownAgent} · ${fields.filter(fact => fact !== '').join(' · ')}`;
	const note = log === undefined ? words.neverRan : (log.shortfall === undefined ? undefined : incomplete(shortfallText(log.shortfall)));
	return ['', title, ...(note === undefined ? [] : [note])];
};

/**
A bundle for people: what happened and why, the stages, the agents, then every log. Every text goes through `redact`; the lines of
the logs did so before.

@yields A line, or an entry of several.
*/
function * bundleText(incident: Incident, logs: readonly IncidentLog[], {made, redact}: BundleDetails): Generator<string> {
	const {titles} = messages().output.bundle;
	const head = [
		titles.incident,
		...summary(incident, made),
		'',
		titles.stages,
		...stages(incident),
		'',
		titles.agents,
		...agentTable(incident.agents),
		'',
		titles.changes,
		...changeTable(incident.changes, made.offset),
		'',
		titles.logs,
	];
	for (const line of head) {
		yield printableLines(redact(truncate(line)));
	}

	for (const log of logs) {
		for (const line of logHead(log, incident)) {
			yield printableLines(redact(truncate(line)));
		}

		for (const line of log.log ? logLines(log.log.buffer, log.subTask, log.of?.utcOffset ?? incident.offset) : []) {
			yield printableLines(line);
		}
	}
}

/** Writes a task with every log and the agents around it, without secrets: a file for people and one for programs. `onProgress` gets the number of finished logs and of all. */
export const writeBundle: WriteTask = async (incident, context, onProgress) => {
	const collected = await collectWithoutSecrets(incident, context, onProgress);
	if (!collected) {
		return {type: 'stopped'};
	}

	const {logs, redact} = collected;
	const made = context.made();
	const details = {made, redact};
	return savedOf(await writeNewFiles([
		{extension: '.txt', content: () => inChunks(bundleText(incident, logs, details))},
		{extension: '.json', content: () => inChunks(bundleJson(incident, logs, details), '')},
	], context.destination('bundle', made)), logs);
};

/** Saves the open task, and shows the result in a notice. */
export const saveBundle = async (context: ExportContext): Promise<void> => {
	const {bundleBegins, bundleProgress, savedBundle, bundleNotSaved} = messages().output.exports;
	return saveOpenTask(context, writeBundle, {begins: bundleBegins, progress: bundleProgress, saved: savedBundle, notSaved: bundleNotSaved});
};
