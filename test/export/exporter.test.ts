import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {rmSync, writeFileSync} from 'node:fs';
import {expect, onTestFinished, test, vi} from 'vitest';
import {saveFolders} from '../../source/export/context.js';
import {linesOf} from '../../source/protocol/logs.js';
import {dagSchema, logEntriesSchema} from '../../source/protocol/task.js';
import {type Action} from '../../source/store/actions.js';
import {type FetchedLog} from '../../source/store/log/buffer.js';
import {topScreen} from '../../source/store/lookup.js';
import {ten} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';
import {filesIn, makeFolders, modeOf, textOf} from './helpers/place.js';
import {agent, openStage, task, wholeLog} from './helpers/stage.js';

test('a user whom the system does not know saves here, without a folder of his own', () => {
	const spy = vi.spyOn(os, 'homedir').mockImplementation(() => {
		throw new Error('ENOENT');
	});
	onTestFinished(() => {
		spy.mockRestore();
	});
	expect(saveFolders()).toEqual([process.cwd(), os.tmpdir()]);
});

test('s saves the whole log, not only what was read, and says where', async () => {
	const {exporter, answer, said, here, notice} = openStage();
	exporter.request({type: 'save-log'});
	await said('reading the whole log');
	answer(wholeLog);
	await said('saved ');
	const [name = ''] = filesIn(here);
	expect(notice()).toBe(`saved ${path.join(here, name)}`);
	expect(name).toMatch(/^obwatch-log-\d{8}-\d{6}\.log$/);
	expect(modeOf(here, name)).toBe(0o600);
	expect(textOf(here, name).split('\n').map(line => line.startsWith('# saved ') ? '# saved' : line)).toEqual([
		`# task      Grow \u202E cluster (${task.id}) of 127.0.0.1:2886`,
		'# stage     1 Start observer',
		'# agent     127.0.0.1:2886',
		'# sub-task  22130706433028861, failed, 1 attempt',
		'# times     the agent\'s, UTC+01:00',
		'# saved',
		'',
		'2026-03-01 11:00:00.000 start observer',
		'2026-03-01 11:00:01.000 ERROR: [X.Y]: observer: cannot start, password=hunter22',
		'2026-03-01 11:00:02.000 sub task timeout, run by correct horse',
		'',
	]);
});

const coloured = '\u001B[32mstart\u001B[0m\tobserver 10%\r100%\u0007\r\n';
const writtenLog: FetchedLog = {type: 'lines', lines: linesOf(logEntriesSchema.parse({contents: [{id: 1, execute_times: 1, log_content: coloured}]}))};

test('a saved log is what was written, with a notice about its control characters', async () => {
	const {exporter, answer, said, here, notice} = openStage();
	exporter.request({type: 'save-log'});
	answer(writtenLog);
	await said('saved ');
	const [name = ''] = filesIn(here);
	expect(notice()).toBe(`saved ${path.join(here, name)} (raw, with control characters)`);
	expect(textOf(here, name)).toContain(` ${coloured}`);
});

test('so is one that only its task holds', async () => {
	const subTask = {id: '22130706433028861', state: 'FAILED', operator: 'RUN', execute_times: 1, task_logs: ['plain', coloured]};
	const received = dagSchema.parse({id: task.id, state: 'FAILED', operator: 'RUN', stage: 1, max_stage: 1, nodes: [{id: task.id, state: 'FAILED', operator: 'RUN', sub_tasks: [subTask]}]});
	const {exporter, answer, said, here} = openStage({}, {type: 'went-back'}, {type: 'went-back'}, {type: 'task-received', agent: agent.key, at: ten, task: received}, {type: 'entered'}, {type: 'entered'});
	exporter.request({type: 'save-log'});
	answer({type: 'error', error: {type: 'refused', status: 404, code: '', message: 'the agent has no log of this sub-task', traceId: ''}});
	await said('(raw, with control characters) (incomplete');
	expect(textOf(here, filesIn(here)[0] ?? '')).toContain(`plain\n${coloured}`);
});

test('where the agent does not give the lines, those of the task are saved, and the file says so too', async () => {
	const {exporter, answer, said, here} = openStage();
	exporter.request({type: 'save-log'});
	answer({type: 'error', error: {type: 'refused', status: 404, code: '', message: 'the agent has no log of this sub-task', traceId: ''}});
	await said('(incomplete: the agent has no log of this sub-task)');
	const [name = ''] = filesIn(here);
	expect(textOf(here, name)).toContain('# partial   incomplete log: the agent has no log of this sub-task');
	expect(textOf(here, name)).toContain('\nstart observer\nERROR: ');
});

test('a second s while the first is under way says so, and a later one saves again', async () => {
	const {exporter, answer, said, here} = openStage();
	exporter.request({type: 'save-log'});
	exporter.request({type: 'save-log'});
	await said('already saving the log');
	answer(wholeLog);
	await said('saved ');
	exporter.request({type: 'save-log'});
	await until(() => filesIn(here).length === 2, 'the second file');
});

test('leaving the log does not stop its saving', async () => {
	const {store, exporter, answer, said, here} = openStage();
	exporter.request({type: 'save-log'});
	store.dispatch({type: 'went-back'});
	store.dispatch({type: 'went-back'});
	answer(wholeLog);
	await said('saved ');
	expect(filesIn(here)).toHaveLength(1);
});

test('quitting ends what is under way and leaves nothing behind', async () => {
	const {exporter, here, notice} = openStage();
	exporter.request({type: 'save-log'});
	exporter.request({type: 'open-pager'});
	exporter.request({type: 'save-bundle'});
	const before = notice();
	await exporter.stop();
	expect(filesIn(here)).toEqual([]);
	expect(notice()).toBe(before);
});

test('what keeps a file from being written is said in plain words', async () => {
	const {exporter, answer, said, here} = openStage();
	rmSync(here, {recursive: true});
	exporter.request({type: 'save-log'});
	answer(wholeLog);
	await said(`not saved: ${here}: no such folder`);
});

test('a log without lines is not saved', async () => {
	const {exporter, answer, said, here, store} = openStage({}, {type: 'went-back'}, {type: 'selection-moved', by: 'end'}, {type: 'entered'});
	expect(store.getState().view.stack.at(-1)).toMatchObject({type: 'log', node: '2'});
	exporter.request({type: 'save-log'});
	answer({type: 'lines', lines: linesOf([])});
	await said('this log has no lines yet');
	expect(filesIn(here)).toEqual([]);
});

const pagerFor = (folder: string): {readonly env: Readonly<Record<string, string | undefined>>} => {
	const script = path.join(folder, 'pager.mjs');
	writeFileSync(script, `import {copyFileSync} from 'node:fs';\ncopyFileSync(process.argv.at(-1), ${JSON.stringify(path.join(folder, 'seen'))});`);
	return {env: {PATH: process.env['PATH'], PAGER: `${process.execPath} ${script}`}};
};

test('v shows the same text in the pager, from a file that is gone afterwards', async () => {
	const {scripts} = makeFolders('scripts');
	const {exporter, answer, temporary, here, notice} = openStage(pagerFor(scripts));
	exporter.request({type: 'open-pager'});
	answer(wholeLog);
	await until(() => filesIn(scripts).includes('seen') && notice() === '', 'the pager to have come and gone');
	expect(textOf(scripts, 'seen')).toContain('\n2026-03-01 11:00:00.000 start observer\n');
	await until(() => filesIn(temporary).length === 0, 'the file to be gone');
	expect(filesIn(here)).toEqual([]);
});

test('a pager, which may pass on all that it gets, gets no control characters', async () => {
	const {scripts} = makeFolders('scripts');
	const {exporter, answer} = openStage(pagerFor(scripts));
	exporter.request({type: 'open-pager'});
	answer(writtenLog);
	await until(() => filesIn(scripts).includes('seen') && textOf(scripts, 'seen') !== '', 'the pager');
	expect(textOf(scripts, 'seen')).toContain(' % 100%␇\n');
	expect(textOf(scripts, 'seen')).not.toMatch(/[^\P{Cc}\n]/u);
});

test('an incident holds what was written as it is read', async () => {
	const {exporter, answer, said, here} = openStage();
	exporter.request({type: 'save-bundle'});
	answer(writtenLog);
	await said('saved ');
	const [json = '', text = ''] = filesIn(here);
	expect(textOf(here, text)).toContain('% 100%␇\n');
	expect(textOf(here, json)).toContain(String.raw`"text":"% 100%␇\n"`);
	expect(textOf(here, json) + textOf(here, text)).not.toMatch(/[^\P{Cc}\n]|10%|u001b/iu);
});

test('the incident and the report of the selected row\'s task are saved from the agents screen', async () => {
	const {exporter, answer, said, here, store} = openStage({}, {type: 'went-back'}, {type: 'went-back'});
	expect(topScreen(store.getState())).toMatchObject({type: 'agents'});
	exporter.request({type: 'save-bundle'});
	answer(wholeLog);
	await said('saved ');
	const [json = ''] = filesIn(here);
	expect(JSON.parse(textOf(here, json))).toMatchObject({task: {id: task.id}});
	exporter.request({type: 'save-report'});
	await until(() => filesIn(here).some(file => file.endsWith('.html')), 'the report');
});

test.each([
	['left the log', {type: 'went-back'}],
	['begun to search', {type: 'input-opened', purpose: 'search'}],
] as const)('no pager opens if the user has %s meanwhile', async (_what, action) => {
	const {scripts} = makeFolders('scripts');
	const {exporter, answer, store, said} = openStage(pagerFor(scripts));
	exporter.request({type: 'open-pager'});
	store.dispatch(action);
	answer(wholeLog);
	await said('pager not opened');
	expect(filesIn(scripts)).toEqual(['pager.mjs']);
});

test('a folder for temporary files that cannot be written is reported', async () => {
	const {exporter, answer, said} = openStage({temporaryFolder: '/dev/null/none'});
	exporter.request({type: 'open-pager'});
	answer(wholeLog);
	await said('opening the log failed: a part of its path is not a folder');
});

const toStart: Action = {type: 'selection-moved', by: 'start'};

test('y and Y copy through the terminal, and say what', async () => {
	const {exporter, written, notice} = openStage({}, toStart);
	exporter.request({type: 'copy', what: 'line'});
	expect(written).toEqual(['\u001B]52;c;c3RhcnQgb2JzZXJ2ZXI=\u0007']);
	expect(notice()).toBe('sent to the terminal (OSC 52): start observer');
	exporter.request({type: 'copy', what: 'screen'});
	expect(notice()).toBe('sent 2 lines to the terminal (OSC 52)');
});

test('y copies the selected lines, and ends the selection', async () => {
	const {exporter, store, notice} = openStage({}, toStart, {type: 'range-toggled'}, {type: 'selection-moved', by: 1});
	exporter.request({type: 'copy', what: 'line'});
	expect(notice()).toBe('sent 2 lines to the terminal (OSC 52)');
	expect(topScreen(store.getState())).toMatchObject({type: 'log', anchor: undefined, cursor: 1});
});

test.each([
	['takes it', 'cat > "$0.$*"', ['tmux.load-buffer -w -'], 'copied to tmux\'s buffer: start observer'],
	['is too old to hand it on', 'case "$*" in *-w*) exit 1;; esac; cat > "$0.$*"', ['tmux.load-buffer -'], 'copied to tmux\'s buffer: start observer'],
	['refuses it', 'exit 1', [], 'sent to the terminal (OSC 52, tmux must pass it on): start observer'],
])('inside tmux, y says what was done where tmux %s', async (_, script, files, words) => {
	const {scripts} = makeFolders('scripts');
	writeFileSync(path.join(scripts, 'tmux'), `#!/bin/sh\n${script}\n`, {mode: 0o755});
	const {exporter, said, written} = openStage({env: {PATH: `${scripts}:${process.env['PATH']}`, TMUX: '/tmp/tmux-0/default,1,0', OBWATCH_PASSWORD: 'no'}}, toStart);
	exporter.request({type: 'copy', what: 'line'});
	await said(words);
	const taken = filesIn(scripts).filter(name => name !== 'tmux');
	expect(taken).toEqual(files);
	expect(taken.map(name => textOf(scripts, name))).toEqual(files.map(() => 'start observer'));
	expect(written).toHaveLength(files.length === 0 ? 1 : 0);
});

test('without tmux, though its variable is set, the terminal is used', async () => {
	const {exporter, said, written} = openStage({env: {PATH: '/nowhere', TMUX: '/tmp/tmux-0/default,1,0'}});
	exporter.request({type: 'copy', what: 'screen'});
	await said('sent 2 lines to the terminal (OSC 52, tmux must pass it on)');
	expect(written).toEqual([expect.stringMatching(/^\u001BPtmux;/)]);
});

test('where nothing is open there is nothing to take away', async () => {
	const {exporter, said} = openStage({}, {type: 'went-back'}, {type: 'went-back'}, {type: 'went-back'});
	exporter.request({type: 'copy', what: 'line'});
	await said('nothing to copy here');
	exporter.request({type: 'save-log'});
	await said('no log here yet');
});
