import {type Failure, type NodeDefinition, type Run, type SubTaskDefinition, type TaskDefinition, type TimedLine} from './engine/model.js';

// The tasks that simulated agents play, and what they are written with.

export const seconds = (count: number): number => count * 1000;

/** The texts one after the other, evenly over that time. */
export const spread = (duration: number, ...texts: readonly string[]): readonly TimedLine[] =>
	texts.map((text, index) => [3 + Math.round((index * duration) / Math.max(1, texts.length)) + ((index * 0.317) % 1), text]);

/** Work that takes that many seconds and writes those lines meanwhile. */
export const work = (duration: number, ...texts: readonly string[]): Run => ({duration: seconds(duration), lines: spread(seconds(duration), ...texts)});

export const failing = (run: Run, failure: Failure): Run => ({...run, failure});

/** An error that many seconds after the work began, with its last lines verbatim. */
export const errorAfter = (after: number, ...texts: readonly string[]): Failure => ({
	type: 'error', after: seconds(after), lines: texts.map((text, index) => [seconds(after) - (4 * (texts.length - index)), text]),
});

export const local = (on: string, run: Run, undo?: Run): SubTaskDefinition => ({on, work: {type: 'local', run}, ...(undo && {undo})});

export const remote = (on: string, run: Run, undo?: Run): SubTaskDefinition => ({on, work: {type: 'remote', run}, ...(undo && {undo})});

export const stage = (name: string, ...subTasks: readonly SubTaskDefinition[]): NodeDefinition => ({name, subTasks});

/** On the first agent, which owns the task, locally; on all others in tasks of their own. */
export const everywhere = (agents: readonly string[], run: (agent: string, index: number) => Run, undo?: Run): readonly SubTaskDefinition[] =>
	agents.map((agent, index) => index === 0 ? local(agent, run(agent, index), undo) : remote(agent, run(agent, index), undo));

/** A stage that the owner does alone. */
export const alone = (name: string, on: string, run: Run, undo?: Run): NodeDefinition => stage(name, local(on, run, undo));

export const home = '/home/admin/oceanbase';

/** How one observer fails to start, on the last of the agents. */
export const outOfMemory: Failure = errorAfter(
	9,
	'WARN: MemAvailable is 5.1G, memory_limit asks for 6G',
	'observer (pid 48213) left with exit status 1, 8.9s after its start',
	'ERROR: [Observer.Start.Failed]: observer did not come up: cannot reserve 6442450944 bytes of memory\nobserver.log: "failed to init memory manager", ret=-4013',
);

export const workDirs = (agents: readonly string[]): NodeDefinition => stage('Create work directories', ...everywhere(
	agents,
	(_, index) => work(2 + index, `home is ${home}`, `data directory ${home}/store is empty`, 'redo directory is on its own disk, 412G free', 'links to etc, log and run created'),
	work(2, `removing ${home}/store`, 'removing links', 'work directories are gone'),
));

export const observers = (agents: readonly string[], failure: Failure | undefined): NodeDefinition => stage('Start observer', ...everywhere(
	agents,
	(agent, index) => {
		const run = work(
			11 + (index * 3),
			'no observer is running here',
			`starting bin/observer with rpc port 2882, sql port 2881, zone${index + 1}`,
			`observer of ${agent} is process ${48_200 + (index * 13)}`,
			'waiting for the sql port',
			'sql port answers',
		);
		return failure && index === agents.length - 1 ? failing(run, failure) : run;
	},
	work(3, 'stopping observer', 'observer has stopped'),
));

export const promoted = 'this agent now takes its tasks from the cluster';

export const identities = (agents: readonly string[], first: string): Readonly<Record<string, string>> =>
	Object.fromEntries(agents.map((agent, index) => [agent, index === 0 ? first : 'CLUSTER AGENT']));

/** Eleven stages over all agents, owned by the first: about two minutes. At its end all of them are cluster agents. `failure` affects the last agent's observer. */
export const initializeCluster = (agents: readonly [string, ...string[]], failure?: Failure): TaskDefinition => {
	const [master, ...followers] = agents;
	const settle = work(1, 'nothing to take back');
	return {name: 'Initialize cluster', nodes: [
		alone('Integrate configuration', master, work(1.2, `${agents.length} agents take part`, ...agents.map(agent => `configuration of ${agent} received`), 'zones and root servers chosen'), settle),
		workDirs(agents),
		observers(agents, failure),
		{...alone('Bootstrap cluster', master, work(
			22,
			'connecting to the sql port of the first root server',
			'alter system bootstrap',
			'root service is in service on zone1',
			'creating system tenant',
			'1284 system tables created',
			'WARN: clock of zone3 is 38ms ahead of zone1',
			'bootstrap took 20.4s',
		), work(4, 'connection pool closed', 'cluster id released')), refuses: ['pass']},
		alone('Create metadata tables', master, work(5, 'database ocs created', 'table all_agent', 'table dag_instance', 'table node_instance', 'table subtask_log', '14 tables created'), settle),
		alone('Set root password', master, work(1.5, 'password of root@sys set on all zones'), settle),
		alone('Move agent data', master, work(7, 'copying agents', `copying ${agents.length} observer configurations`, 'copying history of 6 tasks', 'row counts agree'), settle),
		{
			...stage('Promote followers', ...everywhere(
				agents,
				(_, index) => index === 0 ? work(1, `${followers.length} followers go first`) : work(3, 'reading own row from all_agent', promoted),
				settle,
			)),
			becomes: identities(followers, 'CLUSTER AGENT'),
		},
		stage('Exchange agent list', ...agents.map((agent, index) => local(agent, work(3 + index, 'agent list read from the cluster', `${agents.length} agents known`), settle))),
		{...alone('Promote master', master, work(2, 'handing the scheduler over to the cluster', promoted), settle), becomes: identities([master], 'CLUSTER AGENT')},
		stage('Verify cluster', ...agents.map((agent, index) => local(agent, work(9 + (index * 2), 'select 1 from dual', 'log stream 1 has a leader', 'replicas in sync', 'all good'), settle))),
	]};
};

// Tasks that maintain a database: upgrade, scaling, backup.

export const noSpace = errorAfter(
	14,
	'unpacking lib/libobcdc.so (312M)',
	'WARN: /home is 99% full, 96M left',
	'ERROR: [Package.Unpack.Failed]: write /home/admin/oceanbase/upgrade/4.3.5.1/lib/libobcdc.so: no space left on device',
);

type Upgrade = {readonly from: string; readonly to: string; readonly hasSpace: boolean};

const thisUpgrade: Upgrade = {from: '4.3.5.0-100000202024123117', to: '4.3.5.1-101000042025031818', hasSpace: false};

/** The one before it, which succeeded. */
export const earlierUpgrade: Upgrade = {from: '4.3.4.1-101000022024111121', to: '4.3.5.0-100000202024123117', hasSpace: true};

const release = (version: string): string => version.split('-', 1)[0] ?? '';

/** Seven stages; without space the third one fails, once. */
export const upgradeOceanBase = (agent: string, {from, to, hasSpace}: Upgrade = thisUpgrade): TaskDefinition => {
	const [before, after] = [release(from), release(to)];
	const folder = `/home/admin/oceanbase/upgrade/${after}`;
	const unpacking = work(20, `unpacking to ${folder}`, 'unpacking bin/observer (484M)', 'unpacking etc', 'unpacking lib', '1,912 files written');
	return {name: 'Upgrade OceanBase', nodes: [
		alone('Check versions', agent, work(2, `running ${from}`, `target ${to}`, 'no version in between is needed'), work(1, 'nothing to take back')),
		alone('Download packages', agent, work(9, `oceanbase-ce-${after} from local repository`, '184M of 461M', '402M of 461M', 'checksum agrees'), work(2, 'packages removed')),
		{
			...alone('Unpack packages', agent, hasSpace ? unpacking : failing(unpacking, {...noSpace, times: 1}), work(3, `removing ${folder}`)),
			refuses: ['pass'],
		},
		alone('Run upgrade checks', agent, work(6, 'no tenant is locked', 'no major compaction is running', 'checks passed'), work(1, 'nothing to take back')),
		alone('Stop observer', agent, work(8, 'leaders moved away', 'observer has stopped'), work(6, 'starting observer again')),
		alone('Replace binaries', agent, work(3, `bin/observer linked to ${after}`), work(2, `bin/observer linked to ${before}`)),
		alone('Start observer', agent, work(12, 'observer started', 'sql port answers', `version is ${after}`)),
	]};
};

/** Five stages; the fourth always fails. `undoSeconds` is how long each stage takes to undo. */
export const scaleOut = (agent: string, undoSeconds: number): TaskDefinition => {
	const undo = work(undoSeconds, 'taking back', 'half of it is back', 'taken back');
	return {name: 'Scale out cluster', nodes: [
		alone('Check new server', agent, work(2, 'cpu 16, memory 64G, disk 1.8T', 'same version as the cluster'), undo),
		alone('Copy configuration', agent, work(2, '43 parameters copied'), undo),
		alone('Start observer', agent, work(6, 'observer started', 'waiting for the sql port', 'sql port answers'), undo),
		alone('Add server to zone', agent, failing(work(30, 'alter system add server'), errorAfter(
			5, 'ERROR: [OB.Sql.Failed]: ERROR 4179 (HY000): the server is already in another cluster (cluster id 1700000214)',
		)), undo),
		alone('Balance replicas', agent, work(60, 'moving log streams'), undo),
	]};
};

/** Long, outside maintenance, on one agent. `duration` in s. */
export const backup = (agent: string, duration: number): TaskDefinition => {
	const percents = Array.from({length: 19}, (_, index) => `tenant app: ${(index + 1) * 5}% of 212G written to nfs://backup/obprod`);
	return {name: 'Back up tenant data', isOutsideMaintenance: true, nodes: [
		alone('Check destination', agent, work(3, 'nfs://backup/obprod is mounted', '2.3T free')),
		alone('Back up data', agent, work(duration, 'full backup', ...percents, 'data set 12 complete')),
		alone('Verify backup', agent, work(5, 'checksums of 1,204 macro blocks agree')),
	]};
};

/** Two quick stages that succeed. */
export const changeParameters = (agent: string): TaskDefinition => ({name: 'Change parameters', nodes: [
	alone('Check parameters', agent, work(0.4, 'memory_limit 6G -> 8G', 'cpu_count 16')),
	alone('Set parameters', agent, {duration: seconds(2), lines: [[4, 'alter system set memory_limit'], [900, 'all observers report 8G']]}),
]});

// Tasks of a running cluster: a main task on one agent, and a part of it on each agent, like real agents (docs/protocol.md#main-tasks-and-their-sub-tasks).

export type Agents = readonly [string, ...string[]];

/** The names of a main task's parts on its agents. */
export const shareNames = {start: 'Start observer', stop: 'Stop observer'} as const;

export const nothing: Run = {duration: 6, lines: []};

/** Work of a few milliseconds. */
export const quickly = (...texts: readonly string[]): Run => ({duration: texts.length + 1, lines: texts.map((text, index) => [index + 0.6, text])});

/** A part waits for its main task at its beginning, and once more at its end. */
export const share = (name: string, agent: string, nodes: readonly NodeDefinition[]): TaskDefinition => ({name, nodes: [
	alone('Start preparations', agent, failing(
		{duration: 12, lines: [[8, 'start to execute the task']]},
		{type: 'waits', after: 7, times: 1, lines: [[2, 'wait for notification to start task']]},
	), nothing),
	...nodes,
	alone('Wait for task to end', agent, failing(nothing, {type: 'waits', after: 3}), nothing),
]});

export const command = 'start cmd: export LD_LIBRARY_PATH=\'/home/admin/oceanbase/lib\'; /home/admin/oceanbase/bin/observer   ';

export const preparing = quickly('start observer', 'check if first start', 'not first start, skip require check', 'generate start cmd', command).lines;

/** One observer, the last, gets no memory. */
export const noMemory: Failure = errorAfter(9, 'ERROR: [Common.Unexpected]: Unexpected error: observer: cannot allocate memory: [ERRO] ob_alloc failed(ret=-4013)\n: exit status 1');

export const startObserver = (agent: string, isRunning: boolean, failure: Failure | undefined): TaskDefinition => {
	const starting: Run = {duration: seconds(40), lines: [...preparing, [seconds(40) - 9, 'update self OB port'], [seconds(40) - 6, 'update OB port in all_agent']]};
	const run = failure ? failing(starting, failure) : starting;
	const check = quickly('check if first start', 'check observer process config', ...(isRunning ? ['observer process exist'] : []));
	const nodes: readonly NodeDefinition[] = [
		alone('Check ob process and config', agent, check, nothing),
		{...alone('Start observer', agent, isRunning ? quickly('observer started.') : run, work(2)), observer: 'started'},
		alone('Execute start observer sql', agent, quickly('exec start server sql'), nothing),
	];
	return share(shareNames.start, agent, nodes);
};

export const stopObserver = (agent: string, isKept: boolean): TaskDefinition => {
	const stopping = work(12, 'Get observer Pid', 'Kill observer process 25144', 'Check observer process', 'Successfully killed the observer process');
	return share(shareNames.stop, agent, isKept ? [] : [{...alone('Stop observer', agent, stopping, work(2)), observer: 'stopped'}]);
};

export type Main = {
	readonly name: string;
	readonly agents: Agents;
	/** The name of the first stage. */
	readonly told: string;
	readonly shareOf: (agent: string) => TaskDefinition;
	readonly last?: readonly NodeDefinition[];
};

export const main = ({name, agents, told, shareOf, last = []}: Main): TaskDefinition => {
	const [keeper] = agents;
	return {name, isMain: true, nodes: [
		stage(told, ...agents.map(on => ({on, work: {type: 'spawn', task: shareOf(on)}} as const))),
		stage('Make sure all agents are ready', {on: keeper, work: {type: 'check'}}),
		stage('Advance agents to execute the task', {on: keeper, work: {type: 'advance'}}),
		stage('Wait for all agents to execute tasks successfully', ...agents.map(on => ({on, work: {type: 'follow'}} as const))),
		...last,
		stage('Inform all agents to end the task', {on: keeper, work: {type: 'end'}}),
	]};
};

/** Starts the observers of all but the first agent, which is running. `failure` affects the last. */
export const startCluster = (agents: Agents, failure?: Failure): TaskDefinition => {
	const shareOf = (agent: string): TaskDefinition => startObserver(agent, agents.length > 1 && agent === agents[0], agent === agents.at(-1) ? failure : undefined);
	return main({name: 'Start OB', agents, told: 'Inform all agents to start observer', shareOf, last: [alone('Start Zone', agents[0], quickly('start zone'), nothing)]});
};

/** Stops the observers of all but the first agent. */
export const stopCluster = (agents: Agents): TaskDefinition => main({
	name: 'Stop OB', agents, told: 'Inform all agents to prepare to stop observer', shareOf: agent => stopObserver(agent, agents.length > 1 && agent === agents[0]),
});

/** A part whose main task is gone: it waits forever. */
export const failedShare = (agent: string): TaskDefinition => startObserver(agent, false, undefined);

/** Drops a tenant; a task of the cluster itself. */
export const dropTenant = (agent: string, tenant: string): TaskDefinition => ({name: 'Drop tenant', tenant, nodes: [
	alone('Drop tenant', agent, {duration: seconds(1), lines: [[3, `Drop tenant ${tenant}`]]}, nothing),
	alone('Drop resource pools', agent, {duration: seconds(0.5), lines: [[2, 'Drop resource pools of the tenant']]}, nothing),
]});
