import {type Writable} from 'node:stream';
import {setImmediate as nextTurn} from 'node:timers/promises';

/** Where lines go. */
export type Output = {
	/** Settles when the system has taken all of it, or never will: whoever listens for the stream's errors decides what that means. */
	readonly write: (text: string) => Promise<void>;
};

export const createOutput = (stream: Writable): Output => ({
	async write(text) {
		const isBroken = await new Promise<boolean>(resolve => {
			stream.write(text, error => {
				resolve(error !== null && error !== undefined);
			});
		});
		if (isBroken) {
			// The stream tells its listeners a little later than the writer, and what they make of it comes before what the writer does next.
			await nextTurn();
		}
	},
});
