import {expect, test} from 'vitest';
import {type LinkRow} from '../../../source/store/selectors/links.js';
import {LinksScreen} from '../../../source/ui/screens/links.js';
import {draw} from '../helpers/draw.js';
import {props} from '../helpers/views.js';

const link = (change: Partial<LinkRow>): LinkRow => ({key: '1', kind: 'sub-task', place: '10.0.0.2:2886', id: '22130706', task: undefined, isFailing: false, isSelected: false, ...change});

const rows = [
	link({kind: 'main task', task: {name: 'Start OB', outcome: {word: 'running'}, progress: {stage: 2, done: 1, total: 6}, duration: 9000}, isSelected: true}),
	link({key: '2', place: '10.0.0.3:2886', id: '22130707'}),
];

const screen = (columns: number, staleness?: {readonly problem: string; readonly asOf: undefined; readonly logFolder: undefined; readonly rows: number}) => draw(
	<LinksScreen view={{type: 'links', filter: undefined, breadcrumb: ['10.0.0.1:2886', 'Start OB', 'links'], staleness, list: {rows, top: 0, total: 2}}} {...props(columns, 8)}/>,
	columns,
);

test('linked tasks show their place and outcome, and which are not loaded yet', () => {
	expect(screen(100)).toEqual([
		' obwatch › 10.0.0.1:2886 › Start OB › links',
		'   LINK         WHERE          TASK                                           OUTCOME      ID',
		' ▸ main task    10.0.0.2:2886  Start OB                                       ● running    22130706',
		'   sub-task     10.0.0.3:2886  not loaded yet                                              22130707',
		'',
		'',
		' Esc close  Space page down  PgUp page up',
	]);
});

test('one that runs although a part of it failed is failing', () => {
	const [first] = rows;
	const failing = [{...first!, isFailing: true}];
	expect(draw(<LinksScreen view={{type: 'links', filter: undefined, breadcrumb: [], staleness: undefined, list: {rows: failing, top: 0, total: 1}}} {...props(100, 8)}/>, 100)[2]).toContain('● failing');
});

test('names and addresses are whole before ids', () => {
	const long = rows.map(row => ({...row, place: '192.168.100.100:2886', id: '221307064334146715', task: row.task && {...row.task, name: 'Start observer'}}));
	expect(draw(<LinksScreen view={{type: 'links', filter: undefined, breadcrumb: [], staleness: undefined, list: {rows: long, top: 0, total: 2}}} {...props(80, 8)}/>, 80)[2]).toMatch(/^ ▸ main task {4}192\.168\.100\.100:2886 {2}Start observer +● running$/);
});

test('their place and kind stay on a narrow terminal', () => {
	expect(screen(40).slice(1, 4)).toEqual([
		'   LINK         WHERE',
		' ▸ main task    10.0.0.2:2886',
		'   sub-task     10.0.0.3:2886',
	]);
});

test('an agent that cannot be queried is named above them', () => {
	expect(screen(100, {problem: 'unreachable since 10:39', asOf: undefined, logFolder: undefined, rows: 1}).slice(1, 3)).toEqual([
		' unreachable since 10:39',
		'   LINK         WHERE          TASK                                           OUTCOME      ID',
	]);
});
