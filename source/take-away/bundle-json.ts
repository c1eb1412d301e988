import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {plainJson} from '../protocol/plain-json.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {lastTaskOf} from '../store/locate.js';
import {troubleOf} from '../store/select/problem-words.js';
import {type AgentEntry} from '../store/state.js';
import {nodeOutcome, subTaskOutcome, taskOutcome} from '../store/select/task-cells.js';
import {changeDocument} from './change-document.js';
import {beside} from './beside-logs.js';
import {type BundleDetails, type Incident, type IncidentLog} from './incident.js';
import {outcomeWords} from './words.js';

const moment = (time: Timestamp | undefined): string | undefined => time === undefined || Number.isNaN(time) ? undefined : new Date(time).toISOString();

const timed = <Row extends Pick<Dag, 'startTime' | 'endTime'>>(row: Row) => ({...row, startTime: moment(row.startTime), endTime: moment(row.endTime)});

const subTaskDocument = ({logs, rawLogs: _rawLogs, ...subTask}: SubTask) => ({...timed(subTask), outcome: outcomeWords(subTaskOutcome({...subTask, logs}))});

const nodeDocument = (node: TaskNode) => ({...timed(node), outcome: outcomeWords(nodeOutcome(node)), subTasks: node.subTasks.map(subTask => subTaskDocument(subTask))});

const taskDocument = (dag: Dag) => ({...timed(dag), outcome: outcomeWords(taskOutcome(dag)), nodes: dag.nodes?.map(node => nodeDocument(node))});

const connectionDocument = (entry: AgentEntry) => {
	const {connection} = entry;
	return connection.type === 'failing'
		? {...connection, trouble: troubleOf(entry), since: moment(connection.since), lastSeenAt: moment(connection.lastSeenAt)}
		: connection;
};

const agentDocument = (entry: AgentEntry) => {
	const {address, name, skew, info, status} = entry;
	const task = lastTaskOf(entry);
	return {
		address: address.label, name, skew, connection: connectionDocument(entry), info, status,
		lastTask: task && {id: task.id, name: task.name, outcome: outcomeWords(taskOutcome(task))},
	};
};

function * logPieces({stage, node, subTask, log}: IncidentLog, write: (value: unknown) => string): Generator<string> {
	const outcome = outcomeWords(subTaskOutcome(subTask));
	yield write({stage, node: node.name, subTask: subTask.id, agent: subTask.agent, outcome, hasRun: log !== undefined, shortfall: log?.shortfall}).slice(0, -1);
	yield ',"lines":[';
	for (const [index, text] of log?.buffer.texts.entries() ?? []) {
		const line = {time: moment(log?.buffer.times?.[index]), execution: log?.buffer.executions?.[index], text};
		yield (index === 0 ? '\n' : ',\n') + plainJson(JSON.stringify(line));
	}

	yield ']}';
}

/**
A bundle as JSON, in pieces: `obwatch`, `madeAt`, `owner`, `task` (as obwatch knows it, without its lines), `why`, `cause` and `furtherCauses`, `agents`, `cluster`, `changes` (what obwatch saw change at them), and `logs` with one line per entry. Times are ISO 8601 in UTC. Every text goes through `redact` but for the lines of `logs`, which did before.

@yields A part of the file.
*/
export function * bundleJson({dag, owner, causes, why, agents, cluster, changes}: Incident, logs: readonly IncidentLog[], {made, redact}: BundleDetails): Generator<string> {
	const write = (value: unknown, indent?: number): string =>
		plainJson(JSON.stringify(value, (_key, part: unknown) => typeof part === 'string' ? redact(beside(part)) : part, indent));
	const reasons = causes.map(({kind, whole, nodeName, places}) => ({kind, text: whole(), nodeName, places}));
	const head = {
		obwatch: {version: made.version},
		madeAt: moment(made.at),
		owner,
		task: taskDocument(dag),
		why,
		cause: reasons[0],
		furtherCauses: reasons.slice(1),
		agents: agents.map(entry => agentDocument(entry)),
		cluster: cluster && {name: cluster.name, members: cluster.members},
		changes: changes.map(change => changeDocument(change)),
	};
	yield write(head, 2).slice(0, -2);
	yield ',\n  "logs": [';
	for (const [index, log] of logs.entries()) {
		yield index === 0 ? '\n' : ',\n';
		yield * logPieces(log, write);
	}

	yield '\n  ]\n}\n';
}
