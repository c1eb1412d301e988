import {expect, test} from 'vitest';
import {errorCode} from '../../source/lib/errno.js';
import {describeFileError} from '../../source/lib/private-files.js';

const systemError = (code: string): Error => Object.assign(new Error(code), {code});

test.each([
	['EACCES', 'permission denied'],
	['EROFS', 'the file system is read-only'],
	['ENOSPC', 'no space left on the device'],
	['EFBIG', 'larger than files may be here (ulimit -f)'],
	['EISDIR', 'it is a folder'],
	['EWEIRD', 'EWEIRD'],
])('%s is said as "%s"', (code, words) => {
	expect(describeFileError(systemError(code))).toBe(words);
});

test('where a code means something else, that is said', () => {
	expect(describeFileError(systemError('ENOENT'), new Map([['ENOENT', 'no such file']]))).toBe('no such file');
	expect(describeFileError(systemError('EACCES'), new Map([['ENOENT', 'no such file']]))).toBe('permission denied');
});

test('what has no code of the system has none', () => {
	expect(['something', undefined, new Error('x'), Object.assign(new Error('x'), {code: 5})].map(error => errorCode(error))).toEqual(['', '', '', '']);
	expect(describeFileError('something')).toBe('unknown reason');
});
