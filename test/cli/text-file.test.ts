import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {readTextFile} from '../../source/cli/text-file.js';

const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-text-'));

afterAll(() => {
	rmSync(folder, {recursive: true, force: true});
});

const write = (name: string, content: string | Uint8Array, mode = 0o600): string => {
	const file = path.join(folder, name);
	writeFileSync(file, content);
	chmodSync(file, mode);
	return file;
};

test('a text is read without its byte order mark', () => {
	expect(readTextFile(write('bom', '\uFEFFgeheim 界\n'))).toEqual({ok: true, text: 'geheim 界\n', isExposed: false});
});

test.each([
	[0o600, false],
	[0o400, false],
	[0o640, true],
	[0o604, true],
	[0o620, true],
])('a file of mode %o is exposed: %s', (mode, isExposed) => {
	expect(readTextFile(write(`mode-${mode}`, 'x', mode))).toMatchObject({isExposed});
});

test('what cannot be read says why', () => {
	mkdirSync(path.join(folder, 'sub'));
	expect(readTextFile(path.join(folder, 'missing'))).toEqual({ok: false, problem: 'no such file'});
	expect(readTextFile(path.join(folder, 'sub'))).toEqual({ok: false, problem: 'is a folder'});
	const latin = write('latin-1', new Uint8Array([0xE4, 0x0A]));
	expect(readTextFile(latin)).toEqual({ok: false, problem: 'is not text in UTF-8'});
	expect(readTextFile('/dev/zero')).toEqual({ok: false, problem: 'is too large'});
	expect(readTextFile('a\0b')).toMatchObject({ok: false});
	expect(readTextFile('')).toMatchObject({ok: false});
});
