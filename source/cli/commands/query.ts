// Commands that query once and print the result. They use real clocks, randomness, output and files.

import os from 'node:os';
import process from 'node:process';
import {writeBundle} from '../../export/bundle.js';
import {saveFolders} from '../../export/context.js';
import {type ReportFormat, reportFormats, writeReport} from '../../export/save-report.js';
import {type OpenFleet} from '../../fleet/open.js';
import {type QueryDeps, runCause} from '../../headless/cause.js';
import {type CompareOptions, runCompare} from '../../headless/compare.js';
import {type HistoryOptions, runHistory} from '../../headless/history.js';
import {runLogs} from '../../headless/logs.js';
import {createOutput} from '../../headless/output.js';
import {runSave} from '../../headless/save.js';
import {createColorize} from '../../headless/text.js';
import {randomBytes, systemClock} from '../../lib/clock.js';
import {messages} from '../../lib/messages/messages.js';
import {type Command} from '../command.js';
import {warnOfUncheckedCertificates} from '../credentials.js';
import {tellLocalAgents} from '../local-agents.js';
import {failure, type Result} from '../fail.js';
import {type CommandName, valueOf} from '../options.js';
import {problemOfOption, readNumber, readSince} from '../values.js';
import {readWatched, type Watched, withFleet} from '../watched.js';

type QueryName = Extract<CommandName, 'logs' | 'cause' | 'history' | 'compare' | 'bundle' | 'report'>;

type QueryOptions = Watched & {
	readonly format: ReportFormat;
	readonly history: HistoryOptions;
	readonly compare: CompareOptions;
	/** Which logs to print, from which execution on, whether as one, and whether to follow them. */
	readonly logs: {readonly task: string | undefined; readonly node: string | undefined; readonly isMerged: boolean; readonly isFollowing: boolean; readonly since: number | undefined};
};

const executions = {from: 1, to: 65_535, isWhole: true};

const runQuery = async (name: QueryName, open: OpenFleet, {logs, format, history, compare}: QueryOptions, deps: QueryDeps): Promise<number> => {
	const place = {folders: saveFolders, temporaryFolder: os.tmpdir(), env: process.env, token: () => randomBytes(6).toString('hex')};
	switch (name) {
		case 'logs': {
			return runLogs(open, logs, deps);
		}

		case 'cause': {
			return runCause(open, deps);
		}

		case 'history': {
			return runHistory(open, history, deps);
		}

		case 'compare': {
			return runCompare(open, compare, deps);
		}

		case 'bundle': {
			return runSave(open, {write: writeBundle}, place, deps);
		}

		case 'report': {
			return runSave(open, {write: writeReport(format), task: logs.task}, place, deps);
		}
	}
};

/** Runs a query. */
export const query = (name: QueryName): Command<QueryOptions> => ({
	read(list, values, deps) {
		const text = values.get('since-execution');
		const since: Result<number | undefined> = text === undefined ? {ok: true, value: undefined} : readNumber('since-execution', text, executions);
		if (!since.ok) {
			return since;
		}

		const wanted = name === 'report' ? valueOf(name, 'format', values) : 'html';
		const format = reportFormats.find(known => known === wanted);
		if (!format) {
			return failure(problemOfOption('format', wanted, messages().usage.value.oneOf(reportFormats)));
		}

		const ago = values.get('since');
		const started = ago === undefined ? undefined : readSince('since', ago, systemClock.now());
		if (started && !started.ok) {
			return started;
		}

		const watched = readWatched(name, list, values, deps);
		return watched.ok
			? {ok: true, value: {...watched.value, format, history: {since: started?.value, isJson: values.has('json')}, compare: {task: values.get('task'), other: values.get('with'), isJson: values.has('json')}, logs: {task: values.get('task'), node: values.get('stage') ?? values.get('node'), isMerged: values.has('merged'), isFollowing: values.has('follow'), since: since.value}}}
			: watched;
	},
	async run(options, {version, signal}) {
		tellLocalAgents(options);
		warnOfUncheckedCertificates(options);
		const {stdout, stderr} = process;
		return withFleet(options, {looksBack: name !== 'logs' && name !== 'history'}, async open => runQuery(name, open, options, {
			clock: systemClock, output: createOutput(stdout), errors: createOutput(stderr), colorize: createColorize(options.isColored && stdout.isTTY), version, signal,
		}));
	},
});
