import {expect, test} from 'vitest';
import {crashReport} from '../../source/cli/lifecycle.js';

test('a crash report names the error, its place and its cause', () => {
	const report = crashReport(new TypeError('no such thing', {cause: new Error('the disk')}), '1.2.3', []);
	expect(report).toMatch(/^obwatch 1\.2\.3 failed because of a fault of its own. Please report it:\nTypeError: no such thing\n {4}at [\s\S]+\ncaused by Error: the disk\n/);
});

test('passwords are cut out, also where they are quoted or one holds the other', () => {
	const report = crashReport(new Error(`sent geheim, geheimer and ${JSON.stringify('ge"heim')}`), '1', ['geheim', '', 'geheimer', 'ge"heim']);
	expect(report).toContain('sent ***, *** and "***"');
});

test('what hangs on an error is not shown, and what could harm a terminal is escaped', () => {
	const report = crashReport(Object.assign(new Error('\u001B]52;c;AAAA\u0007'), {password: 'geheim'}), '1', []);
	expect(report).not.toContain('geheim');
	expect(report).not.toContain('\u001B');
	expect(report).not.toContain('\u0007');
	expect(crashReport({password: 'geheim'}, '1', [])).toContain('object thrown');
});
