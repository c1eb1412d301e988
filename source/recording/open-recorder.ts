import {createRecorder, type Recorder} from './create-recorder.js';
import {openFileSink, type FileSinkOptions} from './file-sink.js';

/** Hears why lines cannot be written, in plain words, and with undefined that they can again. */
export type HearProblem = (problem: string | undefined) => void;

/** A recorder that writes into a file. */
export type FileRecorder = Recorder & {readonly follow: (hear: HearProblem) => void};

type Options = Omit<FileSinkOptions, 'onProblem'> & {
	/** obwatch's own. */
	readonly version: string;
};

/** Records into a file. The problem is why that cannot be, in plain words without the path. */
export const openRecorder = async ({version, ...options}: Options): Promise<{readonly ok: true; readonly recorder: FileRecorder} | {readonly ok: false; readonly problem: string}> => {
	const listeners: HearProblem[] = [];
	const opened = await openFileSink({...options, onProblem(problem) {
		for (const hear of listeners) {
			hear(problem);
		}
	}});
	if (!opened.ok) {
		return opened;
	}

	const recorder = createRecorder({sink: opened.sink, now: options.clock.now, version});
	listeners.push(problem => {
		if (problem === undefined) {
			recorder.forget();
		}
	});
	return {ok: true, recorder: {...recorder, follow(hear) {
		listeners.push(hear);
	}}};
};
