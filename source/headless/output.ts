import {type Writable} from 'node:stream';
import {setImmediate as nextTurn} from 'node:timers/promises';

/** Where lines go. */
export type Output = {
	/** Resolves when the system has taken all of it, or never will: the listeners for the stream's errors decide what that means. */
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
			// The stream notifies its error listeners slightly later than the writer; they must run before the writer continues.
			await nextTurn();
		}
	},
});
