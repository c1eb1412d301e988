import process from 'node:process';
import {printable} from '../protocol/printable.js';
import {systemClock} from '../system/clock.js';
import {errorCode} from '../system/errno.js';
import {exitCodes} from './exit-codes.js';
import {fail} from './fail.js';
import {type DemoAgentOptions} from './read-demo-agent.js';
import {usageLine} from './usage-line.js';

const problemOfPort = (error: unknown, port: number): string | undefined => {
	const code = errorCode(error);
	if (code === 'EADDRINUSE') {
		return `port ${port} of 127.0.0.1 is taken`;
	}

	return code === 'EACCES' ? `port ${port} is not for everybody; take one from 1024 on` : undefined;
};

/** Runs one simulated agent until the signal. */
export const runDemoAgent = async (options: DemoAgentOptions, stateFolder: string | undefined, signal: AbortSignal): Promise<number> => {
	const {port, passwords, scenario, seed, speed} = options;
	const demo = await import('../demo/run-demo-agent.js');
	const scenarios: readonly string[] = demo.scenarioNames;
	if (!scenarios.includes(scenario)) {
		return fail(usageLine(`--scenario "${printable(scenario)}": expected one of ${scenarios.join(', ')}`), exitCodes.usage.code);
	}

	const write = (text: string): void => {
		process.stdout.write(text);
	};

	try {
		await demo.runDemoAgent({port, rootPassword: passwords.root, agentPassword: passwords.agent, scenario, seed, speed}, {write, stateFolder, signal, clock: systemClock});
		return exitCodes.done.code;
	} catch (error) {
		const problem = problemOfPort(error, port);
		if (problem === undefined) {
			throw error;
		}

		return fail(usageLine(problem), exitCodes.usage.code);
	}
};
