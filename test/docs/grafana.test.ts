// The board and the alert rules against what obwatch really serves.

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {metricsText} from '../../source/headless/metrics.js';
import {initialState} from '../../source/store/initial-state.js';
import {runProgram} from '../helpers/run-program.js';
import {ten} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';

const folder = path.join(top, 'docs', 'grafana');

type Board = {
	readonly panels: ReadonlyArray<{readonly title: string; readonly targets: ReadonlyArray<{readonly expr: string}>}>;
	readonly annotations: {readonly list: ReadonlyArray<{readonly expr: string}>};
	readonly templating: {readonly list: ReadonlyArray<{readonly name: string; readonly definition?: string}>};
};

const board = JSON.parse(readFileSync(path.join(folder, 'obwatch.json'), 'utf8')) as Board;
const rules = readFileSync(path.join(folder, 'alerts.yaml'), 'utf8');

const expressions = [
	...board.panels.flatMap(({targets}) => targets.map(({expr}) => expr)),
	...board.annotations.list.map(({expr}) => expr),
	...board.templating.list.flatMap(({definition}) => definition === undefined ? [] : [definition]),
	...rules.matchAll(/^ +expr: (.+)$/gm).map(([, expression = '']) => expression),
];

/** The metrics of the demo, once all its agents were polled. */
const scrape = async (): Promise<string> => {
	const run = runProgram(['--demo', '--serve-metrics', '0']);
	onTestFinished(() => {
		run.kill('SIGKILL');
	});
	await until(() => run.stderr().includes('/metrics'), 'its address', {describe: run.stderr});
	const url = /http:\/\/\S+/.exec(run.stderr())?.[0] ?? '';
	const deadline = Date.now() + 120_000;
	let text = '';
	while (!(text.includes('outcome="failed"') && text.includes('"unreachable"') && text.includes('obwatch_task_expected_seconds{')) && Date.now() < deadline) {
		const response = await fetch(url);
		text = await response.text();
	}

	return text;
};

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

describe('the board and the rules', () => {
	test('use only metrics, labels and outcomes that obwatch serves', async () => {
		// The demo has no webhooks.
		const told = await metricsText({state: initialState([], {columns: 80, rows: 24}), now: ten, latencies: new Map(), version: '', notifications: [{webhook: 'ops', sent: 1, failed: 0}]});
		const text = await scrape() + told;
		expect(expressions.length).toBeGreaterThan(15);
		for (const expression of expressions) {
			for (const [name] of expression.matchAll(/obwatch_\w+/g)) {
				expect(text, expression).toContain(`# TYPE ${name} `);
			}

			for (const [, metric = '', labels = ''] of expression.matchAll(/(obwatch_[a-z_]{1,40})\{([^}]*)\}/g)) {
				for (const [, label = ''] of labels.matchAll(/\b(\w{1,20})=/g)) {
					expect(text, expression).toMatch(new RegExp(String.raw`^${metric}\{[^}]*\b${label}="`, 'm'));
				}
			}
		}

		const outcomes = /outcome is one of: (.*)\./.exec(text)?.[1]?.split(', ') ?? [];
		const named = expressions.flatMap(expression => [...expression.matchAll(/outcome=~?"([^"]+)"/g)].flatMap(([, list = '']) => list.split('|')));
		expect(new Set(named).difference(new Set(outcomes))).toEqual(new Set());
	});

	test.runIf(hasPromtool)('pass promtool, and so do the metrics', async () => {
		for (const list of [['check', 'rules', 'alerts.yaml'], ['test', 'rules', 'alerts.test.yaml']]) {
			const {status, stdout, stderr} = spawnSync('promtool', list, {cwd: folder, encoding: 'utf8'});
			expect({status, problem: status === 0 ? '' : stdout + stderr}).toEqual({status: 0, problem: ''});
		}

		const {status, stdout, stderr} = spawnSync('promtool', ['check', 'metrics'], {input: await scrape(), encoding: 'utf8'});
		expect({status, stdout, stderr}).toEqual({status: 0, stdout: '', stderr: ''});
	});
});
