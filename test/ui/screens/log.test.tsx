import {describe, expect, test} from 'vitest';
import {columnsOf} from '../../../source/lib/columns.js';
import {type LogStatus} from '../../../source/store/selectors/log.js';
import {LogScreen} from '../../../source/ui/screens/log.js';
import {draw} from '../helpers/draw.js';
import {logView, props} from '../helpers/views.js';

describe('a log', () => {
	test('says whose it is, and that the end is followed', () => {
		expect(draw(<LogScreen view={logView(['start observer', '检查 first start'])} {...props(100, 7)}/>, 100)).toEqual([
			' obwatch › 10.0.0.1:2886 › Initialize cluster › Start observer › 10.0.0.3:2886  ● running  follow ▾',
			' start observer',
			' 检查 first start',
			'',
			'',
			' Esc close  Space page down  PgUp page up',
		]);
	});

	test('shortens long names, never the right end', () => {
		expect(draw(<LogScreen view={logView([])} {...props(60, 10)}/>, 60)[0]).toBe(' … › Start observer › 10.0.0.3:2886                follow ▾');
	});

	const found = {source: 'no space left on device', matches: 120, rank: 17, isCounting: false};
	const hidden = {source: 'copy part .*7', hidden: 90_020, isCounting: false};
	const headAt = (columns: number, status: Partial<LogStatus>): string => draw(<LogScreen view={logView([], {status: {
		isFollowing: false, newEntries: 0, filter: undefined, search: undefined, severity: 'all', selected: undefined, dropped: 0, problem: undefined, ...status,
	}})} {...props(columns, 10)}/>, columns)[0] ?? '';

	test('says at any width where one is, what is searched, and above all what is hidden', () => {
		expect(headAt(80, {filter: hidden, search: found})).toBe(' … › 10.0.0.3:2886           &copy par… (90020 hidden)  /no space… 17/120 lines');
		expect(headAt(120, {filter: hidden, search: found, isFollowing: true})).toMatch(/^ … › (?:Start observer › )?10\.0\.0\.3:2886 +&copy part \.\*7 \(90020 hidden\) {2}\/no space left on device 17\/120 lines {2}follow ▾$/);
		expect(headAt(60, {filter: hidden, search: found, newEntries: 12})).toBe(' … › 10.0.0.3:2886          &copy… (90020 hidden)  12 new ▾');
		expect(headAt(40, {filter: hidden, search: found})).toBe(' … › 10.0.0.3:2…  &copy… (90020 hidden)');
	});

	test.each(Array.from({length: 30}, (_, index) => 40 + (index * 6)))('at %i columns never loses what is hidden', columns => {
		const head = headAt(columns, {filter: hidden, search: found, isFollowing: true, severity: 'warnings'});
		expect(head).toContain('(90020 hidden)');
		expect(columnsOf(head)).toBeLessThanOrEqual(columns);
	});

	test('without lines says why', () => {
		expect(draw(<LogScreen view={logView([], {note: 'no lines between attempts'})} {...props(80, 10)}/>, 80)[2]).toBe('   no lines between attempts');
	});
});
