// What the demo fleet did before anybody looked, so that its agents have a history: weeks with the tasks of which real ones are made.

import {storyOf, type Input, type Story} from '../engine/input.js';
import {type Operation} from '../../protocol/operation.js';
import {type TaskDefinition} from '../engine/definition.js';
import {alone, work} from '../scenarios/write.js';
import {dropTenant, startCluster, stopCluster} from '../scenarios/running-cluster.js';
import {backup, changeParameters, scaleOut, upgradeOceanBase} from '../scenarios/upkeep.js';

const hour = 3_600_000;
const day = 24 * hour;

/** When the oldest task began, ms. */
export const firstDay = -19 * day;

/** One stage that an agent does alone, in a second or two. */
const single = (name: string, agent: string, ...lines: readonly string[]): TaskDefinition => ({name, nodes: [alone(name, agent, work(1, ...lines))]});

const created = (at: number, owner: string, task: TaskDefinition): Input => ({type: 'create', at, owner, task});
const operated = (at: number, owner: string, {name}: TaskDefinition, operation: Operation): Input => ({type: 'operate', at, owner, task: name, operation});

const configured = (at: number, agent: string): readonly Input[] => [
	created(at, agent, single('Update observer config', agent, 'memory_limit=6G', 'system_memory=1G')),
	created(at + 5000, agent, single('Update cluster config', agent, 'cluster name and id stored')),
];

/** It failed, and what somebody did with it minutes later. */
const failedAndThen = (at: number, agent: string, task: TaskDefinition, operation: Operation): readonly Input[] => [
	created(at, agent, task), operated(at + (9 * 60_000), agent, task, operation),
];

/** Nightly backups of so many days, the last of them yesterday. */
const nightly = (agent: string, days: number): readonly Input[] => Array.from({length: days}, (_, index) =>
	created(((index - days) * day) - (7 * hour), agent, backup(agent, 600)));

/** The past of the agents in the order of the cast. */
export const pastStory = ([master = '', second = '', third = '', failing = '', one = '', other = '', rolledBack = '', absent = '']: readonly string[]): Story => storyOf([
	...[master, second, third].flatMap((agent, index): readonly Input[] => [
		created(firstDay + (index * 7000), agent, single(index === 0 ? 'Join self' : 'Join to master', agent, `set agent identity to ${index === 0 ? 'master' : 'follower'}`)),
		...configured(firstDay + hour + (index * 20_000), agent),
		created((-6 * day) + (index * 30_000), agent, changeParameters(agent)),
	]),
	created(-16 * day, failing, changeParameters(failing)),
	...failedAndThen(-11 * day, failing, upgradeOceanBase(failing), 'rollback'),
	created(-2 * day, failing, changeParameters(failing)),
	...[one, other].flatMap((agent, index) => configured(firstDay + (2 * hour) + (index * 20_000), agent)),
	created(-13 * day, 'obprod', {...changeParameters(one), name: 'Change cluster parameters'}),
	...failedAndThen(-9 * day, 'obprod', {...scaleOut(one, 1), name: 'Add a server to every zone'}, 'rollback'),
	created(-5 * day, one, stopCluster([one, other])),
	created((-5 * day) + 90_000, one, startCluster([one, other])),
	created(-4 * day, 'obprod', dropTenant(one, 'shop_old')),
	...nightly(one, 12),
	created(-17 * day, rolledBack, changeParameters(rolledBack)),
	...failedAndThen(-3 * day, absent, scaleOut(absent, 1), 'pass'),
].toSorted((earlier, later) => earlier.at - later.at));
