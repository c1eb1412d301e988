import {type Writable} from 'node:stream';

/** Where lines go. */
export type Output = {
	/** Settles when the system has taken all of it, or never will: whoever listens for the stream's errors decides what that means. */
	readonly write: (text: string) => Promise<void>;
};

export const createOutput = (stream: Writable): Output => ({
	async write(text) {
		return new Promise(resolve => {
			stream.write(text, () => {
				resolve();
			});
		});
	},
});
