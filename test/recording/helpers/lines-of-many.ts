/** What kind of agents a recording is of. */
export type Kind = 'agents alone' | 'agents with failed tasks' | 'clusters of three' | 'clusters of three with main tasks';

const ipOf = (number: number): string => `10.0.${Math.floor(number / 250)}.${number % 250}`;
const idOf = (number: number, task: number): string => `2${ipOf(number).split('.').reduce((sum, part) => (sum * 256) + Number(part), 0)}02886${task}`;

const taskOf = (number: number, task: number, change: Readonly<Record<string, unknown>> = {}): unknown => {
	const common = {state: 'SUCCEED', operator: 'RUN', start_time: '2026-03-01T09:00:00Z', end_time: '2026-03-01T09:01:00Z', additional_data: null, ...change};
	return {...common, id: idOf(number, task), dag_id: task, name: 'Upgrade', stage: 1, max_stage: 1, nodes: [{...common, id: `${idOf(number, task)}1`, name: 'Check', sub_tasks: []}]};
};

/** What each agent says of itself, its cluster and its tasks, one after the other, twice, as others write it down: nothing names the agents beforehand. */
export const linesOf = (kind: Kind, count: number): readonly string[] => {
	const isClustered = kind.startsWith('clusters');
	const identity = isClustered ? 'CLUSTER AGENT' : 'SINGLE';
	const lines: string[] = [];
	const write = (number: number, path: string, data: unknown): void => {
		const at = new Date(Date.UTC(2026, 2, 1, 10) + lines.length).toISOString();
		lines.push(JSON.stringify({at, ip: ipOf(number), port: 2886, method: 'GET', path: `/api/v1/${path}`, status: 200, body: {successful: true, data}}));
	};

	const introduce = (number: number): void => {
		const [ip, port] = [ipOf(number), 2886];
		write(number, 'info', {pid: 1, version: '4.5.0.0-0', ip, port, zone: 'zone1', identity, homePath: '/', obVersion: '4.3.5.0', architecture: 'x86_64', security: false, supportedAuth: ['v2']});
		write(number, 'status', {agent: {ip, port, identity}, state: 2, version: '4.5.0.0-0', pid: 1, startAt: 1, port, obState: isClustered ? 3 : 0, underMaintenance: false});
		if (!isClustered) {
			return;
		}

		const first = number - (number % 3);
		const members = [first, first + 1, first + 2].map(member => ({ip: ipOf(member), port, zone: 'zone1', identity, version: '4.5.0.0-0'}));
		write(number, 'ob/info', {agent_info: members, obcluster_info: {id: first + 1, name: `cluster${first}`, version: '4.3.5.1', topology: {}}});
	};

	const tell = (number: number, round: number): void => {
		const first = number - (number % 3);
		const main = kind === 'clusters of three with main tasks' ? idOf(first, 100 + round) : undefined;
		write(number, 'task/dag/maintain/agent', taskOf(number, 7 + round, main === undefined ? {} : {operator: 'PASS', additional_data: {main_dag_id: main}}));
		if (main !== undefined && number === first) {
			write(number, `task/dag/${main}?show_details=true`, taskOf(first, 100 + round));
		}

		const failed = kind === 'agents with failed tasks' ? [taskOf(number, 50 + round, {state: 'FAILED'})] : [];
		// Agents of a cluster take turns to speak for it.
		write(number, 'task/dag/unfinish?show_details=false', {contents: failed});
		if (failed.length === 0) {
			return;
		}

		write(number, 'task/dag/unfinish?show_details=false', {contents: []});
		write(number, `task/dag/${idOf(number, 50 + round)}?show_details=true`, failed[0]);
	};

	const numbers = Array.from({length: count}, (_, number) => number);
	for (const number of numbers) {
		introduce(number);
	}

	for (const round of [0, 1]) {
		for (const number of numbers) {
			tell(number, round);
		}
	}

	return lines;
};
