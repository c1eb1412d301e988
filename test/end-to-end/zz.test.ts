import {writeFileSync} from 'node:fs';
import {test} from 'vitest';
import {open, startAgent} from './helpers/stage.js';
test('x', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');
	terminal.resize(140, 30);
	await terminal.until(text => /│ .*✖ failed/.test(text), 'the pane beside the stages');
	const before = terminal.raw().length;
	terminal.resize(80, 24);
	try {
	await terminal.until(text => !text.includes('│') && text.includes('failed in stage 3 of 7'), 'the narrow screen', 2000);
	} finally {
		writeFileSync('/tmp/raw.json', JSON.stringify([terminal.raw().slice(0, before), terminal.raw().slice(before)]));
		writeFileSync('/tmp/raw.txt', terminal.text());
	}
});
