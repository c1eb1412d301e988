import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {watchOwnFile} from '../../source/cli/show-screen.js';
import {initialState} from '../../source/store/initial-state.js';
import {createStore} from '../../source/store/store.js';
import {addressOf, ten} from '../helpers/tasks.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';

const open = () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-own-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const file = path.join(folder, 'obwatch');
	writeFileSync(file, 'old');
	const clock = createVirtualClock(ten);
	const store = createStore(initialState([addressOf('10.0.0.1:2886')], {columns: 80, rows: 24}, {cautions: [{type: 'keys-unchecked'}]}), clock.now);
	return {file, clock, store, end: watchOwnFile(store, clock, file), cautions: () => store.getState().cautions.map(({type}) => type)};
};

test('an upgrade while the program runs is said within a minute, once, and stays said', async () => {
	const {file, clock, cautions, end} = open();
	await clock.advance(300_000);
	expect(cautions()).toEqual(['keys-unchecked']);
	writeFileSync(`${file}.new`, 'new');
	renameSync(`${file}.new`, file);
	await clock.advance(60_000);
	expect(cautions()).toEqual(['keys-unchecked', 'replaced']);
	await clock.advance(600_000);
	expect(cautions()).toEqual(['keys-unchecked', 'replaced']);
	end();
	expect(clock.pending()).toBe(0);
});

test('an upgrade that takes the old file away some time before the new one comes is not taken for a removal, nor a removal after it for an upgrade', async () => {
	const {file, clock, cautions} = open();
	rmSync(file);
	await clock.advance(60_000);
	expect(cautions()).toEqual(['keys-unchecked', 'removed']);
	writeFileSync(file, 'the new one');
	await clock.advance(60_000);
	expect(cautions()).toEqual(['keys-unchecked', 'replaced']);
	rmSync(file);
	await clock.advance(60_000);
	expect(cautions()).toEqual(['keys-unchecked', 'removed']);
});

test('a removed program says so, and watching it ends with the screen', async () => {
	const {file, clock, cautions, end} = open();
	rmSync(file);
	await clock.advance(60_000);
	expect(cautions()).toEqual(['keys-unchecked', 'removed']);
	end();
	const other = open();
	other.end();
	expect(other.clock.pending()).toBe(0);
});
