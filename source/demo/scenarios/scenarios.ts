// What a single agent, or a few, can be told to play. Times are ms; zero is when the agent starts.

import {type Operation} from '../../protocol/operation.js';
import {type Input, storyOf} from '../engine/input.js';
import {type TaskDefinition} from '../engine/definition.js';
import {type Script} from '../server/world.js';
import {bigTask, hostileTask} from './extremes.js';
import {initializeCluster} from './initialize.js';
import {lostShare, noMemory, startCluster} from './running-cluster.js';
import {changeParameters, scaleOut, upgradeOceanBase} from './upkeep.js';
import {seconds} from './write.js';

/** The first agent owns the task. */
export type Scenario = (agents: readonly [string, ...string[]]) => Script;

const script = (...inputs: readonly Input[]): Script => ({
	begin: Math.min(0, ...inputs.map(({at}) => at)) - seconds(1),
	story: storyOf(inputs),
});

const start = (at: number, owner: string, task: TaskDefinition): Input => ({type: 'create', at: seconds(at), owner, task});
const operate = (at: number, owner: string, {name}: TaskDefinition, operation: Operation): Input => ({type: 'operate', at: seconds(at), owner, task: name, operation});

/** One task that began so many seconds ago, and what was done with it since. */
const once = (task: (agent: string) => TaskDefinition, age: number, ...operations: ReadonlyArray<readonly [at: number, operation: Operation]>): Scenario => ([agent]) => {
	const definition = task(agent);
	return script(start(-age, agent, definition), ...operations.map(([at, operation]) => operate(at, agent, definition, operation)));
};

const hour = 3600;

const scenarios = {
	initialize: agents => script(start(0, agents[0], initializeCluster(agents))),
	failing: once(upgradeOceanBase, 60),
	waiting: once(lostShare, 45),
	start: agents => script(start(-20, agents[0], startCluster(agents))),
	'failed-start': agents => script(start(-45, agents[0], startCluster(agents, noMemory))),
	'rolled-back': once(agent => scaleOut(agent, 1), 120, [-80, 'rollback']),
	'rolling-back': once(agent => scaleOut(agent, 30), 45, [-3, 'rollback']),
	cancelled: once(upgradeOceanBase, 60, [-53, 'cancel']),
	passed: once(agent => scaleOut(agent, 1), 120, [-60, 'pass']),
	succeeded: once(changeParameters, 60),
	idle: once(changeParameters, 3 * hour),
	none: () => script(),
	hostile: once(hostileTask, 30),
	big: agents => script(start(0, agents[0], bigTask(agents))),
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;

const isScenarioName = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name);

/** Every scenario's name, for messages and help. */
export const scenarioNames: readonly string[] = Object.keys(scenarios);

/** The scenario of that name; undefined where there is none. */
export const findScenario = (name: string): Scenario | undefined => isScenarioName(name) ? scenarios[name] : undefined;

/** Whether an agent that plays it alone becomes a cluster agent on the way, where no client gets by without a password. */
export const joinsCluster = (scenario: Scenario): boolean => {
	const me = 'me';
	const {begin, story} = scenario([me]);
	return story(begin, Infinity).some(input => input.type === 'create' && input.task.nodes.some(({becomes}) => becomes?.[me] === 'CLUSTER AGENT'));
};
