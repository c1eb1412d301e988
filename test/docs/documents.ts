// The Markdown of the repository: README.md, docs/ and .github/. What is in docs/zh/ says the same in Chinese.

import {existsSync, globSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {top} from '../../source/build/paths.js';
import {type Language} from '../../source/lib/messages/messages.js';
import {beginOf, withSection} from './sections.js';

/** Set by `npm run readme`: generated parts are written instead of only compared. */
export const isRenewing = process.env['OBWATCH_RENEW'] !== undefined;

/** Paths from the top of the repository, with forward slashes. */
export const documents: readonly string[] = ['README.md', 'docs/**/*.md', '.github/**/*.md'].flatMap(pattern => globSync(pattern, {cwd: top})).map(name => name.replaceAll('\\', '/')).toSorted();

export const readDocument = (name: string): string => readFileSync(path.join(top, name), 'utf8');

export const isThere = (name: string): boolean => existsSync(path.join(top, name));

export const languageOf = (name: string): Language => name.startsWith('docs/zh/') ? 'zh' : 'en';

/** The Chinese documents, each with the English one that says the same. */
export const translations: ReadonlyArray<{readonly chinese: string; readonly english: string}> = documents.filter(name => languageOf(name) === 'zh').map(chinese => {
	const name = path.posix.basename(chinese);
	return {chinese, english: name === 'README.md' ? name : `docs/${name}`};
});

/** The one document of a language that holds a generated section. Throws where none or several do, so that no section gets lost unnoticed. */
export const documentWith = (section: string, language: Language): string => {
	const holders = documents.filter(name => languageOf(name) === language && readDocument(name).includes(beginOf(section)));
	if (holders.length !== 1) {
		throw new Error(`"${section}" must be in one document (${language}), and is in ${holders.length === 0 ? 'none' : holders.join(', ')}`);
	}

	return holders[0] ?? '';
};

/** Rewrites a generated section when documents are renewed. */
export const renew = (section: string, language: Language, text: string): void => {
	if (!isRenewing) {
		return;
	}

	const name = documentWith(section, language);
	writeFileSync(path.join(top, name), withSection(readDocument(name), section, text));
};
