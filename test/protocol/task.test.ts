import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {dagListSchema, dagSchema, logEntriesSchema, nodeSchema} from '../../source/protocol/task.js';

const id = '22130706433028864';
const other = '22130706433028865';
const ten = Date.UTC(2026, 2, 1, 10);
const wire = (change: object = {}) => ({
	id, dag_id: 4, name: 'Initialize cluster', stage: 1, max_stage: 11, state: 'RUNNING', operator: 'RUN', start_time: '2026-03-01T18:00:00.5+08:00', end_time: '2026-03-01T18:00:00.5+08:00', additional_data: {}, nodes: [], ...change,
});
const subTask = (change: object = {}) => ({
	id, task_id: 4, name: 'Start observer', state: 'RUNNING', operator: 'RUN', start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:00Z', additional_data: null, execute_times: 1, execute_agent: {ip: '127.0.0.1', port: 2886}, task_logs: null, ...change,
});
const node = (change: object = {}) => ({
	id, node_id: 4, name: 'Start observer', state: 'RUNNING', operator: 'RUN', start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:00Z', additional_data: null, sub_tasks: [subTask()], ...change,
});
const plain = {id, name: 'Start observer', state: 'RUNNING', operator: 'RUN', startTime: ten, endTime: ten, links: {subDags: {}, mainDagId: undefined}};

describe('a task as agents write it', () => {
	it('is read whole', () => {
		expect(dagSchema.parse(wire({nodes: [node()]}))).toEqual({
			id, name: 'Initialize cluster', state: 'RUNNING', operator: 'RUN', startTime: ten + 500, endTime: ten + 500, links: plain.links, dagId: 4, stage: 1, maxStage: 11, utcOffset: 480, isBrief: false,
			nodes: [{...plain, key: id, hasMainTask: false, subTasks: [{...plain, key: id, executeTimes: 1, hasMainTask: false, agent: '127.0.0.1:2886', logs: undefined}]}],
		});
	});

	it.each<readonly [string, object, object]>([
		['no nodes without details', {nodes: undefined}, {nodes: undefined}],
		['null nodes', {nodes: null}, {nodes: undefined}],
		['an unset time', {end_time: '0001-01-01T00:00:00Z'}, {endTime: undefined}],
		['a time that was reset', {start_time: '1970-01-01T00:00:00Z'}, {startTime: undefined, utcOffset: 0}],
		['null times', {start_time: null, end_time: null}, {startTime: undefined, endTime: undefined, utcOffset: undefined}],
		['absent numbers', {stage: undefined, max_stage: null, dag_id: undefined}, {stage: 0, maxStage: 0, dagId: 0}],
		['numbers that count nothing', {stage: -1, max_stage: 2.5}, {stage: 0, maxStage: 2}],
		['absent words', {name: null, state: undefined, operator: null}, {name: '', state: '', operator: ''}],
		['words with an escape sequence', {name: '\u001B[2J', state: '\u0007'}, {name: '␛[2J', state: '␇'}],
		['fields of newer agents', {maintenance_type: 2, maintenance_key: '', something: {else: 1}}, {stage: 1}],
		['no data beside it', {additional_data: null}, {links: {subDags: {}, mainDagId: undefined}}],
		['data of another shape', {additional_data: 'x'}, {links: {subDags: {}, mainDagId: undefined}}],
		['links', {additional_data: {sub_dags: {'10.0.0.1:2886': other}, main_dag_id: id, restore_job_id: 5}}, {links: {subDags: {'10.0.0.1:2886': other}, mainDagId: id}}],
		['links that are no ids', {additional_data: {sub_dags: {a: '../x', b: null, c: other, d: {}}, main_dag_id: 'x'}}, {links: {subDags: {c: other}, mainDagId: undefined}}],
		['a link as a number that is exact', {additional_data: {main_dag_id: 14}}, {links: {subDags: {}, mainDagId: '14'}}],
		// eslint-disable-next-line no-loss-of-precision -- the loss is what is tested
		['a link as a number that lost its last digits', {additional_data: {main_dag_id: 22_130_706_433_028_867}}, {links: {subDags: {}, mainDagId: undefined}}],
		['sub-DAGs of another shape', {additional_data: {sub_dags: [1], main_dag_id: id}}, {links: {subDags: {}, mainDagId: id}}],
	])('%s', (_, change, expected) => {
		expect(dagSchema.parse(wire(change))).toMatchObject(expected);
	});

	it.each<readonly [string, object, object]>([
		['no lines yet', {task_logs: null}, {logs: undefined}],
		['no lines at all', {task_logs: []}, {logs: []}],
		['lines with breaks and escapes', {task_logs: ['a\nb', '\u001B[2J']}, {logs: ['a\nb', '␛[2J'], rawLogs: {indexes: [1], texts: ['\u001B[2J']}}],
		['coloured lines and progress', {task_logs: ['x', '\u001B[1mb\u001B[m', '1%\r2%']}, {logs: ['x', 'b', '2%'], rawLogs: {indexes: [1, 2], texts: ['\u001B[1mb\u001B[m', '1%\r2%']}}],
		['no agent', {execute_agent: null}, {agent: undefined}],
		['an agent without an address', {execute_agent: {ip: '', port: 0}}, {agent: undefined}],
		['an IPv6 agent', {execute_agent: {ip: 'fd00:0:0::1', port: 2886}}, {agent: '[fd00::1]:2886'}],
		['no sub-task id of any use', {execute_times: null}, {executeTimes: 0}],
	])('a sub-task with %s', (_, change, expected) => {
		expect(nodeSchema.parse(node({sub_tasks: [subTask(change)]})).subTasks[0]).toMatchObject(expected);
	});

	it.each<readonly [string, object]>([
		['an id that is a path', {id: '../../x'}],
		['an id that is a number', {id: 14}],
		['no id', {id: undefined}],
		['nodes that are none', {nodes: [1]}],
		['a stage in words', {stage: 'three'}],
	])('is refused with %s', (_, change) => {
		expect(dagSchema.safeParse(wire(change)).success).toBe(false);
	});

	it('repeated ids get keys of their own, and the ids stay', () => {
		const dag = dagSchema.parse(wire({nodes: [node({sub_tasks: [subTask(), subTask(), subTask({id: other})]}), node(), node({id: other, sub_tasks: null})]}));
		expect(dag.nodes?.map(({key}) => key)).toEqual([id, `${id}#2`, other]);
		expect(dag.nodes?.map(each => each.id)).toEqual([id, id, other]);
		expect(dag.nodes?.[0]?.subTasks.map(({key}) => key)).toEqual([id, `${id}#2`, other]);
		expect(dag.nodes?.[2]?.subTasks).toEqual([]);
	});

	it('a prototype cannot be smuggled in', () => {
		const hostile: unknown = JSON.parse(`{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"id":"${id}","additional_data":{"__proto__":{"main_dag_id":"${other}"},"sub_dags":{"__proto__":"${other}","10.0.0.1:2886":"${other}"}}}`);
		const dag = dagSchema.parse(hostile);
		expect(dag.links.mainDagId).toBeUndefined();
		expect(Object.getPrototypeOf(dag.links.subDags)).toBe(Object.prototype);
		expect(dag.links.subDags['10.0.0.1:2886']).toBe(other);
		expect('polluted' in dag || 'polluted' in {}).toBe(false);
	});

	it.each([[null, []], [{contents: null}, []], [{}, []], [{contents: [wire()]}, [id]]])('a list %j holds %j', (list, ids) => {
		expect(dagListSchema.parse(list).map(dag => dag.id)).toEqual(ids);
	});

	it('a log line that is no text does not cost the others, nor the task', () => {
		const dag = dagSchema.parse(wire({nodes: [node({sub_tasks: [subTask({task_logs: ['a', null, 5, {deep: []}, 'ERROR: x']})]})]}));
		expect(dag.nodes?.[0]?.subTasks[0]?.logs).toEqual(['a', '', '5', '(not a text)', 'ERROR: x']);
	});

	it('any number of wrong items is reported once, with the place of the first', () => {
		const wrong = Array.from({length: 10_000}, () => ({}));
		for (const [nodes, place] of [
			[wrong, 'nodes.0.id'],
			[[node(), node({sub_tasks: wrong})], 'nodes.1.sub_tasks.0.id'],
		] as const) {
			const {error} = dagSchema.safeParse(wire({nodes}));
			expect(error?.issues.map(({path}) => path.join('.'))).toEqual([place]);
		}

		expect(dagListSchema.safeParse({contents: wrong}).error?.issues.length).toBe(1);
	});

	it('any JSON is read or refused, never thrown', () => {
		const field = fc.constantFrom(...Object.keys(wire()));
		fc.assert(fc.property(fc.dictionary(field, fc.jsonValue()), change => {
			expect(() => dagSchema.safeParse(wire(change))).not.toThrow();
		}));
	});
});

describe('the lines of a sub-task', () => {
	it('come in the order in which they were written', () => {
		const line = (change: object) => ({
			sub_task_id: 1, execute_times: 1, log_content: 'x', is_sync: true, create_time: '2026-03-01T10:00:00Z', update_time: '2026-03-01T10:00:00Z', ...change,
		});
		expect(logEntriesSchema.parse({contents: [line({id: 9, execute_times: 2}), line({id: 3, log_content: null, create_time: null}), line({id: 5, log_content: 'a\tb\u001B'})]})).toEqual([
			{id: 3, executeTimes: 1, text: '', time: undefined},
			{id: 5, executeTimes: 1, text: 'a       b␛', raw: 'a\tb\u001B', time: ten},
			{id: 9, executeTimes: 2, text: 'x', time: ten},
		]);
		expect(logEntriesSchema.parse(null)).toEqual([]);
		expect(logEntriesSchema.parse({contents: null})).toEqual([]);
	});
});
