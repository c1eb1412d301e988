import {expect, test} from 'vitest';
import {until} from '../helpers/until.js';
import {countOf, countsOf, lineWith, open, startAgent} from './helpers/stage.js';

test('an agent that dies says why on its own row, the others go on, and it comes back by itself', async () => {
	const victim = await startAgent({scenario: 'initialize'});
	const neighbour = await startAgent({scenario: 'initialize'});
	const terminal = open([victim.label, neighbour.label]);
	const rowOf = (label: string): string => lineWith(terminal, label);
	await terminal.until(text => text.includes('2 running'), 'both tasks');

	await victim.stop();
	await terminal.until(() => /unreachable since \d\d:\d\d local: connection refused/.test(rowOf(victim.label)), 'the row that says so');
	expect(countsOf(terminal)).toBe(' obwatch  2 agents · 1 running · 1 unreachable');
	// If the row has no room for it, it is below.
	expect(terminal.text().replaceAll(/\s+/g, ' ')).toContain('last seen: Initialize cluster');
	// The row is selected, and filled instead of coloured.
	expect(terminal.find('unreachable since')).toMatchObject({isInverse: true});

	const asked = countOf(neighbour, 'task/dag/maintain/agent');
	const shown = rowOf(neighbour.label);
	await until(() => countOf(neighbour, 'task/dag/maintain/agent') > asked, 'another question to the neighbour');
	await terminal.until(() => rowOf(neighbour.label) !== shown, 'the neighbour\'s time to go on');
	expect(rowOf(neighbour.label)).toContain('● running');

	await victim.restart();
	await terminal.until(() => rowOf(victim.label).includes('● running'), 'the row to recover');
	expect(countsOf(terminal)).toBe(' obwatch  2 agents · 2 running');
});

test('the task on screen stays, with the time of its data, while its agent is away', async () => {
	const agent = await startAgent({scenario: 'initialize'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('● running stage'), 'the task');
	await agent.stop();
	await terminal.until(text => /unreachable since .*below: as of \d\d:\d\d:\d\d local · log folder: /s.test(text), 'the line that says how old the data are');
	expect(terminal.text()).toContain('1 Integrate configuration');
	await agent.restart();
	await terminal.until(text => !text.includes('unreachable'), 'the agent to be back');
});

test.each([
	['HTML, as a proxy answers', {status: 502, contentType: 'text/html', body: '<html>Bad Gateway</html>'}],
	['half an answer', {status: 200, contentType: 'application/json', body: '{"successful": true, "data": {"na'}],
	['another shape', {status: 200, contentType: 'application/json', body: '{"successful": true, "data": {"nodes": 7}}'}],
])('an agent that answers %s says so on its own row and recovers', async (_name, reply) => {
	const strange = await startAgent({scenario: 'failing'});
	const neighbour = await startAgent({scenario: 'idle'});
	strange.setReply(reply);
	const terminal = open([strange.label, neighbour.label]);
	await terminal.until(text => text.includes('1 no response'), 'the fault in the first line');
	await terminal.until(() => lineWith(terminal, neighbour.label).includes('✔ succeeded'), 'the neighbour');
	expect(lineWith(terminal, strange.label)).toContain('no valid response since');
	strange.setReply(undefined);
	await terminal.until(() => lineWith(terminal, strange.label).includes('✖ failed'), 'its task');
});
