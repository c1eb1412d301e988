import {type ReadStream} from 'node:tty';
import {type openScreen as OpenScreen} from './screen.js';

/**
Loads Ink and what draws with it, which is most of the program's start. Keys that are pressed meanwhile are neither shown nor lost: they wait in the terminal until the screen reads them.

Undefined where the program is to end before the screen is there, rejects where a part of the program is gone. In both cases the terminal is as it was.
*/
export const loadScreen = async (stdin: ReadStream, signal: AbortSignal): Promise<typeof OpenScreen | undefined> => {
	stdin.setRawMode(true);
	let openScreen: typeof OpenScreen | undefined;
	try {
		({openScreen} = await import('./screen.js'));
	} finally {
		if (!openScreen || signal.aborted) {
			stdin.setRawMode(false);
		}
	}

	return signal.aborted ? undefined : openScreen;
};
