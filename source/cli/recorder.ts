import process from 'node:process';
import {exitCodes} from '../headless/exit-codes.js';
import {systemClock} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {type FileRecorder} from '../recording/recorder.js';
import {type ReadDeps} from './command.js';
import {type Secrets, secretsOf} from './credentials.js';
import {fail, failure, type Result, usageLine} from './fail.js';
import {valueOf, type Values} from './options.js';
import {type Argument} from './parse.js';
import {type Plan, readPlan} from './targets.js';
import {problemOfOption, readSize} from './values.js';
import {readPlanned, type Watched} from './watched.js';

/** The recording file, and after how many bytes it is rotated. */
export type RecordingOptions = {readonly file: string; readonly limit: number};

/** Whether and where to record. The file itself is not checked. */
const readRecording = (values: Values): Result<RecordingOptions | undefined> => {
	const file = values.get('record');
	if (file === undefined) {
		return values.has('record-size') ? failure(messages().usage.command.needs('--record-size', ['--record'])) : {ok: true, value: undefined};
	}

	const size = readSize(valueOf('monitor', 'record-size', values));
	return size.ok ? {ok: true, value: {file, limit: size.value}} : failure(problemOfOption('record-size', valueOf('monitor', 'record-size', values), size.problem));
};

/** What the modes that watch agents read alike: whether to record, and what to watch, as planned. */
export const readRecorded = (list: readonly Argument[], values: Values, deps: ReadDeps): Result<{readonly recording: RecordingOptions | undefined; readonly plan: Plan; readonly watched: Watched}> => {
	const recording = readRecording(values);
	if (!recording.ok) {
		return recording;
	}

	const plan = readPlan(list, values, deps);
	if (!plan.ok) {
		return plan;
	}

	const watched = readPlanned('monitor', plan.value, values, deps);
	return watched.ok ? {ok: true, value: {recording: recording.value, plan: plan.value, watched: watched.value}} : watched;
};

const ignore = (): void => undefined;

const tell = (problem: string): void => {
	process.stderr.write(`${usageLine(problem)}\n`);
};

type RecordedOptions = Secrets & {readonly recording: RecordingOptions | undefined};

/**
Runs something, recorded if requested, and reports at the end if a part could not be recorded. Resolves to its exit code, or to that of an
unwritable file, in which case nothing was run.
`isTold`: reports at once on stderr when lines cannot be written any more.
*/
export const withRecorder = async (options: RecordedOptions, {isTold, version}: {readonly isTold: boolean; readonly version: string}, run: (recorder?: FileRecorder) => Promise<number>): Promise<number> => {
	if (!options.recording) {
		return run();
	}

	const {openRecorder} = await import('../fleet/open.js');
	const {file, limit} = options.recording;
	const shown = printable(file);
	const opened = await openRecorder({file, limit, clock: systemClock, secrets: secretsOf(options), version});
	if (!opened.ok) {
		return fail(usageLine(messages().faults.about(`--record ${shown}`, opened.problem)), exitCodes.usage.code);
	}

	const {recorder} = opened;
	if (isTold) {
		recorder.follow(problem => {
			tell(problem === undefined ? messages().usage.recording.resumed : messages().usage.recording.stopped(shown, problem));
		});
	}

	// SIGXFSZ: a limit on the size of files is reported like a full disk; Ink would end the program on it. The handler stays,
	// because the last lines come at the very end.
	process.on('SIGXFSZ', ignore);
	try {
		return await run(recorder);
	} finally {
		const {lost, problem} = await recorder.close();
		if (lost > 0) {
			tell(messages().usage.recording.lost(lost, shown, problem));
		}
	}
};
