import {createRedaction} from '../../../source/lib/redact.js';
import {type Sink} from '../../../source/recording/sink.js';

/** Lines that stay in memory. */
export const createMemorySink = (secrets: readonly string[] = []): Sink & {readonly lines: readonly string[]} => {
	const lines: string[] = [];
	const redaction = createRedaction(secrets);
	return {
		lines,
		begin(line) {
			lines.push(JSON.stringify(line));
		},
		add({make}) {
			const slices = make(redaction);
			let slice = slices.next();
			while (!slice.done) {
				slice = slices.next();
			}

			lines.push(slice.value);
		},
		addSecret: () => undefined,
		async close() {
			return {lost: 0, problem: undefined};
		},
	};
};
