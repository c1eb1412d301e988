import process from 'node:process';
import {serveDemoAgent} from '../../demo/serve.js';
import {exitCodes} from '../../headless/exit-codes.js';
import {systemClock} from '../../lib/clock.js';
import {errorCode} from '../../lib/errno.js';
import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {type Command} from '../command.js';
import {type Passwords, readPasswords} from '../credentials.js';
import {fail, failure, usageLine} from '../fail.js';
import {valueOf} from '../options.js';
import {type DemoOptions, problemOfOption, readDemo, readNumber} from '../values.js';

type DemoAgentOptions = DemoOptions & {
	/** 0 takes a free one. */
	readonly port: number;
	/** The passwords that it demands; without any, it accepts all. Those in the environment belong to real agents and are not used. */
	readonly passwords: Passwords;
	/** As given. */
	readonly scenario: string;
};

const ports = {from: 0, to: 65_535, isWhole: true};

const problemOfPort = (error: unknown, port: number): string | undefined => {
	const code = errorCode(error);
	if (code === 'EADDRINUSE') {
		return messages().usage.command.portInUse('127.0.0.1', port);
	}

	return code === 'EACCES' ? messages().usage.command.portRefused(port) : undefined;
};

/** Runs one simulated agent until the signal. */
export const demoAgent: Command<DemoAgentOptions> = {
	read(list, values, {readTextFile}) {
		const extra = list.find(argument => argument.type === 'positional');
		if (extra) {
			return failure(messages().usage.command.demoAgentArguments(printable(extra.value)));
		}

		const port = readNumber('port', valueOf('demo-agent', 'port', values), ports);
		if (!port.ok) {
			return port;
		}

		const demo = readDemo('demo-agent', values);
		if (!demo.ok) {
			return demo;
		}

		const passwords = readPasswords(values, readTextFile);
		const scenario = valueOf('demo-agent', 'scenario', values);
		return passwords.ok
			? {ok: true, value: {...demo.value, port: port.value, passwords: passwords.value, scenario}}
			: passwords;
	},
	async run({port, passwords, scenario, seed, speed}, {stateFolder, signal}) {
		const {scenarioNames: scenarios} = await import('../../demo/demo-fleet.js');
		if (!scenarios.includes(scenario)) {
			return fail(usageLine(problemOfOption('scenario', scenario, messages().usage.value.oneOf(scenarios))), exitCodes.usage.code);
		}

		const write = (text: string): void => {
			process.stdout.write(text);
		};

		try {
			await serveDemoAgent({port, rootPassword: passwords.root, agentPassword: passwords.agent, scenario, seed, speed}, {write, stateFolder, signal, clock: systemClock});
			return exitCodes.done.code;
		} catch (error) {
			const problem = problemOfPort(error, port);
			if (problem === undefined) {
				throw error;
			}

			return fail(usageLine(problem), exitCodes.usage.code);
		}
	},
};
