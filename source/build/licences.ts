import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {top} from './paths.ts';

const rule = '-'.repeat(80);

/** The package that a file belongs to, as its folder below the project's top; undefined for the program's own files. */
const packageOf = (file: string): string | undefined => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

const sectionOf = (folder: string): string => {
	const absolute = path.join(top, folder);
	const {name, version, license} = JSON.parse(readFileSync(path.join(absolute, 'package.json'), 'utf8')) as {name: string; version: string; license?: string};
	const texts = globSync('{LICEN[CS]E,COPYING,licen[cs]e}*', {cwd: absolute}).toSorted().map(file => readFileSync(path.join(absolute, file), 'utf8').trim());
	if (texts.length === 0 && license === undefined) {
		throw new Error(`${name}@${version} is in the bundle, and names no licence`);
	}

	return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n');
};

/** The licences of all packages that a bundle holds, one after the other. `inputs`: the bundle's files, from the project's top (esbuild's metafile). Throws if a package names none. */
export const licencesOf = (inputs: readonly string[]): string => {
	const folders = [...new Set(inputs.map(file => packageOf(file)).filter(folder => folder !== undefined))].toSorted();
	return folders.map(folder => sectionOf(folder)).join(`\n\n${rule}\n\n`) + '\n';
};
