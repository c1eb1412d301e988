// Why recorded tasks failed, from their answers alone: what is written here was read off the recordings by hand.

import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {type Dag, dagSchema} from '../../../source/protocol/task.js';
import {type Cause, causesOf, isStageFailing} from '../../../source/store/selectors/cause.js';
import {reasonIn, reasonText} from '../../../source/store/selectors/reason.js';
import {timelineOf} from '../../../source/store/selectors/task.js';

const folder = process.env['OBWATCH_RECORDINGS'];

type Line = {readonly at: string; readonly body: {readonly data?: unknown} | ''};
type Wire = {readonly id?: unknown; readonly dag_id?: unknown; readonly nodes?: unknown; readonly contents?: readonly unknown[]};

const isWire = (value: unknown): value is Wire => typeof value === 'object' && value !== null;

type Form = {readonly at: string; readonly dag: Dag};

const linesOf = (file: string): readonly string[] => folder === undefined ? [] : readFileSync(path.join(folder, file), 'utf8').trim().split('\n');

/** Every whole form of every task in a recording, in order. */
const formsIn = (file: string): readonly Form[] => linesOf(file).flatMap(text => {
	const {at, body} = JSON.parse(text) as Line;
	const data = body === '' ? undefined : body.data;
	return (isWire(data) ? [data, ...(data.contents ?? [])] : []).flatMap(wire => isWire(wire) && wire.dag_id !== undefined && wire.nodes !== null ? [{at, dag: dagSchema.parse(wire)}] : []);
});

const cluster = {one: '127.0.0.11:4886', two: '127.0.0.12:4887', main: '221307064430488614', good: '221307064430488615', bad: '221307064440488710'};

/** What is known at a moment, and why a task failed by that. */
const knownAt = (file: string, moment: string, only: (id: string) => boolean = () => true) => {
	const known = new Map(formsIn(file).filter(({at, dag}) => at.slice(11, 19) <= moment && only(dag.id)).map(({dag}) => [dag.id, dag]));
	const dagOf = (id: string): Dag => {
		const dag = known.get(id);
		expect(dag, id).toBeDefined();
		return dag!;
	};

	return {
		dagOf,
		causes: (id: string): readonly Cause[] => causesOf(dagOf(id), {owner: 'asked', id}, other => known.has(other) ? {dag: dagOf(other), owner: `owner of ${other}`} : undefined),
		why(id: string): string | undefined {
			const reason = reasonIn(this.causes(id));
			return reason && reasonText(reason);
		},
	};
};

const memory = 'observer: cannot allocate memory: [ERRO] ob_alloc failed(ret=-4013): exit status 1';

describe.skipIf(folder === undefined)('a start of a running cluster that fails on one agent', () => {
	const file = 'cluster-stop-start-failed-start.jsonl';
	const failed = knownAt(file, '21:12:34');

	it('is explained from the main task down to the part that failed, in its own log', () => {
		expect(failed.dagOf(cluster.main)).toMatchObject({name: 'Start OB', state: 'FAILED', stage: 6});
		expect(failed.why(cluster.main)).toBe(`Start observer @ ${cluster.two}: ${memory}`);
		expect(failed.causes(cluster.main)).toMatchObject([{kind: 'error', places: [{task: {id: cluster.bad}, agent: cluster.two, entry: 5}]}]);
	});

	it('from the part that failed, which its main task passed', () => {
		expect(failed.dagOf(cluster.bad)).toMatchObject({state: 'SUCCEED', operator: 'PASS', stage: 3});
		expect(failed.causes(cluster.bad)).toMatchObject([{kind: 'error', text: memory, places: [{task: {id: cluster.bad}, entry: 5}]}]);
	});

	it('from the part that went well, up through the main task', () => {
		expect(failed.why(cluster.good)).toBe(`Start observer @ ${cluster.two}: ${memory}`);
		expect(failed.causes(cluster.good)[0]?.places[0]?.task.id).toBe(cluster.bad);
	});

	it('and by the main task alone, which copied the lines of its parts', () => {
		const alone = knownAt(file, '21:12:34', id => id === cluster.main);
		expect(alone.causes(cluster.main)).toMatchObject([{text: memory, nodeName: 'Start observer', places: [{task: {id: cluster.main}, agent: cluster.two, entry: 11}]}]);
	});

	it('is said of the part that went well as soon as another one fails the main task, which still runs', () => {
		const early = knownAt(file, '21:12:33');
		expect(early.dagOf(cluster.main).state).toBe('RUNNING');
		expect(early.why(cluster.main)).toBe(`Start observer @ ${cluster.two}: ${memory}`);
		expect(early.why(cluster.good)).toBe(`Start observer @ ${cluster.two}: ${memory}`);
	});

	it('stages that never ran have no bar, whatever their times say', () => {
		expect(timelineOf(failed.dagOf(cluster.bad).nodes ?? [], 0).spans.map(span => span !== undefined)).toEqual([true, true, true, false, false]);
	});

	it('is known as soon as the observer did not start, while its stage still says running', () => {
		const early = knownAt(file, '21:12:27');
		expect(early.dagOf(cluster.bad).state).toBe('RUNNING');
		expect(early.why(cluster.bad)).toBe(`Start observer @ ${cluster.two}: ${memory}`);
	});

	it('and nothing else on the way of starts and stops is a failure, though each part waits as FAILED', () => {
		const isToFail = ({at, dag}: Form): boolean => dag.id.length < 3 || dag.id === '22130706444048877' || (at.slice(11, 19) >= '21:12:27' && at.slice(11, 19) <= '21:12:35');
		const others = formsIn(file).filter(form => !isToFail(form)).map(({dag}) => dag);
		expect(others.length).toBeGreaterThan(300);
		for (const dag of others) {
			expect(causesOf(dag, {owner: 'asked', id: dag.id}, () => undefined).map(({kind}) => kind)).toEqual(dag.state === 'FAILED' ? ['waiting'] : []);
			expect(isStageFailing(dag)).toBe(false);
		}
	});
});

describe.skipIf(folder === undefined)('a tenant task that fails, is retried and fails again', () => {
	const forms = formsIn('cluster-stop-start-failed-start.jsonl').filter(({dag}) => dag.name === 'Drop tenant');

	it('says nothing of the old error while the retry begins', () => {
		const told = forms.map(({dag}) => [dag.state, dag.nodes?.[0]?.state, dag.nodes?.[0]?.operator, causesOf(dag, {owner: 'x', id: dag.id}, () => undefined).length > 0].join(' '));
		expect([...new Set(told)]).toEqual([
			'READY PENDING RUN false',
			'RUNNING RUNNING RUN false',
			'RUNNING RUNNING RUN true',
			'FAILED FAILED RUN true',
			'READY PENDING RETRY false',
			'RUNNING RUNNING RETRY false',
			'RUNNING RUNNING RETRY true',
			'FAILED FAILED RETRY true',
		]);
	});
});

describe.skipIf(folder === undefined)('a stage in which one agent fails long before the other', () => {
	const file = 'two-agents-staggered-failure-retry.jsonl';
	const id = '22130706433028865';

	it.each([
		['21:11:42', undefined],
		['21:11:43', `Start observer @ 127.0.0.2:2887: ${memory}`],
		['21:11:56', `Start observer @ 127.0.0.2:2887: ${memory}; @ 127.0.0.1:2886: observer: killed: exit status 1`],
		['21:11:57', undefined],
		['21:12:05', undefined],
		['21:12:08', `Start observer @ 127.0.0.2:2887: ${memory}`],
	])('at %s says %s', (moment, why) => {
		expect(knownAt(file, moment).why(id)).toBe(why);
	});

	it('points at the lines of the newest attempt', () => {
		const {dag} = formsIn('two-agents-nodepass-next-stage-fails.jsonl').find(form => form.dag.id === id)!;
		const late = causesOf(dag, {owner: 'asked', id}, () => undefined);
		expect(late.map(({text}) => text)).toEqual([memory, 'observer: killed: exit status 1']);
		expect(late.map(({places}) => places[0]?.entry)).toEqual([38, 11]);
	});
});

describe.skipIf(folder === undefined)('a task of which a failed stage was passed by hand', () => {
	const forms = formsIn('two-agents-nodepass-next-stage-fails.jsonl').filter(({dag}) => dag.id === '22130706433028865');

	it('has the reason of the stage that it stands at, never of the one that was passed', () => {
		const told = forms.filter(({dag}) => dag.stage === 4).map(({dag}) => causesOf(dag, {owner: 'x', id: dag.id}, () => undefined).map(({text}) => text).join('; '));
		expect([...new Set(told)]).toEqual(['', 'get port failed: MySQL port has not been initialized']);
	});

	it('nor where its stages are known only from before', () => {
		const before = forms.find(({dag}) => dag.stage === 3 && dag.state === 'FAILED')!.dag;
		expect(causesOf({...before, stage: 4}, {owner: 'x', id: before.id}, () => undefined)).toEqual([]);
	});
});
