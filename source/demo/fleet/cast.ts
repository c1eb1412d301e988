import {tellTogether} from '../engine/input.js';
import {findScenario, type ScenarioName} from '../scenarios/scenarios.js';
import {type DemoAgentSpec} from '../server/demo-agent.js';
import {type Script} from '../server/world.js';
import {firstDay, pastStory} from './past.js';
import {backupStory, initializeStory, runningStory} from './stories.js';

/** What the demo's own client needs to get in. Secret to nobody. */
export const fleetPasswords = {root: 'demo-root', agent: 'demo-agent'} as const;

type Role = {
	/** The last number of its address, where it gets one of its own. */
	readonly number: number;
	readonly spec: DemoAgentSpec;
	readonly plays?: ScenarioName;
	readonly comesAndGoes?: boolean;
	/** In its cluster now and then. */
	readonly joinsAndLeaves?: boolean;
	/** Named to whoever asks for one agent of each cluster only. */
	readonly isSeed?: boolean;
};

const {root: rootPassword, agent: agentPassword} = fleetPasswords;
const demo = {cluster: 'obdemo', rootPassword} as const;
const prod = {cluster: 'obprod', rootPassword, identity: 'CLUSTER AGENT'} as const;

/** Who is in the fleet that is named agent by agent: a cluster in the making, a failed upgrade, a running cluster, one that was rolled back, one that comes and goes, one without a task. */
export const cast: readonly Role[] = [
	{number: 11, isSeed: true, spec: {...demo, identity: 'MASTER', zone: 'zone1', keyBits: 2048}},
	{number: 12, spec: {...demo, identity: 'FOLLOWER', zone: 'zone2'}},
	{number: 13, spec: {...demo, identity: 'FOLLOWER', zone: 'zone3'}},
	{number: 21, isSeed: true, spec: {agentPassword}, plays: 'failing'},
	{number: 31, isSeed: true, spec: {...prod, zone: 'zone1'}},
	{number: 32, spec: {...prod, zone: 'zone2'}},
	{number: 41, isSeed: true, spec: {keyBits: 512}, plays: 'rolled-back'},
	{number: 42, isSeed: true, spec: {agentPassword}, plays: 'idle', comesAndGoes: true},
	{number: 43, isSeed: true, spec: {}},
];

/** Where agents are to be found, there is one more: it joins the running cluster, and leaves it. */
export const growingCast: readonly Role[] = [...cast, {number: 33, spec: {...prod, zone: 'zone3', isMember: false}, joinsAndLeaves: true}];

const empty: Script = {begin: 0, story: () => []};

/** The story of the whole fleet, for its agents' keys in the order of the cast. */
export const fleetScript = (keys: readonly string[], seed: number): Script => {
	const [master = '', second = '', third = '', , one = '', other = ''] = keys;
	const scripts = cast.map(({plays}, index) => plays === undefined ? empty : findScenario(plays)?.([keys[index] ?? '']) ?? empty);
	return {
		begin: firstDay - 1000,
		story: tellTogether(
			initializeStory([master, second, third], seed),
			runningStory([one, other]),
			backupStory(one),
			...scripts.map(({story}) => story),
			pastStory(keys),
		),
	};
};
