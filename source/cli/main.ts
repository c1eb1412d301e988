import process from 'node:process';
import {exitCodes} from '../headless/exit-codes.js';
import {createOutput} from '../headless/output.js';
import {describeFileError} from '../lib/errno.js';
import {isOpenToOthers, stateFolder} from '../lib/private-files.js';
import {type FileRecorder} from '../recording/recorder.js';
import {runDemoAgent} from './commands/demo-agent.js';
import {type MonitorCommand} from './commands/monitor.js';
import {completionScript} from './completions.js';
import {loadConfig} from './config/load.js';
import {createRunCommand} from './config/passwords.js';
import {secretsOf} from './credentials.js';
import {fail, problemOfTerminal, usageLine} from './fail.js';
import {readTextFile} from './input-file.js';
import {crashReport, runToEnd} from './lifecycle.js';
import {manPage} from './man-page.js';
import {type Options, readOptions} from './read-options.js';
import {version, versionLine} from './version.js';

// Children such as a pager have no business with the passwords. And where CI is set, what draws the screen would take the terminal for a log file without colours.
const takeEnvironment = (): Readonly<Record<string, string | undefined>> => {
	const env = {...process.env};
	delete process.env['OBWATCH_PASSWORD'];
	delete process.env['OBWATCH_AGENT_PASSWORD'];
	delete process.env['CI'];
	return env;
};

const runMonitor = async (options: MonitorCommand, signal: AbortSignal, onSecret: (secret: string) => void): Promise<number> => {
	const problem = problemOfTerminal('--once prints a table instead');
	if (problem !== undefined) {
		return fail(problem, exitCodes.usage.code);
	}

	// Each command loads its own part only.
	const monitor = await import('./run-monitor.js');
	const run = async (recorder?: FileRecorder): Promise<number> => monitor.runMonitor({...options, stateFolder: stateFolder(process.env), version, recorder, signal, onSecret});
	if (!options.recording) {
		return run();
	}

	const {withRecorder} = await import('./recorder.js');
	return withRecorder(options.recording, {secrets: secretsOf(options), isTold: false, run});
};

const print = async (text: string): Promise<number> => {
	await createOutput(process.stdout).write(text);
	return exitCodes.done.code;
};

type Means = {readonly env: Readonly<Record<string, string | undefined>>; readonly signal: AbortSignal; readonly onSecret: (secret: string) => void};

const run = async (options: Options, {env, signal, onSecret}: Means): Promise<number> => {
	switch (options.type) {
		case 'monitor': {
			return runMonitor(options, signal, onSecret);
		}

		case 'replay': {
			const {runReplay} = await import('./run-replay.js');
			return runReplay(options, signal);
		}

		case 'headless': {
			const headless = await import('./run-headless.js');
			return headless.runHeadless(options, signal);
		}

		case 'ask': {
			const ask = await import('./run-query.js');
			return ask.runAsk(options, signal);
		}

		case 'json-schema': {
			const {jsonSchema} = await import('../headless/json-schema.js');
			return print(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
		}

		case 'operation': {
			const {runOperation} = await import('./run-operation.js');
			return runOperation(options, stateFolder(process.env), signal);
		}

		case 'demo-agent': {
			return runDemoAgent(options, stateFolder(process.env), signal);
		}

		case 'completion': {
			return print(completionScript(options.shell));
		}

		case 'man': {
			return print(manPage(version));
		}

		case 'trust': {
			const {runTrust} = await import('./run-trust.js');
			return runTrust(options, env, signal);
		}

		case 'text':
		case 'help': {
			return print(options.text);
		}

		case 'version': {
			return print(`${versionLine(process.versions.node)}\n`);
		}

		case 'usage-error': {
			return fail(options.line, exitCodes.usage.code);
		}
	}
};

/** Whether any certificate is taken from some of the agents. On the screen a line says so as long as it runs. */
const isUnchecked = ({addresses, tls: {isUnchecked: isAllUnchecked, own}}: Pick<MonitorCommand, 'addresses' | 'tls'>): boolean =>
	addresses.some(address => address.type === 'tcp' && address.secure && (own?.get(address.key)?.isUnchecked ?? isAllUnchecked));

const prepare = async (env: Means['env']): Promise<Options> => {
	const argv = process.argv.slice(2);
	const config = await loadConfig(argv, {env, readTextFile, isOpenToOthers, isRoot: process.getuid?.() === 0});
	return config.ok
		? readOptions(argv, {env, readTextFile, config: config.value, runCommand: createRunCommand(env)})
		: {type: 'usage-error', line: usageLine(config.problem)};
};

/** The whole program, from the command line to the exit code. Never throws. */
export const main = async (): Promise<number> => {
	const env = takeEnvironment();
	const secrets = [env['OBWATCH_PASSWORD'], env['OBWATCH_AGENT_PASSWORD']];
	const {code, fault, lost} = await runToEnd(async () => prepare(env), async (options, signal) => {
		if ('passwordGroups' in options) {
			secrets.push(...[options, ...options.passwordGroups].flatMap(({passwords}) => Object.values(passwords)));
		} else if ('passwords' in options) {
			secrets.push(options.passwords.root, options.passwords.agent);
		}

		if (options.type !== 'monitor' && 'tls' in options && isUnchecked(options)) {
			process.stderr.write(`${usageLine('certificates are not checked (tls-insecure): another host could answer in an agent\'s place')}\n`);
		}

		return run(options, {env, signal, onSecret(secret) {
			secrets.push(secret);
		}});
	});
	if (fault) {
		process.stderr.write(crashReport(fault.error, version, secrets.filter(secret => secret !== undefined)));
	}

	if (lost) {
		process.stderr.write(`${usageLine(`its output could not be written: ${describeFileError(lost)}`)}
`);
	}

	return code;
};
