// Operations without a screen. They use real clocks, randomness and terminal.

import process from 'node:process';
import {openAuditFile} from '../../fleet/audit.js';
import {type ExemptAgent, openOperationGuard} from '../../fleet/guard.js';
import {createKeyReader} from '../../headless/confirm.js';
import {exitCodes} from '../../headless/exit-codes.js';
import {exemptText, runOperation} from '../../headless/operate.js';
import {systemClock} from '../../lib/clock.js';
import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {parseGenericId} from '../../protocol/ids.js';
import {type Operation} from '../../protocol/operation.js';
import {type Command, type ReadDeps} from '../command.js';
import {exemptAgentsOf, whyNamed} from '../config/config.js';
import {warnOfUncheckedCertificates} from '../credentials.js';
import {fail, failure, type Result, usageLine} from '../fail.js';
import {callOf, type Values} from '../options.js';
import {type Argument} from '../parse.js';
import {withoutSecrets} from '../targets.js';
import {readDuration} from '../values.js';
import {readWatched, type Watched, withFleet} from '../watched.js';

type OperateOptions = Watched & {
	readonly taskId: string;
	/** The stage to pass, instead of the task. */
	readonly nodeId: string | undefined;
	readonly isConfirmed: boolean;
	readonly isWaiting: boolean;
	/** In ms, for everything; undefined: no limit. */
	readonly timeout: number | undefined;
	/** Agents that the config file exempts from operations. */
	readonly exempt: readonly ExemptAgent[];
};

const problemOfId = (what: 'taskId' | 'stageId', id: string | undefined): string | undefined =>
	id === undefined || parseGenericId(id) ? undefined : messages().usage.command[what](printable(id));

// In ms. An agent that does not respond within this time would not respond later, either.
const answerTimeout = 15_000;

const read = (operation: Operation, list: readonly Argument[], values: Values, deps: ReadDeps): Result<OperateOptions> => {
	const positional = list.filter(argument => argument.type === 'positional');
	const [agent, task] = positional;
	if (!agent || !task || positional.length > 2) {
		return failure(messages().usage.command.operationArguments(callOf(operation)));
	}

	const taskId = task.value;
	const nodeId = values.get('stage') ?? values.get('node');
	const problem = problemOfId('taskId', taskId) ?? problemOfId('stageId', nodeId);
	if (problem !== undefined) {
		return failure(problem);
	}

	if (agent.value.startsWith('@') || /^(?!unix:).*[,;]/.test(agent.value)) {
		return failure(messages().usage.command.operationAgent(operation, printable(withoutSecrets(agent.value))));
	}

	const wanted = values.get('timeout');
	const timeout: Result<number | undefined> = wanted === undefined ? {ok: true, value: undefined} : readDuration('timeout', wanted);
	if (!timeout.ok) {
		return timeout;
	}

	if (wanted !== undefined && !values.has('wait')) {
		return failure(messages().usage.command.needs('--timeout', ['--wait']));
	}

	const watched = readWatched(operation, [agent], values, deps);
	return watched.ok
		? {ok: true, value: {
			...watched.value,
			taskId, nodeId, timeout: timeout.value, isConfirmed: values.has('yes'), isWaiting: values.has('wait'),
			exempt: exemptAgentsOf(deps.config),
		}}
		: watched;
};

/** Runs one operation on one task. */
export const operate = (operation: Operation): Command<OperateOptions> => ({
	read: (list, values, deps) => read(operation, list, values, deps),
	async run(options, {stateFolder, signal}) {
		warnOfUncheckedCertificates(options);
		const {addresses, exempt, taskId, nodeId, isConfirmed, isWaiting, timeout} = options;
		// An agent that the config file names in the same way is not even queried.
		const [address] = addresses;
		const forbidden = address && whyNamed(exempt, address);
		if (address && forbidden !== undefined) {
			return fail(usageLine(exemptText(address.label, forbidden)), exitCodes.refused.code);
		}

		const clock = systemClock;
		return withFleet(options, {audit: openAuditFile(stateFolder, clock.now), guard: openOperationGuard(exempt, clock)}, async open => runOperation(open, {
			operation, taskId, nodeId, isConfirmed, isWaiting, timeout, answerTimeout,
		}, {
			clock, signal,
			write(text) {
				process.stderr.write(text);
			},
			keyReader: process.stdin.isTTY && process.stderr.isTTY ? createKeyReader(process) : undefined,
		}));
	},
});
