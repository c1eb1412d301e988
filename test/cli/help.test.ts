import {describe, expect, test} from 'vitest';
import {helpText} from '../../source/cli/help.js';
import {commandTable, optionsOf, optionTable} from '../../source/cli/options.js';

describe.each(commandTable.map(({name}) => name))('the help of %s', command => {
	const text = helpText(command);

	test('is ASCII, fits 80 columns and has no trailing blanks', () => {
		for (const line of text.split('\n')) {
			expect(line.length).toBeLessThanOrEqual(80);
			expect(line).toMatch(/^[\u0020-\u007E]*(?<! )$/);
		}
	});

	test('names every option of the command', () => {
		const records = optionsOf(command);
		for (const {name, short} of records) {
			expect(text).toContain(`${short === undefined ? '' : `-${short}, `}--${name}`);
		}
	});
});

test('the help says what else a user has to know', () => {
	for (const wanted of ['OBWATCH_PASSWORD', 'NO_COLOR', 'Exit codes:', '127.0.0.1', 'unix:/PATH', 'demo-agent', '? shows them all']) {
		expect(helpText('monitor')).toContain(wanted);
	}
});

test('an option of two meanings has a value in both or in none', () => {
	for (const {name, value} of optionTable) {
		expect(new Set(optionTable.filter(other => other.name === name).map(other => other.value === undefined)), name).toEqual(new Set([value === undefined]));
	}
});
