import {expect, it} from 'vitest';
import {shorterVersions, summaryOf} from '../../source/protocol/logs.js';
import {cpuTime} from '../helpers/cpu-time.js';

const noise = (count: number): string => Array.from({length: count}, (_, item) => `[2026-03-01 10:00:11] INFO checker.py:${100 + item} check item ${item}: pass`).join('\n');
const trace = `Traceback (most recent call last):
  File "/home/admin/upgrade/checker.py", line 611, in main
    check_all(cursor)
  File "/home/admin/upgrade/checker.py", line 540, in check_all
    raise CheckFailed(", ".join(problems))
CheckFailed: tenant a has a pending restore job`;
const script = (output: string): string => `ERROR: [Common.Unexpected]: Unexpected error: execute script 'checker.py' error, execute logs:\n${output}\n: exit status 1`;

it.each<readonly [string, string, {readonly brief: string; readonly line: string}]>([
	['one line', 'ERROR: [A.B]: disk full', {brief: 'disk full', line: 'ERROR: [A.B]: disk full'}],
	['an error that was wrapped', 'ERROR: observer: no memory\n: exit status 1', {brief: 'observer: no memory: exit status 1', line: 'ERROR: observer: no memory'}],
	['noise and a traceback', script(`${noise(60)}\n${trace}\n`), {
		brief: 'execute script \'checker.py\' error, execute logs: … CheckFailed: tenant a has a pending restore job', line: 'CheckFailed: tenant a has a pending restore job',
	}],
	['the same without a line between', script(`${noise(3)}\n${trace}`), {
		brief: 'execute script \'checker.py\' error, execute logs: … CheckFailed: tenant a has a pending restore job: exit status 1', line: 'CheckFailed: tenant a has a pending restore job',
	}],
	['an exception that was raised while another one was handled', script(`${trace}\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 1, in b\nKeyError: 'c'`), {
		brief: 'execute script \'checker.py\' error, execute logs: … KeyError: \'c\': exit status 1', line: 'KeyError: \'c\'',
	}],
	['an error among noise', script(`${noise(9)}\n[2026-03-01] ERROR checker.py: tenant b\n${noise(9)}`), {
		brief: 'execute script \'checker.py\' error, execute logs: … [2026-03-01] ERROR checker.py: tenant b', line: '[2026-03-01] ERROR checker.py: tenant b',
	}],
	['an error that is not the first line', 'output of the script:\nline one\nERROR: [Common.Unexpected]: Unexpected error: the disk is gone', {
		brief: 'output of the script: … the disk is gone', line: 'ERROR: [Common.Unexpected]: Unexpected error: the disk is gone',
	}],
	['a panic', 'panic: index out of range [3]\n\ngoroutine 118 [running]:\nmain.run()\n        /src/main.go:31 +0x1d', {brief: 'panic: index out of range [3]', line: 'panic: index out of range [3]'}],
	['many lines without a word of an error', script(`${noise(9)}\nno such file`), {brief: 'execute script \'checker.py\' error, execute logs: … no such file: exit status 1', line: 'no such file'}],
	['nothing', '', {brief: '', line: ''}],
])('%s', (_, entry, {brief, line}) => {
	const {start, ...words} = summaryOf(entry);
	expect(words.brief).toBe(brief);
	expect(entry.slice(start).split('\n', 1)[0]).toBe(line);
	expect(brief).toContain(words.shortest);
});

it.each<readonly [string, string, readonly string[]]>([
	['how a program ended', 'observer: no memory: exit status 1', ['observer: no memory']],
	['by which signal it ended', 'execute script error: signal: killed', ['execute script error']],
	['a quoted line of its log, at first but for the code', 'observer: no memory: [ERRO] ob_alloc failed(ret=-4013): exit status 1', [
		'observer: no memory: [ERRO] ob_alloc failed(ret=-4013)', 'observer: no memory … (ret=-4013)', 'observer: no memory',
	]],
	['nothing behind a bare name', 'observer: exit status 1', ['observer: exit status 1']],
	['no line that is all that was said', 'start failed: [ERROR] no space left(ret=-4184)', ['start failed: [ERROR] no space left(ret=-4184)']],
])('shorter versions leave out %s', (_, message, versions) => {
	expect(shorterVersions(message)).toEqual(versions);
});

it('megabytes take no longer than what can matter of them', () => {
	const entries = [script(`${'x'.repeat(5_000_000)}\n${trace}`), '\n'.repeat(5_000_000), ' '.repeat(5_000_000), 'ERROR: \n: '.repeat(1_000_000), 'Traceback (most recent call last):\n'.repeat(100_000)];
	const time = cpuTime(() => {
		expect(entries.map(entry => summaryOf(entry).start).filter(start => start < 0)).toEqual([]);
	});
	expect(time).toBeLessThan(2000);
});
