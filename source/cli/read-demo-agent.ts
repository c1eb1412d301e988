import {printable} from '../protocol/printable.js';
import {type Argument} from './parse-arguments.js';
import {readDemo, valueOf, type DemoOptions, type Values} from './read-demo.js';
import {readNumber} from './read-number.js';
import {readPasswords, type Passwords} from './read-passwords.js';
import {type Surroundings} from './read-watched.js';
import {failure, type Result} from './result.js';

export type DemoAgentOptions = DemoOptions & {
	readonly type: 'demo-agent';
	/** 0 takes a free one. */
	readonly port: number;
	/** What it demands; with none, anything will do. */
	readonly passwords: Passwords;
	/** As given; only the simulation knows which there are. */
	readonly scenario: string;
};

const ports = {from: 0, to: 65_535, isWhole: true};

/** Which simulated agent to run. The passwords of the environment are those of real agents and stay out of it. */
export const readDemoAgent = (list: readonly Argument[], values: Values, {readTextFile}: Surroundings): Result<DemoAgentOptions> => {
	const extra = list.find(argument => argument.type === 'positional');
	if (extra) {
		return failure(`demo-agent takes options only, not "${printable(extra.value)}"; to watch a host named demo-agent: --agent demo-agent`);
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
		? {ok: true, value: {type: 'demo-agent', ...demo.value, port: port.value, passwords: passwords.value, scenario}}
		: passwords;
};
