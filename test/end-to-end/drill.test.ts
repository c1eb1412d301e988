import {describe, expect, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {lineWith, open, pressFor, startAgent} from './helpers/stage.js';

const demo = ['--demo', '--seed', '7'];

const selectedLine = (terminal: Terminal): string => lineWith(terminal, '▸');

/** The number of the row: what is in a row changes by itself as well. */
const selectedRow = (terminal: Terminal): number => terminal.screen().findIndex(line => line.includes('▸'));

const select = async (terminal: Terminal, text: string): Promise<void> => {
	for (let steps = 0; !selectedLine(terminal).includes(text); steps++) {
		expect(steps).toBeLessThan(20);
		const before = selectedRow(terminal);
		await pressFor(terminal, 'j', () => selectedRow(terminal) !== before, `another row than ${before}`);
	}
};

/** The line without what is previewed beside it. */
const leftOf = (line: string): string => (line.split('│', 1)[0] ?? '').trimEnd();

const sees = (terminal: Terminal, pattern: RegExp): boolean => terminal.screen().some(line => pattern.test(line) || pattern.test(leftOf(line)));

const firstSight = [
	/^ {3}AGENT +ROLE +TASK +OUTCOME +STA.*TIME$/,
	/^ {3}obdemo +3\/3/,
	/master +Initialize c\S.* ● running +(?:[▰▱]+ *)?\d+\/11 .*\ds$/,
	/follower +Start obs.* ● running +(?:[▰▱]+ *)?1\/1 .*\ds$/,
	/single +Upgrade Oc\S.* ✖ failed +(?:[▰▱]+ *)?3\/7 .*30s$/,
	/^ {3}obprod +2\/2 +Drop tena\S.* ✔ succeeded/,
	/^ {5}main task +Start OB +● running +(?:[▰▱]+ *)?4\/6 /,
	/^ {5}└ +Back up te\S.* ● running +(?:[▰▱]+ *)?2\/3 .*5m\d\ds$/,
	/cluster +Start obs\S.* ◌ waiting +(?:[▰▱]+ *)?5\/5 .*10s$/,
	/(?:db|database) down +Start obs\S.* ● running +(?:[▰▱]+ *)?3\/5 .*\ds$/,
	/single +Scale out.* ⟲ rolled back +(?:[▰▱]+ *)?0\/5 .*11s$/,
	/ unreachable since \d\d:\d\d local: connection refused/,
	/single +no task yet +·$/,
	/^ ↵ open .*\? help .*q quit/,
];

describe.each([[80, 24], [200, 50]])('the demo fleet at %ix%i', (columns, rows) => {
	test('opens with how all are, leads from a failure to the line that explains it, and back', async () => {
		const terminal = open(demo, {columns, rows});
		await terminal.until(text => /9 agents · \d running · 1 failed · 1 unreachable · (?:1 waiting · )?1 database down/.test(text), 'all agents in the first line');
		await terminal.until(text => /d(?:b|atabase) down +Start/.test(text) && ['obdemo', 'obprod', 'Back up te'].every(word => text.includes(word)), 'the clusters, what runs outside maintenance, and the observer that is not up');
		expect(firstSight.filter(pattern => !sees(terminal, pattern)), terminal.text()).toEqual([]);
		expect([terminal.isAlternate(), terminal.isCursorHidden()]).toEqual([true, true]);
		// The last row stays free: see `bodyHeight`.
		expect(terminal.screen().at(-1)).toBe('');

		await select(terminal, '✖ failed');
		const row = selectedLine(terminal);
		const agent = row.split(' ').find(word => word.startsWith('127.')) ?? '';

		await pressFor(terminal, 'enter', text => text.startsWith(' obwatch › ') && text.includes('failed in stage 3 of 7 after 30s'), 'the task');
		expect(leftOf(terminal.screen()[0] ?? '')).toBe(` obwatch › ${agent} › Upgrade OceanBase`);
		expect(lineWith(terminal, ' why ')).toContain('Unpack packages');
		expect(selectedLine(terminal)).toMatch(/^ ▸ +3 Unpack packages +✖ failed/);
		expect(sees(terminal, /^ +1 Check versions +✔ succeeded +\d+s +█/)).toBe(true);
		expect(sees(terminal, /^ +4 Run upgrade checks +· pending/)).toBe(true);
		// Only wide terminals have room for the selected stage's log beside the stages.
		expect(sees(terminal, /│ .*ERROR: \[Package/)).toBe(columns >= 100);

		await pressFor(terminal, 'enter', text => text.includes('unpacking to /home/admin') && (terminal.screen()[0] ?? '').includes('› Unpa'), 'the log');
		// If there is no room for all of them, names are cut, and the way stays complete: the agent is at its end, too.
		expect(terminal.screen()[0]).toMatch(columns === 80 ? /^ … › Upgrade.* › Unpa.* › 127\S+ +✖ failed/ : /^ (?:obwatch › 127\S+|127\S+|…) › Upgrade.* › Unpa.* › .*✖ failed/);
		expect(terminal.find('ERROR: ')).toMatchObject({color: 1});

		await pressFor(terminal, 'escape', text => text.includes('failed in stage 3 of 7'), 'the task again');
		await pressFor(terminal, 'escape', text => text.includes('9 agents'), 'the agents again');
		expect(leftOf(selectedLine(terminal))).toBe(leftOf(row));

		await pressFor(terminal, '?', text => text.includes('› keys'), 'the help');
		expect(terminal.text()).toMatch(/Enter l → +open/);
		await pressFor(terminal, 'escape', text => text.includes('9 agents'), 'the agents');
		terminal.press('q');
		expect(await terminal.exit).toEqual({code: 0, signal: undefined});
	});
});

test('the demo fleet\'s absent agent comes back by itself', async () => {
	const terminal = open([...demo, '--speed', '5']);
	// It is away for the first four seconds and again within each 36: a program that starts later sees the next time.
	await terminal.until(text => text.includes('1 unreachable'), 'the absent agent');
	await terminal.until(text => /single +Change para\S+ +✔ succeeded/.test(text), 'its task, once it is back');
});

test('a single agent opens on its task, with the agents behind it', async () => {
	const agent = await startAgent({scenario: 'rolled-back'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('⟲ rolled back') && text.includes('Balance replicas'), 'the task');
	expect(terminal.screen()[0]).toBe(` obwatch › ${agent.label} › Scale out cluster`);
	// The cursor begins at the stage that failed.
	expect(selectedLine(terminal)).toMatch(/4 Add server to zone +⟲ rolled back/);
	expect(sees(terminal, /^ +5 Balance replicas +· not run/)).toBe(true);
	await pressFor(terminal, 'escape', text => text.startsWith(' obwatch  1 agent'), 'the agents');
	expect(selectedLine(terminal)).toContain(agent.label);
});

test('the selection stays on its row while the task goes on', async () => {
	const agent = await startAgent({scenario: 'initialize', speed: 40});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('Integrate configuration'), 'the stages');
	await pressFor(terminal, 'g', () => selectedLine(terminal).includes('1 Integrate'), 'the first stage');
	await pressFor(terminal, 'j', () => selectedLine(terminal).includes('2 Create work'), 'the second stage');
	await terminal.until(text => /running stage (?:[5-9]|1\d) of 11|succeeded, 11 stages/.test(text), 'the fifth stage, or the end on a busy machine');
	expect(selectedLine(terminal)).toContain('2 Create work directories');
});
