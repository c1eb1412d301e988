import {type Failure, type NodeDefinition, type TaskDefinition} from '../engine/model.js';
import {alone, errorAfter, everywhere, failing, local, stage, work} from './steps.js';

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
