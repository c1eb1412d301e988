import {type Typist} from '../headless/operation/ask-to-confirm.js';

/** The keys of the terminal that the program was started from. */
export const createTypist = ({stdin}: NodeJS.Process): Typist => ({
	listen(take) {
		const hear = (chunk: string): void => {
			take(chunk);
		};

		stdin.setEncoding('utf8');
		stdin.setRawMode(true);
		stdin.on('data', hear);
		return () => {
			stdin.off('data', hear);
			stdin.setRawMode(false);
			stdin.pause();
		};
	},
});
