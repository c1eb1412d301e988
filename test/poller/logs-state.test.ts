import {expect, test} from 'vitest';
import {
	isLogNews,
	type LogResponse,
	logDueAt,
	type LogFocus,
	type LogPollState,
	logRefreshed,
	logSent,
	logWoken,
	newLog,
	applyLog,
} from '../../source/poller/logs-state.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {linesOf} from '../../source/protocol/logs.js';
import {after, ten} from '../helpers/tasks.js';
import {refusedPassword, unreachable} from './scripted-agent.js';

const focus: LogFocus = {agent: '127.0.0.1:2886', subTask: '22130706433028861', isActive: false, mark: 'a'};
const active: LogFocus = {...focus, isActive: true};
const silent: AgentError = {type: 'timeout', after: 30_000};
const large: AgentError = {type: 'too-large', limit: 32_000_000};
const lines: LogResponse = {type: 'lines', lines: linesOf([]), isUnchanged: false};
const failed = (error: AgentError): LogResponse => ({type: 'error', error});
const refusal = (status: number): AgentError => ({type: 'refused', status, code: 'Common.Unexpected', message: 'no', traceId: ''});

/** Asked so many seconds before ten, answered at ten. */
const answered = (answer: LogResponse, {seconds = 0.01, of = focus}: {readonly seconds?: number; readonly of?: LogFocus} = {}): LogPollState =>
	applyLog(logSent(newLog(of), after(-seconds)), answer, {sentAt: after(-seconds), at: ten, random: 0});

const marked = (memory: LogPollState): LogPollState => ({...memory, focus: {...memory.focus, mark: 'b'}});
const woken = (memory: LogPollState): LogPollState => logWoken(memory, ten);
const twice = applyLog(answered(failed(unreachable)), failed(unreachable), {sentAt: ten, at: ten, random: 0});

test.each<readonly [story: string, memory: LogPollState, inSeconds: number]>([
	['it is opened', newLog(focus), -Infinity],
	['it is there, and at rest', answered(lines), Infinity],
	['it is at work', answered(lines, {of: active}), 0.99],
	['it is at work, and took 3 s', answered(lines, {seconds: 3, of: active}), 30],
	['its task changed', marked(answered(lines)), 0.1],
	['its task changed, and it took 3 s', marked(answered(lines, {seconds: 3})), 30],
	['someone refreshes it', logRefreshed(answered(lines)), 0.1],
	['someone refreshes it, and it took 3 s', logRefreshed(answered(lines, {seconds: 3})), 30],
	['its agent is gone', answered(failed(unreachable)), 1],
	['its agent is gone, once more', twice, 2],
	['it took the whole deadline', answered(failed(silent), {seconds: 30}), 300],
	['the same, but someone refreshes it', logRefreshed(answered(failed(silent), {seconds: 30})), -Infinity],
	['it is too large', answered(failed(large), {seconds: 2}), 20],
	['its agent cannot say now', answered(failed(refusal(500))), 1],
	['its agent cannot say now, and its task changed', marked(answered(failed(refusal(500)))), 1],
	['its agent does not know the call', answered(failed(refusal(404)), {of: active}), Infinity],
	['its agent does not understand the call', answered(failed(refusal(400)), {of: active}), Infinity],
	['its id is unknown', answered(failed({type: 'unknown-id', id: focus.subTask}), {of: active}), Infinity],
	['the same, its task changed', marked(answered(failed({type: 'unknown-id', id: focus.subTask}))), Infinity],
	['the same, a password changed', woken(answered(failed({type: 'unknown-id', id: focus.subTask}))), Infinity],
	['the same, someone refreshes it', logRefreshed(answered(failed({type: 'unknown-id', id: focus.subTask}))), -Infinity],
	['the password is wrong', answered(failed(refusedPassword), {of: active}), Infinity],
	['a new password came', woken(answered(failed(refusedPassword))), 1],
	['a new password came meanwhile', applyLog(woken(logSent(newLog(focus), ten)), failed(refusedPassword), {sentAt: ten, at: ten, random: 0}), 1],
	['the wall clock was set back an hour', {...answered(lines, {of: active}), sent: {at: after(3600), mark: 'a'}, last: {endedAt: after(3600), duration: 3}}, -Infinity],
	['the wall clock was set back an hour after a failure', {...newLog(focus), fault: {error: silent, failures: 1, retryAt: after(3600)}}, -Infinity],
	['the wall clock was set forward while it was under way', marked(answered(lines, {seconds: 3600})), 310],
])('when %s, a log is queried accordingly', (_, memory, inSeconds) => {
	expect(logDueAt(memory, ten)).toBe(inSeconds === Infinity ? Infinity : after(inSeconds));
});

test.each<readonly [told: LogPollState['reported'], answer: LogResponse, isNews: boolean]>([
	[undefined, lines, true],
	[undefined, {...lines, isUnchanged: true}, true],
	[{type: 'lines'}, {...lines, isUnchanged: true}, false],
	[{type: 'lines'}, lines, true],
	[{type: 'error', error: silent}, {...lines, isUnchanged: true}, true],
	[{type: 'lines'}, failed(silent), true],
	[{type: 'error', error: silent}, failed(silent), false],
	[{type: 'error', error: silent}, failed(large), true],
])('after %j, whether %j is reported: %j', (told, answer, isNews) => {
	expect(isLogNews({...newLog(focus), reported: told}, answer)).toBe(isNews);
});
