import {onTestFinished} from 'vitest';
import {type DemoAgent, startDemoAgents} from '../../../source/demo/demo-agent.js';
import {storyOf} from '../../../source/demo/engine/model.js';
import {initializeCluster, outOfMemory} from '../../../source/demo/tasks.js';
import {askSealed} from '../../demo/helpers/ask.js';
import {createManualClock} from '../../demo/helpers/manual-clock.js';

export type Initialization = {
	readonly master: DemoAgent;
	/** What the master answers for its task: eleven stages over three agents, the third of which failed. */
	readonly body: string;
};

/** A cluster in the making as the demo's engine plays it: a real agent, and the bytes of its task. */
export const startInitialization = async (): Promise<Initialization> => {
	const clock = createManualClock();
	const member = {identity: 'FOLLOWER', cluster: 'obbench'} as const;
	const [master, ...followers] = await startDemoAgents([{...member, identity: 'MASTER'}, member, member], agents => ({
		begin: -120_000,
		story: storyOf([{type: 'create', at: -90_000, owner: agents[0], task: initializeCluster(agents, outOfMemory)}]),
	}), {clock});
	if (!master) {
		throw new Error('no agent was started');
	}

	onTestFinished(async () => {
		await Promise.all([master, ...followers].map(async agent => agent.stop()));
	});
	const {text} = await askSealed(master.address, 'task/dag/maintain/agent');
	return {master, body: text};
};
