import {describe, expect, it} from 'vitest';
import {endingOf, isRemoteSummary, messageOf, remoteTaskId, severityOf, withoutTaskPrefix} from '../../source/protocol/logs.js';
import {cpuTime} from '../helpers/cpu-time.js';

const id = '22130706434028873';

describe('what a log entry means to the engine', () => {
	it.each([
		['a remote task at work', `remote task ${id} Start observer running [1/1]`, id],
		['the end of one', `ERROR: [Task.RemoteTask.Failed]: Remote task ${id} Start observer failed`, id],
		['behind a prefix', `task Start: remote task ${id} Start observer running [1/1]`, id],
		['in the middle of a sentence', `look at remote task ${id} please`, undefined],
		['an id that is none', 'remote task 99 Start running', undefined],
		['no id', 'remote task Start running', undefined],
		['a line that is far too long', `remote task ${id} ${'x'.repeat(5000)}`, undefined],
		['another line', 'start observer', undefined],
	])('%s', (_, entry, expected) => {
		expect(remoteTaskId(entry)).toBe(expected);
	});

	it('a summary of a remote failure is no reason', () => {
		expect(isRemoteSummary(`ERROR: [Task.RemoteTask.Failed]: Remote task ${id} Start observer failed`)).toBe(true);
		expect(isRemoteSummary('ERROR: [Common.Unexpected]: no')).toBe(false);
	});

	it.each([
		['sub task timeout', 'timeout', 'error'],
		['sub task cancelled', 'cancelled', 'error'],
		['task Start observer: sub task timeout', 'timeout', 'error'],
		['a sub task timeout happened', undefined, 'plain'],
		['ERROR: no memory', undefined, 'error'],
		['task Start observer: ERROR: no memory', undefined, 'error'],
		['WARN: slow', undefined, 'warning'],
		['task Start observer: WARN: slow', undefined, 'warning'],
		['no ERROR: here', undefined, 'plain'],
		['ERROR', undefined, 'plain'],
		['', undefined, 'plain'],
	])('"%s" ends a sub-task as %s and is %s', (entry, ending, severity) => {
		expect(endingOf(entry)).toBe(ending);
		expect(severityOf(entry)).toBe(severity);
	});

	it.each([
		['ERROR: [Common.Unexpected]: Unexpected error: observer: no memory\n: exit status 1', 'observer: no memory: exit status 1'],
		['ERROR: [Common.Unexpected]: 非预期错误：observer: no memory\n: exit status 1', 'observer: no memory: exit status 1'],
		['task Start observer: ERROR: [A.B]: no', 'no'],
		['WARN: slow', 'slow'],
		['  two \n\n  lines ', 'two \n\n  lines'],
		['Start observer: ERROR: [A.B]: no', 'no'],
		['Start observer: running', 'Start observer: running'],
		['plain', 'plain'],
	])('%j says "%s"', (entry, message) => {
		expect(messageOf(entry)).toBe(message);
	});

	it('the shortest prefix is taken, for a message may hold ": " too', () => {
		expect(withoutTaskPrefix('task Start: observer: no')).toBe('observer: no');
		expect(withoutTaskPrefix('tasks Start: no')).toBe('tasks Start: no');
	});

	it('megabytes are looked at in no time', () => {
		const entry = `task ${'x: '.repeat(2_000_000)}`;
		expect(cpuTime(() => [severityOf(entry), endingOf(entry), remoteTaskId(entry)])).toBeLessThan(200);
	});
});
