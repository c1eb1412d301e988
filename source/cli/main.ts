import process from 'node:process';
import {exitCodes} from '../headless/exit-codes.js';
import {createOutput} from '../headless/output.js';
import {messages, speak} from '../lib/messages/messages.js';
import {describeFileError, isOpenToOthers, stateFolder} from '../lib/private-files.js';
import {type CommandLine, readCommandLine} from './command-line.js';
import {findConfig, languageOfRun, loadConfig} from './config/load.js';
import {createRunCommand} from './config/passwords.js';
import {secretsOf} from './credentials.js';
import {fail, usageLine} from './fail.js';
import {readTextFile} from './input-file.js';
import {findLocalAgents, thisHost} from './local-agents.js';
import {crashReport, runToEnd} from './lifecycle.js';

// The build sets these: the version from package.json, and the commit, empty if unknown.
declare const obwatchVersion: string;

declare const obwatchCommit: string;

const version = obwatchVersion;

/** The output of `--version`: version, build, and the Node that runs it ("24.21.0"). */
const versionLine = (node: string): string =>
	messages().usage.build(version, obwatchCommit, node);

type Env = Readonly<Record<string, string | undefined>>;

// Child processes such as a pager must not get the passwords. And if CI is set, Ink would treat the terminal as a log file without colours.
const takeEnvironment = (): Env => {
	const env = {...process.env};
	delete process.env['OBWATCH_PASSWORD'];
	delete process.env['OBWATCH_AGENT_PASSWORD'];
	delete process.env['CI'];
	return env;
};

const print = async (text: string): Promise<number> => {
	await createOutput(process.stdout).write(text);
	return exitCodes.done.code;
};

const prepare = async (env: Env): Promise<CommandLine> => {
	const argv = process.argv.slice(2);
	const found = findConfig(argv, {env, readTextFile});
	await speak(languageOfRun(argv, env, found));
	const config = await loadConfig(argv, {env, readTextFile, isOpenToOthers, isRoot: process.getuid?.() === 0}, found);
	return config.ok
		? readCommandLine(argv, {env, readTextFile, config: config.value, runCommand: createRunCommand(env), findLocalAgents: () => findLocalAgents(thisHost(env['HOME']))})
		: {type: 'usage-error', line: usageLine(config.problem)};
};

/** The whole program, from the command line to the exit code. Never throws. */
export const main = async (): Promise<number> => {
	const env = takeEnvironment();
	const secrets = [env['OBWATCH_PASSWORD'], env['OBWATCH_AGENT_PASSWORD']];
	const onSecret = (secret: string): void => {
		secrets.push(secret);
	};

	const {code, fault, lost} = await runToEnd(async () => prepare(env), async (line, signal) => {
		switch (line.type) {
			case 'help': {
				return print(line.text);
			}

			case 'version': {
				return print(`${versionLine(process.versions.node)}\n`);
			}

			case 'usage-error': {
				return fail(line.line, exitCodes.usage.code);
			}

			case 'command': {
				secrets.push(...secretsOf(line.options));
				return line.run({version, env, stateFolder: stateFolder(process.env), signal, onSecret});
			}
		}
	});
	if (fault) {
		process.stderr.write(crashReport(fault.error, version, secrets.filter(secret => secret !== undefined)));
	}

	if (lost) {
		process.stderr.write(`${usageLine(messages().usage.outputLost(describeFileError(lost)))}
`);
	}

	return code;
};

/** For `npm start`. */
export {isForDemo} from './parse.js';
