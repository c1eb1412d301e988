import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';

/** Folders that are gone with the test, by their names. */
export const makeFolders = <Name extends string>(...names: readonly Name[]): Readonly<Record<Name, string>> => {
	const top = mkdtempSync(path.join(tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(top, {recursive: true, force: true});
	});
	const folders = names.map(name => [name, path.join(top, name)] as const);
	for (const [, folder] of folders) {
		mkdirSync(folder);
	}

	return Object.fromEntries(folders) as Record<Name, string>;
};

export const filesIn = (folder: string): readonly string[] => readdirSync(folder).toSorted();

export const textOf = (...parts: readonly string[]): string => readFileSync(path.join(...parts), 'utf8');

/** The permissions, for instance 0o600. */
export const modeOf = (...parts: readonly string[]): number => statSync(path.join(...parts)).mode & 0o777;
