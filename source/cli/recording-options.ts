import {failure, type Result} from '../lib/result.js';
import {valueOf, type Values} from './demo-options.js';
import {readSize} from './values.js';

/** Where what agents answer is written down, and after how many bytes another file begins. */
export type RecordingOptions = {readonly file: string; readonly limit: number};

/** Whether and where to record. The file itself is not looked at. */
export const readRecording = (values: Values): Result<RecordingOptions | undefined> => {
	const file = values.get('record');
	if (file === undefined) {
		return values.has('record-size') ? failure('--record-size goes with --record only') : {ok: true, value: undefined};
	}

	const size = readSize(valueOf('monitor', 'record-size', values));
	return size.ok ? {ok: true, value: {file, limit: size.value}} : failure(`--record-size: ${size.problem}`);
};
