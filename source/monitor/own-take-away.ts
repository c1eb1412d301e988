import os from 'node:os';
import process from 'node:process';
import {randomBytes} from '../system/random-bytes.js';
import {createTakeAway, type TakeAway} from '../take-away/create-take-away.js';
import {type TakeAwayOptions} from '../take-away/desk.js';
import {saveFolders} from '../take-away/save-folders.js';

/** What is taken out of a screen, into the files and programs of this machine. */
export const ownTakeAway = (options: Omit<TakeAwayOptions, 'env' | 'folders' | 'temporaryFolder' | 'token'>): TakeAway => createTakeAway({
	...options, env: process.env, folders: saveFolders, temporaryFolder: os.tmpdir(), token: () => randomBytes(6).toString('hex'),
});
