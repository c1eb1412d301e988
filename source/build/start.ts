// Run by `npm start`: the built program with the arguments given, or the demo fleet where they name no agents.

import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {buildWhenStale} from './freshness.ts';
import {program} from './paths.ts';

const given = process.argv.slice(2);

// What the demo can be run with: all else may lead to real agents, and is passed on as it is.
const flags = new Set(['--mouse', '--ascii', '--unicode', '--no-color', '--no-bell', '--no-title', '--no-usual', '--operate', '--once', '--watch', '--json', '--stages', '--logs']);
const withValue = new Set(['--theme', '--lang', '--seed', '--speed', '--interval', '--record', '--record-size', '--on-change']);

const isForDemo = ([first, ...rest]: readonly string[]): boolean => {
	if (first === undefined) {
		return true;
	}

	if (withValue.has(first)) {
		return rest.length > 0 && isForDemo(rest.slice(1));
	}

	return (flags.has(first) || withValue.has(first.split('=', 1)[0] ?? '')) && isForDemo(rest);
};

const status = buildWhenStale();

if (status === 0) {
	// In this process, so that signals, the terminal and the exit code need no forwarding.
	process.argv = [process.execPath, program, ...(isForDemo(given) ? ['--demo'] : []), ...given];
	await import(pathToFileURL(program).href);
} else {
	process.exitCode = status;
}
