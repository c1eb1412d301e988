import {afterEach, describe, expect, it} from 'vitest';
import {english, speak} from '../../../source/lib/messages/messages.js';
import {chinese} from '../../../source/lib/messages/zh/chinese.js';
import {type AgentError, protocolProblems} from '../../../source/protocol/errors.js';
import {problemKey, problemOf, problemText, troubleOf, withKey} from '../../../source/store/selectors/connection.js';
import {errorText} from '../../../source/store/selectors/error-text.js';
import {makeEntry, makeInfo, makeStatus} from '../../helpers/tasks.js';

const since = new Date(2026, 2, 1, 10, 39).getTime();
const failing = (error: AgentError, isAlive = false, identity = 'MASTER', obState = 0) => makeEntry({
	info: makeInfo({identity}),
	status: makeStatus({identity, obState}),
	connection: {
		type: 'failing', error, since, lastSeenAt: undefined, isAlive,
	},
});
const refused: AgentError = {type: 'refused', status: 500, code: 'Agent.NoMaster', message: 'no master', traceId: 'abc'};

describe('what is wrong with an agent, in its row', () => {
	it.each([
		['no connection', failing({type: 'unreachable', code: 'ECONNREFUSED'}), 'unreachable since 10:39 local: connection refused'],
		['no answer', failing({type: 'timeout', after: 10_000}), 'unreachable since 10:39 local: no response within 10 s'],
		['a follower whose master is down', failing(refused, true, 'FOLLOWER'), 'alive, but its master does not respond since 10:39 local: no master (trace abc)'],
		['a follower whose answer is no agent\'s', failing({type: 'protocol', problem: 'empty', detail: '404'}, true, 'FOLLOWER'), 'alive, but its task cannot be read since 10:39 local: empty response (status 404)'],
		['a cluster agent whose database is down', failing(refused, true, 'CLUSTER AGENT', 0), 'alive, database down since 10:39 local: no master (trace abc)'],
		['an agent that is up but answers with an error', failing(refused, true), 'alive, but its task cannot be read since 10:39 local: no master (trace abc)'],
		['something that is no agent', failing({type: 'protocol', problem: 'html', detail: '200'}), 'no valid response since 10:39 local: it sent HTML, not JSON (status 200). Is there a proxy in between?'],
		['no password', failing({type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}, true), 'needs the root@sys password (p)'],
		['a wrong password', failing({type: 'unauthorized', wants: 'agent', reason: 'refused', message: ''}, true), 'agent password refused, not sent again (p)'],
		['a password that another agent tries first', failing({type: 'unauthorized', wants: 'root', reason: 'held-back', by: '10.0.0.1:2886', message: ''}, true), 'root@sys password on hold until 10.0.0.1:2886 accepts it'],
		['a password that another agent refused', failing({type: 'unauthorized', wants: 'root', reason: 'held-back', by: '10.0.0.1:2886', isRefused: true, message: ''}, true), 'root@sys password refused by 10.0.0.1:2886, not sent (p)'],
		['another key', failing({type: 'key-changed', known: 'a', offered: 'b', knownBits: 512, offeredBits: 1024}), 'its encryption key changed, no password sent (K)'],
		['a clock an hour ahead that is not just off', failing({type: 'clock', skew: 3_605_000}, true), 'alive, but its task cannot be read since 10:39 local: its clock is 60 min ahead, and requests expire even when corrected for that'],
		['a clock that was right when it was looked at', failing({type: 'clock', skew: -20}, true), 'alive, but its task cannot be read since 10:39 local: requests expire although its clock seems right. Does it jump?'],
		['a follower\'s clock, which is not its master\'s fault', failing({type: 'clock', skew: -20}, true, 'FOLLOWER'), 'alive, but its task cannot be read since 10:39 local: requests expire although its clock seems right. Does it jump?'],
		['a task over the limit', failing({type: 'too-large', limit: 32 * 1024 * 1024}, true), 'its task is too large to show in full since 10:39 local: response over 32 MB, cut off'],
		['any other body over the limit', failing({type: 'too-large', limit: 256 * 1024}), 'no valid response since 10:39 local: response over 256 KB, cut off'],
		['an agent that cannot read its own key\'s writing', failing({type: 'refused', status: 401, code: 'Security.Authentication.Header.DecryptFailed', message: 'Decrypt http header failed', traceId: ''}, true), 'alive, but its task cannot be read since 10:39 local: it cannot decrypt what was encrypted with its key. Do two agents share this address?'],
	])('%s', (_, entry, expected) => {
		const problem = problemOf(entry, since);
		expect(problem && withKey({text: problemText(problem), key: problemKey(problem)})).toBe(expected);
	});

	it('is nothing while the agent responds or is queried for the first time', () => {
		expect(problemOf(makeEntry(), since)).toBeUndefined();
		expect(problemOf(makeEntry({connection: {type: 'connecting'}}), since)).toBeUndefined();
	});

	it('distinguishes unreachable from alive without a response', () => {
		expect(troubleOf(failing({type: 'timeout', after: 1}))).toBe('unreachable');
		expect(troubleOf(failing({type: 'timeout', after: 1}, true))).toBe('no answer');
	});
});

describe('in Chinese', () => {
	afterEach(async () => speak('en'));

	it.each<readonly [string, AgentError, string]>([
		['no connection', {type: 'unreachable', code: 'ECONNREFUSED'}, '无法连接（本地 10:39 起）：连接被拒绝'],
		['a code without words', {type: 'unreachable', code: 'EWEIRD'}, '无法连接（本地 10:39 起）：连接失败（EWEIRD）'],
		['no response', {type: 'timeout', after: 10_000}, '无法连接（本地 10:39 起）：10 秒内无响应'],
		['no agent', {type: 'protocol', problem: 'html', detail: '502'}, '响应无效（本地 10:39 起）：响应是 HTML 而不是 JSON（状态码 502），中间是否有代理？'],
		['an agent\'s own words, which stay as they are', {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot build', traceId: 'abc'}, '响应无效（本地 10:39 起）：cannot build（trace abc）'],
		['a password', {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}, '需要 root@sys 密码（p）'],
		['a changed key', {type: 'key-changed', known: 'a', offered: 'b', knownBits: 512, offeredBits: 1024}, '加密密钥已变更，不发送密码（K）'],
	])('%s', async (_, error, expected) => {
		const problem = problemOf(failing(error), since);
		await speak('zh');
		expect(problem && withKey({text: problemText(problem), key: problemKey(problem)})).toBe(expected);
	});

	it('a problem that was seen in one language is said in the next, and in English to programs', async () => {
		const problem = problemOf(failing({type: 'timeout', after: 10_000}), since);
		await speak('zh');
		expect(problem && [problemText(problem), problemText(problem, english)]).toEqual(['无法连接（本地 10:39 起）：10 秒内无响应', 'unreachable since 10:39 local: no response within 10 s']);
	});
});

it.each(protocolProblems)('%s has words in both languages', problem => {
	expect([english, chinese].map(language => errorText({type: 'protocol', problem, detail: 'x'}, language))).toEqual([expect.stringMatching(/./u), expect.stringMatching(problem === 'recorded' ? /x/ : /\p{Script=Han}/u)]);
});
