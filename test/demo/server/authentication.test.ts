import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {generateDemoKey} from '../../../source/demo/crypto.js';
import {type DemoAgent, startDemoAgent} from '../../../source/demo/demo-agent.js';
import {ask, askSealed, fetchOpenData, keyOf, seal, type SealOptions} from '../helpers/ask.js';
import {createManualClock, ten} from '../helpers/manual-clock.js';

const now = ten / 1000;
const path = 'task/dag/unfinish';
const agentHeader = 'X-OCS-Agent-Header';

describe('a master with both passwords', () => {
	let agent: DemoAgent;
	beforeAll(async () => {
		agent = await startDemoAgent({clock: createManualClock(), identity: 'MASTER', cluster: 'c', rootPassword: 'root', agentPassword: 'agent', scenario: 'succeeded'});
	});
	afterAll(async () => agent.stop());

	it.each<readonly [string, SealOptions]>([
		['its agent password', {header: agentHeader, password: 'agent', ts: now}],
		['the root password', {password: 'root', ts: now}],
	])('accepts a request with %s', async (_, options) => {
		expect(await askSealed(agent.address, path, options)).toMatchObject({status: 200, json: {successful: true, data: {contents: []}}});
	});

	it.each<readonly [string, SealOptions, string, RegExp]>([
		['a wrong agent password', {header: agentHeader, password: 'x'}, 'IncorrectAgentPassword', /^Unauthorized: Agent password is incorrect$/],
		['a wrong root password', {password: 'x'}, 'IncorrectOceanbasePassword', /^Unauthorized: /],
		['the other kind\'s password', {header: agentHeader, password: 'root'}, 'IncorrectAgentPassword', /^Unauthorized: /],
		['a header that has expired', {password: 'root', ts: now - 1}, 'Expired', /^Unauthorized: Authentication expired$/],
		['a time that is no number', {password: 'root', ts: 'soon'}, 'Timestamp.Invalid', /Invalid timestamp: soon, err: .*invalid syntax/],
		['a header for another uri', {password: 'root', uri: '/api/v1/task/dag/unfinish?show_details=false'}, 'Header.UriMismatch', /^URI mismatch$/],
		['a wrong root password in Chinese', {password: 'x', language: 'zh-CN,zh;q=0.9'}, 'IncorrectOceanbasePassword', /密码不正确/],
	])('refuses %s', async (_, options, kind, message) => {
		const {json, ...answer} = await askSealed(agent.address, path, options);
		expect(answer).toMatchObject({status: 401, contentType: 'application/json'});
		expect(json).toMatchObject({successful: false, status: 401, error: {code: 10_008, errCode: `Security.Authentication.${kind}`}});
		expect(json.error.message).toMatch(message);
		expect(json.traceId).toMatch(/^[\da-f]{16}$/);
	});

	const undecipherable = {status: 401, contentType: 'application/json; charset=utf-8', json: {error: {code: 1, errCode: 'Security.Authentication.Header.DecryptFailed'}}};
	it.each([
		['no header', {}, {status: 400, contentType: 'application/json', json: {error: {errCode: 'Request.Header.NotFound'}}}],
		['a header that is not base64', {'X-OCS-Header': '*'}, undecipherable],
		['garbage', {'X-OCS-Header': 'A'.repeat(344)}, undecipherable],
	])('refuses %s', async (_, headers, expected) => {
		expect(await ask(agent.address, path, {headers})).toMatchObject(expected);
	});

	it('counts wrong passwords, which a database would take for logins', async () => {
		const before = agent.requests().wrongPasswords;
		await askSealed(agent.address, path, {password: 'x'});
		await askSealed(agent.address, path, {password: 'root'});
		expect(agent.requests().wrongPasswords - before).toBe(1);
	});

	it('cannot read headers for its old key once it has a new one', async () => {
		const key = await keyOf(agent.address);
		await agent.rotateKey(await generateDemoKey(512));
		expect(await askSealed(agent.address, path, {password: 'root', key})).toMatchObject({
			status: 401, json: {traceId: '', error: {code: 1, message: 'Decrypt http header failed: crypto/rsa: decryption error'}},
		});
		expect(await askSealed(agent.address, path, {password: 'root'})).toMatchObject({status: 200});
	});

	it('judges expiry by its own clock', async () => {
		agent.setClockOffset(3_600_000);
		expect(await askSealed(agent.address, path, {password: 'root', ts: now + 60})).toMatchObject({json: {error: {errCode: 'Security.Authentication.Expired'}}});
		const {text} = await ask(agent.address, 'time');
		expect(text).toContain('"data":"2026-03-01T11:00:00.');
		expect(await askSealed(agent.address, path, {password: 'root', ts: now + 3660})).toMatchObject({status: 200});
		agent.setClockOffset(0);
	});

	it('takes changed passwords from then on', async () => {
		agent.setRootPassword('new');
		expect(await askSealed(agent.address, path, {password: 'root'})).toMatchObject({status: 401});
		expect(await askSealed(agent.address, path, {password: 'new'})).toMatchObject({status: 200});
		agent.setAgentPassword(undefined);
		expect(await ask(agent.address, 'info')).toMatchObject({json: {data: {security: false}}});
		expect(await askSealed(agent.address, path, {header: agentHeader, password: 'agent'})).toMatchObject({json: {error: {errCode: 'Security.Authentication.WithOceanBasePassword'}}});
	});
});

describe('agents without passwords', () => {
	it('take anything while SINGLE, even expired', async () => {
		const agent = await startDemoAgent({clock: createManualClock()});
		expect(await askSealed(agent.address, path, {password: 'whatever', ts: 1})).toMatchObject({status: 200});
		expect(await askSealed(agent.address, path, {header: agentHeader, password: 'whatever'})).toMatchObject({status: 200});
		expect(await askSealed(agent.address, path, {ts: 'soon'})).toMatchObject({status: 401});
		await agent.stop();
	});

	it('take the empty root password only while MASTER, expired or not', async () => {
		const agent = await startDemoAgent({clock: createManualClock(), identity: 'MASTER'});
		expect(await askSealed(agent.address, path, {ts: 1})).toMatchObject({status: 200});
		expect(await askSealed(agent.address, path, {password: 'x'})).toMatchObject({status: 401});
		await agent.stop();
	});

	it('with an agent password, a SINGLE one wants that kind', async () => {
		const agent = await startDemoAgent({clock: createManualClock(), agentPassword: 'a'});
		expect(await askSealed(agent.address, path, {password: 'a'})).toMatchObject({json: {error: {errCode: 'Security.Authentication.WithAgentPassword'}}});
		expect(await askSealed(agent.address, path, {header: agentHeader, password: 'a'})).toMatchObject({status: 200});
		await agent.stop();
	});
});

describe('an old agent', () => {
	it('knows only X-OCS-Auth, answers errors by number, and reads bodies in the clear', async () => {
		const agent = await startDemoAgent({clock: createManualClock(), auth: 'v1', keyBits: 512, identity: 'MASTER', rootPassword: 'r', scenario: 'failing'});
		const key = await keyOf(agent.address);
		const auth = (password: string, ts: unknown = now) => ({'X-OCS-Auth': seal(key, JSON.stringify({password, ts}))});
		expect(await fetchOpenData(agent.address, 'info')).not.toHaveProperty('supportedAuth');
		const {json, status} = await ask(agent.address, 'task/dag/maintain/agent', {headers: auth('r')});
		expect(status).toBe(200);
		expect(await ask(agent.address, path, {headers: auth('x')})).toMatchObject({status: 401, json: {error: {code: 10_008}}});
		const refused = await ask(agent.address, path, {headers: auth('x')});
		expect(refused.json.error).not.toHaveProperty('errCode');
		expect(await ask(agent.address, path, {headers: auth('r', now - 1)})).toMatchObject({status: 401, json: {error: {code: 10_008}}});
		expect(await askSealed(agent.address, path, {password: 'r'})).toMatchObject({status: 400});
		expect(await ask(agent.address, `task/dag/${json.data.id}`, {method: 'POST', headers: auth('r'), body: '{"operator":"retry"}'})).toMatchObject({status: 200});
		await agent.stop();
	});
});
