import {rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {type NewFile, withPrivateFile, writeNewFiles, type WriteOptions} from '../../source/lib/write-file.js';
import {filesIn, makeFolders, modeOf, textOf} from '../export/helpers/place.js';

const optionsFor = (folders: readonly string[], change: Partial<WriteOptions> = {}): WriteOptions => ({
	folders, stem: 'saved', token: 'f00', signal: new AbortController().signal, ...change,
});

const file = (extension: string, ...pieces: readonly string[]): NewFile => ({extension, content: () => pieces});

const systemError = (code: string): Error => Object.assign(new Error(code), {code});

describe('new files', () => {
	test('are for the user alone, hold everything, and leave no draft', async () => {
		const {here} = makeFolders('here');
		expect(await writeNewFiles([file('.txt', 'one\n', 'zwei ✔\n')], optionsFor([here]))).toEqual({ok: true, paths: [path.join(here, 'saved.txt')]});
		expect(filesIn(here)).toEqual(['saved.txt']);
		expect(textOf(here, 'saved.txt')).toBe('one\nzwei ✔\n');
		expect(modeOf(here, 'saved.txt')).toBe(0o600);
	});

	test('never take the place of others, nor go where a link leads', async () => {
		const {here} = makeFolders('here');
		writeFileSync(path.join(here, 'saved.txt'), 'mine');
		symlinkSync(path.join(here, 'elsewhere'), path.join(here, 'saved-2.txt'));
		expect(await writeNewFiles([file('.txt', 'new')], optionsFor([here]))).toEqual({ok: true, paths: [path.join(here, 'saved-3.txt')]});
		expect(textOf(here, 'saved.txt')).toBe('mine');
		expect(filesIn(here)).toEqual(['saved-2.txt', 'saved-3.txt', 'saved.txt']);
	});

	test('that belong together get the same name', async () => {
		const {here} = makeFolders('here');
		writeFileSync(path.join(here, 'saved.json'), 'mine');
		const written = await writeNewFiles([file('.txt', 'text'), file('.json', '{}')], optionsFor([here]));
		expect(written).toMatchObject({ok: true, paths: [path.join(here, 'saved-2.txt'), path.join(here, 'saved-2.json')]});
		expect(filesIn(here)).toEqual(['saved-2.json', 'saved-2.txt', 'saved.json']);
	});

	test('are made without second names where the file system knows none', async () => {
		const {here} = makeFolders('here');
		writeFileSync(path.join(here, 'saved.txt'), 'mine');
		const link = async (): Promise<void> => {
			throw systemError('EPERM');
		};

		expect(await writeNewFiles([file('.txt', 'new')], optionsFor([here], {link}))).toMatchObject({ok: true});
		expect([textOf(here, 'saved.txt'), textOf(here, 'saved-2.txt')]).toEqual(['mine', 'new']);
		expect(modeOf(here, 'saved-2.txt')).toBe(0o600);
		expect(filesIn(here)).toHaveLength(2);
	});

	test('are all written, or none', async () => {
		const {here} = makeFolders('here');
		const broken: NewFile = {extension: '.json', * content() {
			yield '{';
			throw systemError('ENOSPC');
		}};
		expect(await writeNewFiles([file('.txt', 'text'), broken], optionsFor([here]))).toEqual({ok: false, problem: `${here}: no space left on the device`});
		expect(filesIn(here)).toEqual([]);
	});

	test('go to the next folder where one cannot be written', async () => {
		const {gone, home} = makeFolders('gone', 'home');
		rmSync(gone, {recursive: true});
		expect(await writeNewFiles([file('.txt', 'text')], optionsFor([gone, home]))).toEqual({ok: true, paths: [path.join(home, 'saved.txt')]});
	});

	test('say why the first folder could not be written when none can', async () => {
		const {gone} = makeFolders('gone');
		rmSync(gone, {recursive: true});
		expect(await writeNewFiles([file('.txt', 'text')], optionsFor([gone, path.join(gone, 'x')]))).toEqual({ok: false, problem: `${gone}: no such folder`});
		expect(await writeNewFiles([file('.txt', 'text')], optionsFor([]))).toMatchObject({ok: false});
	});

	test('leave nothing behind when they are stopped half way', async () => {
		const {here, home} = makeFolders('here', 'home');
		const controller = new AbortController();
		const endless: NewFile = {extension: '.txt', * content() {
			yield 'one';
			controller.abort();
			yield 'two';
		}};
		expect(await writeNewFiles([endless], optionsFor([here, home], {signal: controller.signal}))).toEqual({ok: false, problem: 'stopped'});
		expect([...filesIn(here), ...filesIn(home)]).toEqual([]);
	});
});

test('a private file is there while it is used, and gone afterwards whatever happens', async () => {
	const {temporary} = makeFolders('temporary');
	const seen: string[] = [];
	const use = withPrivateFile(temporary, {name: 'x.log', content: () => ['text'], signal: new AbortController().signal}, async used => {
		seen.push(textOf(used));
		expect([modeOf(used), modeOf(path.dirname(used))]).toEqual([0o600, 0o700]);
		throw new Error('the pager broke');
	});
	await expect(use).rejects.toThrow('the pager broke');
	expect(seen).toEqual(['text']);
	expect(filesIn(temporary)).toEqual([]);
});
