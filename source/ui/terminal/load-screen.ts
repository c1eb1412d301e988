import {type ReadStream} from 'node:tty';
import {type openScreen as OpenScreen} from './screen.js';

/**
Loads Ink and the screens, which is most of the program's start. Keys that are pressed meanwhile wait in the terminal until the screen reads
them.
Undefined if the program is to end before the screen is loaded; rejects if a part of the program is missing. In both cases the terminal is
unchanged.
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
