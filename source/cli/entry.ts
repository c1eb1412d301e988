// The first file that runs, on any Node version: its syntax and imports stay old, and all else is loaded after the check.

import process from 'node:process';
import {makeFolder} from '../lib/folders.js';
import {compileCacheFolder, problemOfNode, refuseDebugger} from './start-conditions.js';

const start = async (): Promise<void> => {
	const problem = problemOfNode(process.versions.node);
	if (problem) {
		process.stderr.write(problem + '\n');
		process.exitCode = 2;
		return;
	}

	refuseDebugger();
	const folder = compileCacheFolder(process.env);
	if (folder) {
		try {
			makeFolder(folder, 0o700);
			process.getBuiltinModule('node:module').enableCompileCache(folder);
		} catch {
			// It only saves time.
		}
	}

	const {main} = await import('./main.js');
	// eslint-disable-next-line unicorn/no-process-exit -- a pending response must not keep the program alive
	process.exit(await main());
};

// eslint-disable-next-line unicorn/prefer-top-level-await -- an old Node could not read the file
start().catch((error: unknown) => {
	process.stderr.write('obwatch does not start: ' + String(error) + '\n');
	process.exitCode = 70;
});
