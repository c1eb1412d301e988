import {chmodSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {onTestFinished, expect, test} from 'vitest';
import {systemClock} from '../../../source/lib/clock.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {type Command, type OnChange, runOnChange} from '../../../source/ui/effects/on-change-command.js';
import {makeDag, makeInfo, makeNodes, ten} from '../../helpers/tasks.js';
import {until} from '../../helpers/until.js';
import {createVirtualClock} from '../../helpers/virtual-clock.js';
import {makeFolders} from '../../export/helpers/place.js';
import {fleetOf} from '../helpers/stage.js';

const agent = '10.0.0.1:2886';

const makeStore = (): Store => {
	const store = createStore(fleetOf(1));
	store.dispatch({type: 'info-received', agent, at: ten, info: makeInfo({agent})});
	store.dispatch({type: 'task-absent', agent, at: ten});
	return store;
};

const comes = (store: Store, localId: number, pair = 'RUNNING/RUN'): void => {
	const [state = '', operator = ''] = pair.split('/', 2);
	store.dispatch({type: 'task-received', agent, at: ten, task: makeDag({id: `2213070643302886${localId}`, name: `task ${localId}`, state, operator, nodes: makeNodes(pair)})});
};

const start = (store: Store, command: Command, clock = systemClock): OnChange => {
	const program = runOnChange({
		command, store, clock, env: {...process.env, OBWATCH_PASSWORD: 'secret', KEPT: 'yes'}, report(text) {
			store.dispatch({type: 'notice-shown', text});
		},
	});
	onTestFinished(program.stop);
	return program;
};

const notice = (store: Store): string => JSON.stringify(store.getState().view.notice ?? '');

/** A shell script in a folder of its own, and where it writes. */
const script = (text: string): {readonly file: string; readonly out: string} => {
	const {folder} = makeFolders('folder');
	const file = path.join(folder, 'told');
	writeFileSync(file, `#!/bin/sh\n${text}\n`);
	chmodSync(file, 0o755);
	return {file, out: path.join(folder, 'out')};
};

const linesOf = (file: string): readonly string[] => existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];

test('a program reads each change as JSON, one after the other, in order', async () => {
	const store = makeStore();
	const {file, out} = script('cat >> "$1"; echo end >> "$1"');
	start(store, [file, out]);
	comes(store, 1);
	comes(store, 1, 'FAILED/RUN');
	comes(store, 2);
	await until(() => linesOf(out).length === 6, 'three changes');
	const lines = linesOf(out);
	expect(lines.filter((_, index) => index % 2 === 1)).toEqual(['end', 'end', 'end']);
	expect(lines.filter((_, index) => index % 2 === 0).map(line => JSON.parse(line) as unknown)).toMatchObject([
		{at: '2026-03-01T10:00:00.000Z', type: 'task-begun', agent, task: {name: 'task 1', outcome: 'running', stage: 1, stages: 1}},
		{type: 'outcome-changed', agent, task: {id: '22130706433028861', outcome: 'failed', before: 'running', why: expect.any(String) as string}},
		{type: 'task-begun', task: {name: 'task 2'}},
	]);
});

test('it is no shell that runs it, and it inherits nothing that is meant for obwatch', async () => {
	const store = makeStore();
	const {file, out} = script('printf "%s|" "$@" > "$1"; env >> "$1"');
	start(store, [file, out, '$HOME; rm -rf /', '*']);
	comes(store, 1);
	await until(() => linesOf(out).some(line => line.startsWith('KEPT=')), 'its environment');
	const text = readFileSync(out, 'utf8');
	expect(text).toContain('|$HOME; rm -rf /|*|');
	expect(text).not.toContain('OBWATCH_');
	expect(text).not.toContain('secret');
});

test.each<[string, Command, string]>([
	['that is not there', ['/nowhere/told'], 'no such program'],
	['that no folder of PATH has', ['obwatch-has-no-such-program', 'argument'], 'no such program'],
	['that must not be run', ['/etc/passwd'], 'EACCES'],
])('a program %s is reported at the start', (_, command, problem) => {
	const store = makeStore();
	start(store, command);
	expect(notice(store)).toContain(problem);
});

test('of a program that is there, nothing is said', () => {
	const store = makeStore();
	start(store, ['sh', '-c', 'true']);
	expect(notice(store)).toBe('""');
});

test.each<[string, (file: string) => Command, string, string]>([
	['that fails', file => [file], 'echo no mail today >&2; exit 3', 'exit code 3: no mail today'],
	['that is ended by a signal', file => [file], 'kill -9 $$', 'ended by SIGKILL'],
	['that is not there', () => ['/nowhere/told'], '', 'no such program'],
	['that does not read', file => [file], 'exec 0<&-; exit 4', 'exit code 4'],
])('a program %s is reported on the screen, and the next change runs it again', async (_, commandOf, text, words) => {
	const store = makeStore();
	const {file} = script(text);
	start(store, commandOf(file));
	for (const localId of [1, 2]) {
		comes(store, localId);
		await until(() => notice(store).includes(words), words, {describe: () => notice(store)});
		store.dispatch({type: 'notice-dismissed'});
	}
});

test('what it complains about cannot touch the terminal', async () => {
	const store = makeStore();
	const {file} = script(String.raw`printf '\033]0;owned\007\033[2J' >&2; exit 1`);
	start(store, [file]);
	comes(store, 1);
	await until(() => notice(store).includes('code 1'), 'its end');
	expect(store.getState().view.notice?.text).not.toMatch?.(/\u001B/);
	expect(notice(store)).not.toContain(String.raw`\u001b`);
});

test('one that does not end is ended, and meanwhile no other runs; of what waits the oldest is dropped', async () => {
	const store = makeStore();
	const clock = createVirtualClock(ten);
	const {file, out} = script('cat >> "$1"; exec sleep 1000');
	start(store, [file, out], clock);
	comes(store, 1);
	await until(() => linesOf(out).length === 1, 'its start');
	for (let localId = 2; localId < 150; localId++) {
		comes(store, localId);
	}

	await clock.advance(29_000);
	expect(linesOf(out)).toHaveLength(1);
	await clock.advance(2000);
	await until(() => notice(store).includes('stopped after 30 s'), 'its end', {describe: () => notice(store)});
	await until(() => linesOf(out).length === 2, 'the next');
	// 148 came meanwhile, of which the last hundred were kept.
	expect(linesOf(out)[1]).toContain('"task 50"');
});

test('the end of the program ends it, too', async () => {
	const store = makeStore();
	const {file, out} = script('echo $$ > "$1"; exec sleep 1000');
	const {stop} = start(store, [file, out]);
	comes(store, 1);
	await until(() => linesOf(out).length === 1 && linesOf(out)[0] !== '', 'its start');
	const pid = Number(linesOf(out)[0]);
	await stop();
	expect(() => process.kill(pid, 0)).toThrow('ESRCH');
	comes(store, 2);
	expect(linesOf(out)).toHaveLength(1);
});

test('when nothing more can change, it gets what waits, as long as one run may take', async () => {
	const store = makeStore();
	const clock = createVirtualClock(ten);
	const {file, out} = script('cat >> "$1"; run=$(wc -l < "$1"); until test -e "$1.$run"; do sleep 0.01; done');
	const mayEnd = (run: number): void => {
		writeFileSync(`${out}.${run}`, '');
	};

	mayEnd(1);
	mayEnd(2);
	const {finish} = start(store, [file, out], clock);
	comes(store, 1);
	comes(store, 2);
	await finish(new AbortController().signal);
	expect(linesOf(out)).toHaveLength(2);

	const slow = start(store, [file, out], clock);
	comes(store, 3);
	comes(store, 4);
	comes(store, 5);
	const finished = slow.finish(new AbortController().signal);
	await until(() => linesOf(out).length === 3, 'the third run');
	await clock.advance(20_000);
	mayEnd(3);
	await until(() => linesOf(out).length === 4, 'the fourth run');
	await clock.advance(10_000);
	await finished;
	expect(linesOf(out)).toHaveLength(4);
	expect(notice(store)).toContain('1 change not reported');
});
