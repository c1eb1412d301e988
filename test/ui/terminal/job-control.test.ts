import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import {createJobControl} from '../../../source/ui/terminal/job-control.js';

type Sent = readonly [pid: number, signal: string];

const fakeProcess = (): {readonly process: NodeJS.Process; readonly sent: readonly Sent[]} => {
	const sent: Sent[] = [];
	const process = Object.assign(new PassThrough(), {
		pid: 4711,
		kill(pid: number, signal: string) {
			sent.push([pid, signal]);
			return true;
		},
	}) as unknown as NodeJS.Process;
	return {process, sent};
};

test('the whole job is stopped, so that what waits for this process stops too', () => {
	const {process, sent} = fakeProcess();
	createJobControl(process).stop();
	expect(sent).toEqual([[0, 'SIGTSTP']]);
});

test('the size is read again by the signal that says that it changed', () => {
	const {process, sent} = fakeProcess();
	createJobControl(process).measureAgain();
	expect(sent).toEqual([[4711, 'SIGWINCH']]);
});

test('after the last listener is gone, signals have their default effect', () => {
	const {process} = fakeProcess();
	const jobControl = createJobControl(process);
	const heard: string[] = [];
	const stops = [
		jobControl.onContinued(() => {
			heard.push('continued');
		}),
		jobControl.onStopAsked(() => {
			heard.push('asked');
		}),
	];
	process.emit('SIGTSTP', 'SIGTSTP');
	process.emit('SIGCONT', 'SIGCONT');
	expect(heard).toEqual(['asked', 'continued']);
	for (const stop of stops) {
		stop();
	}

	expect(process.listenerCount('SIGTSTP') + process.listenerCount('SIGCONT')).toBe(0);
});

test('while another program has the terminal, ^c is for that one alone', () => {
	const {process} = fakeProcess();
	let interrupts = 0;
	process.on('SIGINT', () => {
		interrupts += 1;
	});
	const attend = createJobControl(process).ignoreKeyboard();
	// Another listener is left: otherwise the signal would end the process.
	expect(process.listenerCount('SIGINT')).toBe(1);
	process.emit('SIGINT', 'SIGINT');
	expect(interrupts).toBe(0);
	attend();
	process.emit('SIGINT', 'SIGINT');
	expect(interrupts).toBe(1);
	expect(process.listenerCount('SIGQUIT')).toBe(0);
});
