import {type Clock} from '../lib/clock.js';
import {startDemoAgent} from './demo-agent.js';
import {type KeptKey, keptKey} from './kept-key.js';
import {findScenario, joinsCluster} from './scenarios.js';

export type DemoAgentRun = {
	/** A port of 127.0.0.1; 0 takes a free one. */
	readonly port: number;
	/** If given, it is required, which makes the agent a MASTER: a SINGLE one would accept anything. */
	readonly rootPassword?: string | undefined;
	readonly agentPassword?: string | undefined;
	/** One of `scenarioNames`; default `initialize`. */
	readonly scenario?: string | undefined;
	readonly seed?: number | undefined;
	readonly speed?: number | undefined;
};

export type DemoAgentDeps = {
	readonly write: (text: string) => void;
	/** Where its key is kept; undefined if there is no such folder. */
	readonly stateFolder: string | undefined;
	/** Ends the agent. */
	readonly signal: AbortSignal;
	readonly clock: Clock;
};

const passwordLine = ({root, agent, isPromoted}: {readonly root: boolean; readonly agent: boolean; readonly isPromoted: boolean}): string => {
	if (root) {
		return agent ? 'It wants its root@sys or its agent password.' : 'It wants its root@sys password (OBWATCH_PASSWORD or --password-file).';
	}

	const takesAny = isPromoted
		? 'It takes any password. At the end of its task it becomes a cluster agent: started after that, obwatch asks for the root@sys password (p), and any will do.'
		: 'It takes any password.';
	return agent ? 'It wants its agent password (OBWATCH_AGENT_PASSWORD or --agent-password-file).' : takesAny;
};

/** Runs one simulated agent until the signal aborts. Rejects with the system's error if it cannot listen on the port, and for an unknown scenario. */
export const serveDemoAgent = async (options: DemoAgentRun, {write, stateFolder, signal, clock}: DemoAgentDeps): Promise<void> => {
	const {port, rootPassword, agentPassword, scenario: name = 'initialize', seed = 1, speed = 1} = options;
	const scenario = findScenario(name);
	if (!scenario) {
		throw new Error(`there is no scenario "${name}"`);
	}

	if (signal.aborted) {
		return;
	}

	const isPromoted = joinsCluster(scenario);
	let kept: Promise<KeptKey> | undefined;
	const agent = await startDemoAgent({
		clock, seed, speed, scenario, port,
		async keyPair(own) {
			kept = keptKey(stateFolder, {port: own, seed});
			const {key} = await kept;
			return key;
		},
		...(rootPassword === undefined ? {takesAnyPassword: true} : {rootPassword}),
		...((isPromoted || rootPassword !== undefined) && {identity: 'MASTER'}),
		...(agentPassword !== undefined && {agentPassword}),
	});
	const host = agent.label;
	const problem = await kept?.then(key => key.problem, String);
	write(`A simulated obshell agent listens on ${agent.address}, scenario "${name}".\n`);
	write(`${passwordLine({root: rootPassword !== undefined, agent: agentPassword !== undefined, isPromoted})}\n`);
	if (problem !== undefined) {
		write(`${problem}\n`);
	}

	write(`Watch it with: obwatch ${host}   End it with ctrl-c.\n`);
	try {
		await new Promise<void>(resolve => {
			if (signal.aborted) {
				resolve();
				return;
			}

			signal.addEventListener('abort', () => {
				resolve();
			}, {once: true});
		});
	} finally {
		await agent.stop();
	}
};
