import {onTestFinished} from 'vitest';
import {generateDemoKey} from '../../../source/demo/crypto.js';
import {type DemoAgent, startDemoAgent, type StartDemoAgent} from '../../../source/demo/demo-agent.js';
import {systemClock} from '../../../source/lib/clock.js';
import {runProgram, type RunSetup} from '../../helpers/run-program.js';
import {createHeldClock} from '../../helpers/virtual-clock.js';

// The smallest key is the fastest one.
const keyPair = generateDemoKey(512);

/** A simulated agent on a free port, gone when the test ends. */
export const startAgent = async (spec: Partial<StartDemoAgent> = {}): Promise<DemoAgent> => {
	const agent = await startDemoAgent({clock: systemClock, keyPair: await keyPair, ...spec});
	onTestFinished(async () => agent.stop());
	return agent;
};

/** The same, but its tasks begin with the first request for them: on a busy machine a program takes seconds to start. */
export const startHeldAgent = async (spec: Partial<StartDemoAgent> = {}): Promise<DemoAgent> => {
	const started: DemoAgent[] = [];
	started.push(await startAgent({...spec, clock: createHeldClock(() => started.some(agent => agent.requests().by.some(({path}) => path.includes('/task/'))))}));
	return started[0]!;
};

export type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** Runs the built program to its end. */
export const runToEnd = async (args: readonly string[], setup: RunSetup = {}): Promise<Ended> => {
	const run = runProgram(args, setup);
	const code = await run.exit();
	return {code, stdout: run.stdout(), stderr: run.stderr()};
};
