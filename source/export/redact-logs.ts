import {type Clock} from '../lib/clock.js';
import {type Redaction} from '../lib/redact.js';
import {markedText} from '../lib/terminal-text.js';
import {rawAt} from '../protocol/raw-texts.js';
import {type IncidentLog} from './incident.js';

type RedactDeps = {
	readonly redaction: Redaction;
	readonly clock: Clock;
	/** Ends it; what is not redacted by then is left out. */
	readonly signal: AbortSignal;
};

// ms. How long keys wait at most.
const longest = 5;

/** Logs without secrets. A log can be long and hostile, so keys are handled in between. */
export const redactLogs = async (logs: readonly IncidentLog[], {redaction, clock, signal}: RedactDeps): Promise<readonly IncidentLog[]> => {
	let began = clock.now();
	const breathe = async (): Promise<void> => {
		const spent = clock.now() - began;
		// The wall clock may have been set back.
		if (spent >= 0 && spent < longest) {
			return;
		}

		await new Promise<void>(resolve => {
			clock.schedule(resolve, 0);
		});
		began = clock.now();
	};

	const redacted = async (text: string): Promise<string> => {
		const slices = redaction(text);
		for (;;) {
			const slice = slices.next();
			if (slice.done) {
				return slice.value;
			}

			await breathe();
		}
	};

	const done: IncidentLog[] = [];
	for (const row of logs) {
		if (!row.log) {
			done.push(row);
			continue;
		}

		const texts: string[] = [];
		const {buffer} = row.log;
		for (const [index, text] of buffer.texts.entries()) {
			if (signal.aborted) {
				return done;
			}

			const printed = markedText(rawAt(buffer.raws, index), text);
			texts.push(await redacted(printed));
		}

		done.push({...row, log: {...row.log, buffer: {...buffer, texts, raws: undefined}}});
	}

	return done;
};
