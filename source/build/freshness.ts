import {spawnSync} from 'node:child_process';
import {readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {program, top} from './paths.ts';

const modifiedAt = (file: string): number => statSync(file, {throwIfNoEntry: false})?.mtimeMs ?? 0;

// The folder's own time changes when files are removed.
const newestIn = (folder: string): number => Math.max(
	modifiedAt(folder),
	...readdirSync(folder, {withFileTypes: true}).map(entry => {
		const file = path.join(folder, entry.name);
		return entry.isDirectory() ? newestIn(file) : modifiedAt(file);
	}),
);

/** Whether the built program is missing or older than what it is built from, dependencies included. */
export const isStale = (): boolean => {
	const newest = Math.max(newestIn(path.join(top, 'source')), modifiedAt(path.join(top, 'package.json')), modifiedAt(path.join(top, 'package-lock.json')));
	return modifiedAt(program) < newest;
};

/** Builds in a separate process if needed. Returns the exit code, 0 if there was nothing to do. */
export const buildWhenStale = (): number => {
	if (!isStale()) {
		return 0;
	}

	return spawnSync(process.execPath, [path.join(import.meta.dirname, 'bundle.ts')], {stdio: ['ignore', 'inherit', 'inherit']}).status ?? 1;
};
