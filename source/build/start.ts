// Run by `npm start`: the built program with the arguments given, or the demo fleet where they name no agents.

import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {buildWhenStale} from './freshness.ts';
import {program} from './paths.ts';

const status = buildWhenStale();

if (status === 0) {
	const given = process.argv.slice(2);
	const {isForDemo} = await import(pathToFileURL(path.join(path.dirname(program), 'chunks', 'main.mjs')).href) as {readonly isForDemo: (argv: readonly string[]) => boolean};
	// In this process, so that signals, the terminal and the exit code need no forwarding.
	process.argv = [process.execPath, program, ...(isForDemo(given) ? ['--demo'] : []), ...given];
	await import(pathToFileURL(program).href);
} else {
	process.exitCode = status;
}
