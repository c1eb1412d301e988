// The modes without a screen. They use real clocks, randomness and output.

import process from 'node:process';
import {type Webhook} from '../../export/webhook-formats.js';
import {type WebhookReports} from '../../export/webhooks.js';
import {type OpenFleet, type OpenFleetDeps} from '../../fleet/open.js';
import {exitCodes} from '../../headless/exit-codes.js';
import {type OnceDeps, runOnce} from '../../headless/once.js';
import {serveMetrics} from '../../headless/metrics.js';
import {createOutput} from '../../headless/output.js';
import {createColorize} from '../../headless/text.js';
import {type WaitTarget, waitTargets} from '../../headless/wait-condition.js';
import {runWait} from '../../headless/wait.js';
import {runWatch} from '../../headless/watch.js';
import {systemClock} from '../../lib/clock.js';
import {leaveRemovedFolder} from '../../lib/folders.js';
import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {type Command as Program, runOnChange} from '../../ui/effects/on-change-command.js';
import {isScreenRead, sizedTerminal} from '../../ui/terminal/load-screen.js';
import {type Store} from '../../store/store.js';
import {createTheme} from '../../ui/theme.js';
import {type Command, type ReadDeps} from '../command.js';
import {warnOfUncheckedCertificates} from '../credentials.js';
import {tellLocalAgents} from '../local-agents.js';
import {fail, failure, isDumb, type Result, usageLine} from '../fail.js';
import {modeOptions, type OptionName, type Values} from '../options.js';
import {type Argument, isAddressArgument} from '../parse.js';
import {readRecorded, type RecordingOptions, withRecorder} from '../recorder.js';
import {problemOfOption, readDuration, readEndpoint} from '../values.js';
import {type Watched, withFleet} from '../watched.js';
import {finishWebhooks, readWebhooks, startWebhooks} from '../webhooks.js';

type Detail = 'tasks' | 'stages' | 'logs';

/** What to wait for. Times are ms. */
export type WaitMode = {readonly tasks: 'all' | 'new'; readonly target?: WaitTarget; readonly timeout?: number};

/**
What to do without a screen.

- once: query everything once and print it
- watch: print a line for each event, until the end of `wait` if there is one
- metrics: serve Prometheus metrics
- wait: like watch, but without lines on stdout, and print everything at the end
*/
export type Mode =
	| {readonly type: 'once'; readonly isJson: boolean; readonly detail: Detail; readonly timeout?: number}
	| {readonly type: 'watch'; readonly isJson: boolean; readonly wait?: WaitMode}
	| {readonly type: 'metrics'; readonly host: string; readonly port: number}
	| {readonly type: 'wait'; readonly isJson: boolean; readonly detail: Detail; readonly wait: WaitMode};

export type HeadlessOptions = Watched & {
	readonly mode: Mode;
	readonly recording: RecordingOptions | undefined;
	/** The program to run at every change; nothing changes in a single poll. */
	readonly onChange: Program | undefined;
	/** Whether these are all agents of the config file's groups, since none is named. */
	readonly isOfAllGroups: boolean;
	/** To tell of every change. */
	readonly webhooks: readonly Webhook[];
};

const withTimeout = <T>(values: Values, make: (timeout: {readonly timeout?: number}) => T): Result<T> => {
	const text = values.get('timeout');
	if (text === undefined) {
		return {ok: true, value: make({})};
	}

	const timeout = readDuration('timeout', text);
	return timeout.ok ? {ok: true, value: make({timeout: timeout.value})} : timeout;
};

const readWait = (values: Values): Result<WaitMode> => {
	const wanted = values.get('for');
	const target = wanted === undefined ? undefined : waitTargets.get(wanted);
	if (wanted !== undefined && target === undefined) {
		return failure(problemOfOption('for', wanted, messages().usage.value.oneOf([...waitTargets.keys()])));
	}

	return withTimeout(values, timeout => ({tasks: values.has('wait-for-new') ? 'new' : 'all', ...(target && {target}), ...timeout}));
};

// An option that would silently do nothing is a mistake to report.
const problemOfMixture = (values: Values): string | undefined => {
	const words = messages().usage.command;
	const has = (name: OptionName): boolean => values.has(name);
	const isWaiting = has('wait') || has('wait-for-new');
	const alone = modeOptions.find(name => name !== 'serve-metrics' && has(name));
	if (has('serve-metrics')) {
		return alone && words.together('--serve-metrics', `--${alone}`);
	}

	const detail = (['stages', 'logs'] as const).find(name => has(name));
	if (has('once') && (has('watch') || isWaiting)) {
		return words.together('--once', `--${(['watch', 'wait', 'wait-for-new'] as const).find(name => has(name)) ?? 'wait'}`);
	}

	if (has('for') && !isWaiting) {
		return words.needs('--for', ['--wait']);
	}

	if (has('watch')) {
		return detail ? words.together(`--${detail}`, '--watch') : (has('timeout') && !isWaiting ? words.watchTimeout : undefined);
	}

	if (isWaiting || has('once') || has('json')) {
		return undefined;
	}

	return detail ? words.needs(`--${detail}`, ['--once', '--wait', '--json']) : words.needs('--timeout', ['--once', '--wait']);
};

const readMode = (values: Values): Result<Mode> => {
	const problem = problemOfMixture(values);
	if (problem !== undefined) {
		return failure(problem);
	}

	const endpoint = values.get('serve-metrics');
	if (endpoint !== undefined) {
		const listening = readEndpoint('serve-metrics', endpoint);
		return listening.ok ? {ok: true, value: {type: 'metrics', ...listening.value}} : listening;
	}

	const isJson = values.has('json');
	const detail = values.has('logs') ? 'logs' : (values.has('stages') ? 'stages' : 'tasks');
	const isWaiting = values.has('wait') || values.has('wait-for-new');
	if (!isWaiting) {
		return values.has('watch')
			? {ok: true, value: {type: 'watch', isJson}}
			: withTimeout(values, timeout => ({type: 'once', isJson, detail, ...timeout}));
	}

	const wait = readWait(values);
	if (!wait.ok) {
		return wait;
	}

	return {ok: true, value: values.has('watch') ? {type: 'watch', isJson, wait: wait.value} : {type: 'wait', isJson, detail, wait: wait.value}};
};

/** What to watch, and what to print of it. Reads the files that the options name. */
const read = (list: readonly Argument[], values: Values, deps: ReadDeps): Result<HeadlessOptions> => {
	const told = (['no-bell', 'no-title', 'ascii', 'unicode', 'theme', 'mouse'] as const).find(name => values.has(name));
	if (told) {
		return failure(messages().usage.command.screenOnly(`--${told}`));
	}

	const mode = readMode(values);
	if (!mode.ok) {
		return mode;
	}

	const isOnce = mode.value.type === 'once';
	if (isOnce && values.has('on-change')) {
		return failure(messages().usage.command.onChangeOnce);
	}

	const recorded = readRecorded(list, values, deps);
	if (!recorded.ok) {
		return recorded;
	}

	const {recording, plan, watched} = recorded.value;
	const onChange = isOnce ? undefined : plan.settings.notifications.onChange.value;
	// What happens in a demo is no news.
	const webhooks = readWebhooks(isOnce || values.has('demo') ? undefined : deps.config, deps.readTextFile);
	const isOfAllGroups = watched.groups.length > 0 && list.every(argument => !isAddressArgument(argument));
	return webhooks.ok ? {ok: true, value: {...watched, mode: mode.value, recording, onChange, isOfAllGroups, webhooks: webhooks.value}} : webhooks;
};

// In ms. An agent that says nothing for so long would say nothing for longer, too.
const onceTimeout = 15_000;

type OutputStyle = Pick<HeadlessOptions, 'isAscii' | 'isColored'>;

const showProgressOn = ({isAscii, isColored}: OutputStyle) => async ({store}: Pick<OpenFleet, 'store'>): Promise<() => Promise<void>> => {
	if (isScreenRead(process.env)) {
		// A line that moves would be read again each time.
		return async () => undefined;
	}

	leaveRemovedFolder();
	const {showProgress} = await import('../../ui/terminal/screen.js');
	const hide = showProgress({store, clock: systemClock, stream: sizedTerminal(process.stderr, process.env), theme: createTheme({isAscii, isColorful: isColored})});
	return async () => {
		hide();
	};
};

// What few runs need is loaded by those: Ink, and what makes metrics.
const runMode = async (open: OpenFleet, mode: Mode, style: OutputStyle, {webhooks, ...deps}: OnceDeps & {readonly webhooks: WebhookReports | undefined}): Promise<number> => {
	switch (mode.type) {
		case 'once': {
			return runOnce(open, {timeout: onceTimeout, ...mode}, deps);
		}

		case 'watch': {
			return runWatch(open, {isJson: mode.isJson, wait: mode.wait, errors: createOutput(process.stderr)}, deps);
		}

		case 'metrics': {
			const served = await serveMetrics(open, mode, {clock: systemClock, version: deps.version, signal: deps.signal, errors: createOutput(process.stderr), notifications: webhooks?.counts});
			return served.ok ? exitCodes.done.code : fail(usageLine(served.problem), exitCodes.usage.code);
		}

		case 'wait': {
			return runWait(open, mode, deps, {show: process.stderr.isTTY && !isDumb(process.env) ? showProgressOn(style) : undefined, errors: createOutput(process.stderr)});
		}
	}
};

// In ms, for what webhooks were not told yet at the end.
const lastNews = 2000;

/** Tells the user's program and webhooks of every change meanwhile. They get the changes that end a wait, too; a signal ends the program at once. */
const withNews = async (options: HeadlessOptions, store: Store, signal: AbortSignal, run: (webhooks: WebhookReports | undefined) => Promise<number>): Promise<number> => {
	const errors = createOutput(process.stderr);
	const report = (text: string): void => {
		void errors.write(`${usageLine(text)}\n`);
	};

	const {onChange: command} = options;
	const program = command && runOnChange({command, store, clock: systemClock, env: process.env, report});
	const webhooks = startWebhooks(options, {store, report});
	try {
		return await run(webhooks);
	} finally {
		await Promise.all([program?.finish(signal), finishWebhooks(webhooks, lastNews, signal)]);
	}
};

/** A single poll takes what is known of earlier runs, and asks for no more. */
const runsOf = (mode: Mode, folder: string | undefined): NonNullable<OpenFleetDeps['runs']> => ({
	folder, isAsked: mode.type !== 'once', report(problem) {
		process.stderr.write(`${usageLine(problem)}\n`);
	},
});

/** A wait is for what happens from now on: failures of before would decide it. */
const looksBackIn = (mode: Mode): boolean => mode.type !== 'wait' && !(mode.type === 'watch' && mode.wait);

/** Watches without a screen until the mode has what it wants, or the signal comes. */
export const headless: Command<HeadlessOptions> = {
	read,
	async run(options, {version, stateFolder, signal}) {
		tellLocalAgents(options);
		if (options.isOfAllGroups) {
			const names = options.groups.map(({name}) => `@${printable(name)}`);
			const {output: {logs}, usage} = messages();
			process.stderr.write(`${usageLine(usage.agents.allGroups(logs.list(...names)))}\n`);
		}

		warnOfUncheckedCertificates(options);
		const {mode, isColored} = options;
		const {stdout} = process;
		return withRecorder(options, {isTold: true, version}, async recorder => withFleet(options, {recorder, looksBack: looksBackIn(mode), runs: runsOf(mode, stateFolder)}, async open => {
			const deps = {clock: systemClock, output: createOutput(stdout), colorize: createColorize(isColored && stdout.isTTY), version, signal};
			return withNews(options, open.store, signal, async webhooks => runMode(open, mode, options, {...deps, webhooks}));
		}));
	},
};
