import {type AgentAddress, parseAgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';

export type Demo = {
	readonly addresses: readonly AgentAddress[];
	readonly passwords: {readonly root: string; readonly agent: string};
	readonly stop: () => Promise<void>;
};

/** Starts the embedded fleet. Loaded only for a demo: nobody else pays for it. */
export const openDemo = async (options: {readonly seed: number; readonly speed: number; readonly clock: Clock}): Promise<Demo> => {
	const {startDemoFleet} = await import('../demo/fleet/start-demo-fleet.js');
	const {addresses, rootPassword, agentPassword, stop} = await startDemoFleet(options);
	return {
		addresses: addresses.flatMap(text => {
			const parsed = parseAgentAddress(text);
			return parsed.ok ? [parsed.address] : [];
		}),
		passwords: {root: rootPassword, agent: agentPassword},
		stop,
	};
};
