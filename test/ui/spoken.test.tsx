import {describe, expect, test} from 'vitest';
import {createTheme} from '../../source/ui/theme.js';
import {span} from '../../source/ui/span.js';
import {spokenCell, spokenLine} from '../../source/ui/spoken.js';

describe('a line that is read', () => {
	test.each([
		[' obwatch › 10.0.0.1:2886 › Initialize cluster', 'obwatch, 10.0.0.1:2886, Initialize cluster'],
		[' obwatch  5 agents · 1 running · 1 failed', 'obwatch, 5 agents, 1 running, 1 failed'],
		[' ▸ 10.0.0.1:2886    master    Initialize cluster  ● running    ▰▱▱▱▱', '10.0.0.1:2886, master, Initialize cluster, running'],
		['── actions on Upgrade ─────────', 'actions on Upgrade'],
		[' 10:41:55 → 10:42:07 +08:00', '10:41:55 to 10:42:07 +08:00'],
		[' ↵ open  l → in', 'Enter open, l Right in'],
		['   4 Cluster bootstrap   · pending', '4 Cluster bootstrap, pending'],
		[' ', ''],
	])('%j is %j', (text, spoken) => {
		expect(spokenLine([span(text)])).toBe(spoken);
	});

	test.each([['3/7', true, 'stage 3 of 7'], ['2/3', false, '2 of 3'], ['10.0.0.1/24', false, '10.0.0.1/24'], ['', true, '']])('the cell %j (stage: %s) is %j', (text, isStage, spoken) => {
		expect(spokenCell(text, isStage)).toBe(spoken);
	});

	test('has marks of its own in ASCII, which are told from words', () => {
		expect(createTheme({isRead: true, isAscii: true}).glyphs).toEqual(createTheme().glyphs);
	});
});
