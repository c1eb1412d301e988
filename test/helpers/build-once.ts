import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {buildWhenStale} from '../../source/build/freshness.js';

/** Tests of the whole program run what is built, so that `npm run vitest` alone tests the sources as they are. Its compiled code is kept for the next start, as it is where people run it. */
export default function setup(): () => void {
	if (buildWhenStale() !== 0) {
		throw new Error('the program could not be built');
	}

	// Programs that tests start with all of this environment speak English, whatever the user's locale is.
	delete process.env['LC_ALL'];
	delete process.env['LC_MESSAGES'];
	process.env['LANG'] = 'en_US.UTF-8';
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-cache-'));
	process.env['OBWATCH_TEST_CACHE'] = folder;
	return () => {
		rmSync(folder, {recursive: true, force: true});
	};
}
