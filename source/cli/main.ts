import process from 'node:process';
import {printable} from '../protocol/printable.js';
import {systemClock} from '../system/clock.js';
import {crashReport} from './crash-report.js';
import {exitCodes} from './options.js';
import {type DemoAgentOptions} from './read-demo-agent.js';
import {type MonitorOptions} from './read-monitor.js';
import {readOptions, usageLine, type Options} from './read-options.js';
import {runToEnd} from './run-to-end.js';
import {readTextFile} from './text-file.js';
import {version} from './version.js';

// Children such as a pager have no business with the passwords. And where CI is set, what draws the screen would take the terminal for a log file without colours.
const takeEnvironment = (): Readonly<Record<string, string | undefined>> => {
	const env = {...process.env};
	delete process.env['OBWATCH_PASSWORD'];
	delete process.env['OBWATCH_AGENT_PASSWORD'];
	delete process.env['CI'];
	return env;
};

const fail = (line: string, code: number): number => {
	process.stderr.write(`${line}\n`);
	return code;
};

const problemOfTerminal = (): string | undefined => {
	if (!process.stdout.isTTY) {
		return 'obwatch needs a terminal; its output goes somewhere else';
	}

	return process.stdin.isTTY ? undefined : 'obwatch needs a terminal; its input comes from somewhere else';
};

const runMonitor = async (options: MonitorOptions, signal: AbortSignal, onSecret: (secret: string) => void): Promise<number> => {
	const problem = problemOfTerminal();
	if (problem !== undefined) {
		return fail(problem, exitCodes.usage.code);
	}

	// Each command loads its own part only.
	const monitor = await import('../monitor/run-monitor.js');
	return monitor.runMonitor({...options, version, signal, onSecret});
};

const problemOfPort = (error: unknown, port: number): string | undefined => {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	if (code === 'EADDRINUSE') {
		return `port ${port} of 127.0.0.1 is taken`;
	}

	return code === 'EACCES' ? `port ${port} is not for everybody; take one from 1024 on` : undefined;
};

const runDemoAgent = async (options: DemoAgentOptions, signal: AbortSignal): Promise<number> => {
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
		await demo.runDemoAgent({port, rootPassword: passwords.root, agentPassword: passwords.agent, scenario, seed, speed}, {write, signal, clock: systemClock});
		return exitCodes.done.code;
	} catch (error) {
		const problem = problemOfPort(error, port);
		if (problem === undefined) {
			throw error;
		}

		return fail(usageLine(problem), exitCodes.failed.code);
	}
};

const run = async (options: Options, signal: AbortSignal, onSecret: (secret: string) => void): Promise<number> => {
	switch (options.type) {
		case 'monitor': {
			return runMonitor(options, signal, onSecret);
		}

		case 'demo-agent': {
			return runDemoAgent(options, signal);
		}

		case 'help': {
			process.stdout.write(options.text);
			return exitCodes.done.code;
		}

		case 'version': {
			process.stdout.write(`obwatch ${version}\n`);
			return exitCodes.done.code;
		}

		case 'usage-error': {
			return fail(options.line, exitCodes.usage.code);
		}
	}
};

/** The whole program, from the command line to the exit code. Never throws. */
export const main = async (): Promise<number> => {
	const env = takeEnvironment();
	const secrets = [env['OBWATCH_PASSWORD'], env['OBWATCH_AGENT_PASSWORD']];
	const {code, fault} = await runToEnd(async signal => {
		const options = readOptions(process.argv.slice(2), {env, readTextFile});
		if ('passwords' in options) {
			secrets.push(options.passwords.root, options.passwords.agent);
		}

		return run(options, signal, secret => {
			secrets.push(secret);
		});
	});
	if (fault) {
		process.stderr.write(crashReport(fault.error, version, secrets.filter(secret => secret !== undefined)));
	}

	return code;
};
