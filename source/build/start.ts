// Run by `npm start`: the built program with the arguments given, or the demo fleet without any.

import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {buildWhenStale} from './freshness.ts';
import {program} from './paths.ts';

const given = process.argv.slice(2);

const status = buildWhenStale();

if (status === 0) {
	// In this process, so that signals, the terminal and the exit code need no forwarding.
	process.argv = [process.execPath, program, ...(given.length === 0 ? ['--demo'] : given)];
	await import(pathToFileURL(program).href);
} else {
	process.exitCode = status;
}
