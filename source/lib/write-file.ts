// The only place that writes files for the user: completely or not at all, never over an existing file, and private to the user.

import {constants} from 'node:fs';
import * as files from 'node:fs/promises';
import path from 'node:path';
import {errorCode} from './errno.js';
import {messages} from './messages/messages.js';
import {describeFileError, openPrivateFile} from './private-files.js';

/** A file to write: its content in chunks, generated anew on each call. */
export type NewFile = {readonly extension: string; readonly content: () => Iterable<string>};

/** The paths in the order of the files, or why nothing was written, in plain words. */
export type Written = {readonly ok: true; readonly paths: readonly string[]} | {readonly ok: false; readonly problem: string};

export type WriteOptions = {
	/** Absolute; the first one that works is used. */
	readonly folders: readonly string[];
	/** The name without extension. If it is taken, "-2", "-3" and so on are appended. */
	readonly stem: string;
	/** Letters and digits that no other file's draft has. */
	readonly token: string;
	/** Ends it: what was written so far is removed. */
	readonly signal: AbortSignal;
	/** Gives a file a second name, unless that exists. */
	readonly link?: (from: string, to: string) => Promise<void>;
};

// This many files of the same second mean that something else is wrong.
const nameLimit = 1000;

const writeDraft = async (draft: string, {content}: NewFile, signal: AbortSignal): Promise<void> => {
	const handle = await openPrivateFile(draft, 'new');
	try {
		await handle.writeFile(content(), {encoding: 'utf8', signal});
		// A full disk behind a network shows only here, not while writing.
		await handle.sync();
	} finally {
		await handle.close();
	}
};

// Some file systems (FAT, some network shares) have no hard links.
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Names all drafts, or none if one name is taken. */
const nameAll = async (drafts: readonly string[], paths: readonly string[], link: NonNullable<WriteOptions['link']>): Promise<boolean> => {
	const named: string[] = [];
	try {
		for (const [index, draft] of drafts.entries()) {
			const target = paths[index] ?? '';
			try {
				await link(draft, target);
			} catch (error) {
				if (!withoutLinks.has(errorCode(error))) {
					throw error;
				}

				await files.copyFile(draft, target, constants.COPYFILE_EXCL);
			}

			named.push(target);
		}

		return true;
	} catch (error) {
		await Promise.all(named.map(async target => files.rm(target, {force: true})));
		if (errorCode(error) === 'EEXIST') {
			return false;
		}

		throw error;
	}
};

const findNames = async (drafts: readonly string[], pathsOf: (stem: string) => readonly string[], {stem, link = files.link}: WriteOptions): Promise<readonly string[]> => {
	for (let number = 1; number <= nameLimit; number++) {
		const paths = pathsOf(number === 1 ? stem : `${stem}-${number}`);
		if (await nameAll(drafts, paths, link)) {
			return paths;
		}
	}

	throw Object.assign(new Error('all names are taken'), {code: 'EEXIST'});
};

const writeInto = async (folder: string, news: readonly NewFile[], options: WriteOptions): Promise<readonly string[]> => {
	const {stem, token, signal} = options;
	const drafts = news.map(({extension}) => path.join(folder, `.${stem}.${token}${extension}.part`));
	try {
		for (const [index, file] of news.entries()) {
			await writeDraft(drafts[index] ?? '', file, signal);
		}

		signal.throwIfAborted();
		return await findNames(drafts, name => news.map(({extension}) => path.join(folder, name + extension)), options);
	} finally {
		// A leftover draft disturbs nothing; in a folder that cannot be written there never was one.
		await Promise.allSettled(drafts.map(async draft => files.rm(draft, {force: true})));
	}
};

/** Writes new files with the same stem side by side, private to the user: all of them, completely, or none. Never rejects. */
export const writeNewFiles = async (news: readonly NewFile[], options: WriteOptions): Promise<Written> => {
	let first: string | undefined;
	for (const folder of options.folders) {
		try {
			return {ok: true, paths: await writeInto(folder, news, options)};
		} catch (error) {
			if (options.signal.aborted) {
				return {ok: false, problem: messages().faults.stopped};
			}

			first ??= `${folder}: ${describeFileError(error, new Map([['EEXIST', messages().faults.file.namesTaken]]))}`;
		}
	}

	return {ok: false, problem: first ?? messages().faults.file.noFolderToWrite};
};

type PrivateFile = {readonly name: string; readonly content: () => Iterable<string>; readonly signal: AbortSignal};

/** A file in a folder of its own, both private to the user, while `work` runs. Rejects like the file system or `work`; the file is removed in any case. */
export const withPrivateFile = async (folder: string, {name, content, signal}: PrivateFile, work: (file: string) => Promise<void>): Promise<void> => {
	const own = await files.mkdtemp(path.join(folder, 'obwatch-'));
	try {
		const file = path.join(own, name);
		await writeDraft(file, {extension: '', content}, signal);
		await work(file);
	} finally {
		await files.rm(own, {recursive: true, force: true});
	}
};
