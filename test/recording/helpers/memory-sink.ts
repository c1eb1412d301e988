import {createRedactor} from '../../../source/take-away/redact.js';
import {type Sink} from '../../../source/recording/sink.js';

/** Lines that stay in memory. */
export const createMemorySink = (secrets: readonly string[] = []): Sink & {readonly lines: readonly string[]} => {
	const lines: string[] = [];
	const redact = createRedactor(secrets);
	let work = Promise.resolve();
	return {
		lines,
		begin(line) {
			work = work.then(() => {
				lines.push(JSON.stringify(line));
			});
		},
		add({make}) {
			work = work.then(async () => {
				lines.push(await make(redact));
			});
		},
		addSecret: () => undefined,
		async close() {
			await work;
			return {lost: 0, problem: undefined};
		},
	};
};
