// All commands but the monitor, in one import: each import of its own would split what they share into more files, which every start pays for. Those that print something about obwatch itself are here.

import process from 'node:process';
import {type Webhook} from '../../export/webhook-formats.js';
import {exitCodes} from '../../headless/exit-codes.js';
import {createOutput} from '../../headless/output.js';
import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {type Command, type Name, type Read, type ReadDeps, readWith} from '../command.js';
import {completed, completionScript, shells} from '../completions.js';
import {printConfig, printWebhooks} from '../config/print.js';
import {passwordsOfEnvironment} from '../credentials.js';
import {failure, type Result} from '../fail.js';
import {manPage} from '../help.js';
import {type Values} from '../options.js';
import {type Argument} from '../parse.js';
import {readPlan} from '../targets.js';
import {policyOfOptions} from '../watched.js';
import {readWebhooks, testWebhooks} from '../webhooks.js';
import {demoAgent} from './demo-agent.js';
import {headless} from './headless.js';
import {operate} from './operate.js';
import {query} from './query.js';
import {replay} from './replay.js';
import {trust} from './trust.js';

export {helpText} from '../help.js';

const print = async (text: string): Promise<number> => {
	await createOutput(process.stdout).write(text);
	return exitCodes.done.code;
};

const positionals = (list: readonly Argument[]): readonly string[] => list.flatMap(argument => argument.type === 'positional' ? [argument.value] : []);

/** The completion script of a shell, or the groups or webhooks of the config file, which these scripts offer. */
const completion: Command<{readonly text: () => string}> = {
	read(list, _values, {config}) {
		const [wanted, ...rest] = positionals(list);
		if (wanted === 'groups' && rest.length === 0) {
			return {ok: true, value: {text: () => [...config?.config.groups.keys() ?? []].map(name => `@${name}\n`).join('')}};
		}

		if (wanted === 'webhooks' && rest.length === 0) {
			return {ok: true, value: {text: () => (config?.config.webhooks ?? []).map(({name}) => `${name}\n`).join('')}};
		}

		const shell = shells.find(name => name === wanted);
		return shell && rest.length === 0
			? {ok: true, value: {text: () => completionScript(shell)}}
			: failure(messages().usage.command.shells([...shells, ...completed], wanted === undefined ? undefined : printable([wanted, ...rest].join(' '))));
	},
	run: async ({text}) => print(text()),
};

const man: Command<Record<never, never>> = {
	read(list) {
		const [extra] = positionals(list);
		return extra === undefined ? {ok: true, value: {}} : failure(messages().usage.command.noArguments('man', printable(extra)));
	},
	run: async (_options, {version}) => print(manPage(version)),
};

const jsonSchema: Command<Record<never, never>> = {
	read: () => ({ok: true, value: {}}),
	async run() {
		// The schema writer takes long to load.
		const {jsonSchema: make} = await import('../../headless/json-schema.js');
		return print(`${JSON.stringify(make(), null, 2)}\n`);
	},
};

/** Sends a test message to the webhooks of those names, or to all; or only prints what the file says of them. */
const notify: Command<{readonly webhooks: readonly Webhook[]; readonly text?: string}> = {
	read(list, values, {config: file, readTextFile}) {
		const {webhooks: words} = messages();
		const known = file?.config.webhooks.map(({name}) => name) ?? [];
		const names = positionals(list);
		const unknown = names.find(name => !known.includes(name));
		if (known.length === 0 || unknown !== undefined) {
			return failure(known.length === 0 ? words.none : words.noSuch(printable(unknown ?? ''), known));
		}

		if (file && values.has('print-config')) {
			return {ok: true, value: {webhooks: [], text: printWebhooks(file)}};
		}

		const webhooks = readWebhooks(file, readTextFile);
		return webhooks.ok ? {ok: true, value: {webhooks: webhooks.value.filter(({name}) => names.length === 0 || names.includes(name))}} : webhooks;
	},
	async run({webhooks, text}, {signal}) {
		if (text !== undefined) {
			return print(text);
		}

		const output = createOutput(process.stdout);
		const results = await testWebhooks(webhooks, signal);
		const {faults: {about}, webhooks: words} = messages();
		await output.write(results.map(({name, problem}) => `${about(name, problem ?? words.accepted)}\n`).join(''));
		return exitCodes[results.every(({problem}) => problem === undefined) ? 'done' : 'refused'].code;
	},
};

const isSwitch = (name: string): boolean => !['tls-ca', 'tls-cert', 'tls-key'].includes(name);

const trustOf = (values: Values) => (['tls-ca', 'tls-cert', 'tls-key', 'tls-insecure', 'strict-keys', 'accept-new-keys', 'accept-keys'] as const)
	.flatMap(name => values.has(name) ? [{name, value: isSwitch(name) ? true as const : values.get(name) ?? ''}] : []);

/** The settings in effect, as text. No secret is read. */
const readConfig = (list: readonly Argument[], values: Values, deps: ReadDeps): Result<string> => {
	const plan = readPlan(list, values, deps);
	if (!plan.ok) {
		return plan;
	}

	const policy = policyOfOptions(values);
	if (!policy.ok) {
		return policy;
	}

	const {root, agent} = passwordsOfEnvironment(deps.env);
	const originOf = (option: 'agent-password-file' | 'password-file', variable: string, given: string | undefined): string | undefined =>
		values.has(option) ? `--${option}` : (given === undefined ? undefined : variable);
	return {ok: true, value: printConfig({
		...plan.value,
		file: deps.config,
		keys: deps.config?.config.keys ?? new Map(),
		given: {trust: trustOf(values), root: originOf('password-file', 'OBWATCH_PASSWORD', root), agent: originOf('agent-password-file', 'OBWATCH_AGENT_PASSWORD', agent)},
	})};
};

const config: Command<{readonly text: string}> = {
	read(list, values, deps) {
		const text = readConfig(list, values, deps);
		return text.ok ? {ok: true, value: {text: text.value}} : text;
	},
	run: async ({text}) => print(text),
};

export const readerOf = (name: Exclude<Name, 'monitor'>): Read => {
	switch (name) {
		case 'headless': {
			return readWith(headless);
		}

		case 'logs':
		case 'cause':
		case 'history':
		case 'compare':
		case 'bundle':
		case 'report': {
			return readWith(query(name));
		}

		case 'retry':
		case 'rollback':
		case 'cancel':
		case 'pass': {
			return readWith(operate(name));
		}

		case 'replay': {
			return readWith(replay);
		}

		case 'trust': {
			return readWith(trust);
		}

		case 'notify': {
			return readWith(notify);
		}

		case 'demo-agent': {
			return readWith(demoAgent);
		}

		case 'completion': {
			return readWith(completion);
		}

		case 'man': {
			return readWith(man);
		}

		case 'print-config': {
			return readWith(config);
		}

		case 'json-schema': {
			return readWith(jsonSchema);
		}
	}
};
