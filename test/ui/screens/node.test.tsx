import {expect, test} from 'vitest';
import {NodeScreen} from '../../../source/ui/screens/node.js';
import {draw} from '../helpers/draw.js';
import {nodeView, props, subTaskRow} from '../helpers/views.js';

test('a last line that says why keeps its end, or what says the most', () => {
	const why = {outcome: {word: 'failed'} as const, lastSeverity: 'error' as const, lastLine: 'execute script \'checker.py\' error, execute logs: … CheckFailed: tenant a is busy', lastShortest: 'CheckFailed: tenant a is busy'};
	const at = (columns: number) => draw(<NodeScreen view={nodeView([subTaskRow(why)])} {...props(columns, 10)}/>, columns)[3];
	expect(at(80)).toContain('CheckFailed: tenant a is busy');
	expect(at(60)).toMatch(/CheckFai…t a is busy +8s$/);
});

test('a stage lists its sub-tasks with their last lines', () => {
	const rows = [
		subTaskRow({outcome: {word: 'failed'}, attempts: 3, lastLine: 'cannot allocate memory', lastShortest: 'cannot allocate memory', lastSeverity: 'error', isSelected: true}),
		subTaskRow({key: '2', agent: '', outcome: {word: 'pending'}, duration: undefined, attempts: 0, lastLine: ''}),
	];
	expect(draw(<NodeScreen view={nodeView(rows)} {...props(80, 10)}/>, 80)).toEqual([
		' obwatch › 10.0.0.1:2886 › Initialize cluster › Start observer',
		' ✖ failed   2 sub-tasks',
		'   AGENT          OUTCOME      ATTEMPTS  LAST LINE                         TIME',
		' ▸ 10.0.0.1:2886  ✖ failed            3  cannot allocate memory              8s',
		'   cluster        · pending',
		'',
		'',
		'',
		' Esc close  Space page down  PgUp page up',
	]);
});

test('twenty sub-tasks of one agent are distinguished', () => {
	const rows = Array.from({length: 3}, (_, index) => subTaskRow({key: String(index), mark: `#${index + 61}`, outcome: {word: 'running'}, isSelected: index === 0}));
	expect(draw(<NodeScreen view={nodeView(rows)} {...props(80, 10)}/>, 80).slice(2, 5)).toEqual([
		'   AGENT          SUB-TASK  OUTCOME      LAST LINE                         TIME',
		' ▸ 10.0.0.1:2886  #61       ● running    check if first start                8s',
		'   10.0.0.1:2886  #62       ● running    check if first start                8s',
	]);
	// The rest gives way before what tells them apart.
	expect(draw(<NodeScreen view={nodeView(rows)} {...props(40, 10)}/>, 40)[3]).toContain('10.0.0.1:2886  #61');
});

test.each([40, 60, 80])('at %i columns a sub-task\'s outcome is never cut', width => {
	const row = subTaskRow({mark: '#61', outcome: {word: 'failed to roll back'}, lastLine: 'cannot allocate memory', lastShortest: 'cannot allocate memory', lastSeverity: 'error'});
	expect(draw(<NodeScreen view={nodeView([row])} {...props(width, 10)}/>, width)[3]).toMatch(/✖ failed to roll back(?: |$)/);
});
