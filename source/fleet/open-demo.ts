import {type Clock} from '../lib/clock.js';
import {type AgentAddress, parseAgentAddress} from '../protocol/address.js';

export type Demo = {
	readonly addresses: readonly AgentAddress[];
	readonly passwords: {readonly root: string; readonly agent: string};
	/** What the demo polls more often than real agents, in ms: its clusters change within minutes. */
	readonly rates: {readonly members?: number};
	/** ms between two requests to one agent for earlier runs. Short, so that a demo shows usual times soon. */
	readonly runsPause: number;
	readonly stop: () => Promise<void>;
};

const membersRate = 10_000;

const runsPause = 500;

/** Starts the embedded fleet; with `isGrowing` one whose clusters' other agents are to be found. Loaded only for a demo. */
export const openDemo = async (options: {readonly seed: number; readonly speed: number; readonly isGrowing: boolean; readonly clock: Clock}): Promise<Demo> => {
	const {startDemoFleet} = await import('../demo/demo-fleet.js');
	const {addresses, seeds, rootPassword, agentPassword, stop} = await startDemoFleet(options);
	return {
		addresses: (options.isGrowing ? seeds : addresses).flatMap(text => {
			const parsed = parseAgentAddress(text);
			return parsed.ok ? [parsed.address] : [];
		}),
		passwords: {root: rootPassword, agent: agentPassword},
		rates: {members: membersRate},
		runsPause,
		stop,
	};
};
