import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {shellWords} from '../../source/lib/child-process.js';

test('words are those that sh makes of the same text', () => {
	// What sh would expand or take for a command of its own is left out.
	const part = fc.constantFrom('a', 'less', ' ', '  ', '\t', '\'', '"', String.raw`\ `, String.raw`\"`, String.raw`\'`, String.raw`\\`, String.raw`\a`, '\'x y\'', '"x y"', '""', '-R', 'é');
	const commands = fc.sample(fc.array(part, {maxLength: 8}).map(parts => parts.join('')), 300).filter(command => shellWords(command) !== undefined && !command.endsWith('\\'));
	const script = commands.map(command => `for word in ${command}; do printf '[%s]' "$word"; done; echo`).join('\n');
	expect(commands.length).toBeGreaterThan(50);
	expect(execFileSync('sh', ['-c', script], {encoding: 'utf8'}).split('\n').slice(0, -1))
		.toEqual(commands.map(command => (shellWords(command) ?? []).map(word => `[${word}]`).join('')));
});

test('a quote that is not closed is no command', () => {
	expect(shellWords('less "a')).toBeUndefined();
	expect(shellWords('\'')).toBeUndefined();
});
