// Contract with real agents: everything recorded in the folder OBWATCH_RECORDINGS is served again and read through the client.

import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, it} from 'vitest';
import {type Reply} from '../../source/client/types.js';
import {parseEnvelope} from '../../source/protocol/envelope.js';
import {needsDetails} from '../../source/protocol/outcome.js';
import {type Dag, dagListSchema} from '../../source/protocol/task.js';
import {nodeOutcome, subTaskOutcome, taskOutcome} from '../../source/store/selectors/basics.js';
import {causesOf} from '../../source/store/selectors/cause.js';
import {causeText} from '../../source/store/selectors/reason.js';
import {stories} from '../helpers/recorded-stories.js';
import {reply, success} from '../helpers/scripted-server.js';
import {ask, dataOf, makeClient, whole, type Tested} from './helpers/client.js';
import {paths, startScriptedAgent, wireInfo, wireStatus, type ScriptedAgent} from './helpers/scripted-agent.js';

const folder = process.env['OBWATCH_RECORDINGS'];

type Body = {readonly data?: unknown; readonly successful?: boolean} | '';
type Line = {readonly ip: string; readonly port: number; readonly method: string; readonly path: string; readonly status: number; readonly body: Body};
type Exchange = {readonly note: string; readonly request: {readonly path?: string; readonly ip?: string}; readonly status: number; readonly contentType: string; readonly body: Body};

const read = <T>(file: string): readonly T[] => readFileSync(path.join(folder ?? '', file), 'utf8').trim().split('\n').map(line => JSON.parse(line) as T);
const textOf = (body: Body): string => body === '' ? '' : JSON.stringify(body);

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0)) {
		await close();
	}
});

/** A server in the place of the recorded agent. It accepts anything unless `info` says otherwise. */
const standIn = async (ip: string, port: number, info: object = {}, passwords: Parameters<typeof makeClient>[1] = {}): Promise<Tested & {readonly agent: ScriptedAgent}> => {
	const agent = await startScriptedAgent({[paths.info]: success(wireInfo({ip, port, identity: 'SINGLE', ...info})), [paths.status]: success(wireStatus())});
	const tested = makeClient(agent.address, passwords);
	closing.push(tested.client.dispose, agent.stop);
	// The agent's info must be known before the recorded responses can be classified.
	await tested.client.fetchInfo(ask);
	await tested.client.fetchStatus(ask);
	return {...tested, agent};
};

type Asker = (id: string) => Promise<Reply<unknown>>;

/** How the client asks for a recorded path; undefined for those that it never asks for. */
const askerOf = ({client}: Tested, uri: string): Asker | undefined => {
	const details = !uri.endsWith('?show_details=false');
	const [, kind] = /\/task\/(dag|node|sub_task)\/\d+(?:\/logs)?(?:\?|$)/.exec(uri) ?? [];
	if (kind !== undefined) {
		const byKind: Readonly<Record<string, Asker>> = {
			dag: async id => client.fetchTask({...ask, id, details}),
			node: async id => client.fetchNode({...ask, id}),
		};
		return kind === 'sub_task' ? (uri.endsWith('/logs') ? async id => client.fetchLogs({...ask, id}) : undefined) : byKind[kind];
	}

	const fixed: Readonly<Record<string, Asker>> = {
		'/api/v1/info': async () => client.fetchInfo(ask),
		'/api/v1/status': async () => client.fetchStatus(ask),
		'/api/v1/time': async () => client.measureSkew(ask),
		'/api/v1/ob/info': async () => client.fetchClusterInfo(ask),
		'/api/v1/task/dag/maintain/agent': async () => client.fetchMaintenanceTask({...ask, details}),
		'/api/v1/task/dag/maintain/ob': async () => client.fetchClusterTask({...ask, details}),
		'/api/v1/task/dag/unfinish': async () => client.fetchUnfinishedTasks({...ask, details}),
	};
	return fixed[uri.split('?', 1)[0] ?? ''];
};

const askFor = async (tested: Tested & {readonly agent: ScriptedAgent}, uri: string, status: number, body: Body): Promise<Reply<unknown> | undefined> => {
	const asker = askerOf(tested, uri);
	const id = /\/(\d+)(?:\/logs)?(?:\?|$)/.exec(uri)?.[1] ?? '';
	tested.agent.script(uri, reply(status, textOf(body)));
	tested.handedOut.record('the recording', new Set([id]));
	return asker?.(id);
};

const isTask = (value: unknown): value is Dag => typeof value === 'object' && value !== null && 'maxStage' in value;

const outcomesIn = (dag: Dag): readonly string[] => [
	taskOutcome(dag).word,
	...(dag.nodes ?? []).flatMap(node => [nodeOutcome(node).word, ...node.subTasks.map(subTask => subTaskOutcome(subTask).word)]),
];

const described = (answer: Reply<unknown>): string => {
	switch (answer.type) {
		case 'none': {
			return 'none';
		}

		case 'error': {
			return answer.error.type === 'refused' ? answer.error.code : answer.error.type;
		}

		case 'data': {
			return isTask(answer.data) ? `${answer.data.name} ${taskOutcome(answer.data).word} ${answer.data.stage}/${answer.data.maxStage}` : '';
		}
	}
};

describe.skipIf(folder === undefined).each(Object.entries(stories))('the recordings in %s', (file, agents) => {
	it.each(Object.entries(agents))('tell the story of %s', async (label, story) => {
		const lines = read<Line>(file).filter(({ip, port, method}) => `${ip}:${port}` === label && method === 'GET');
		const {ip, port} = lines[0]!;
		const tested = await standIn(ip, port);
		const seen: string[] = [];
		for (const {path: uri, status, body} of lines) {
			// The test agent has its own identity.
			const answer = uri === paths.info ? undefined : await askFor(tested, uri, status, body);
			if (answer === undefined) {
				const envelope = parseEnvelope(textOf(body));
				expect(envelope, uri).toBeDefined();
				if (envelope?.successful && uri.includes('/task/dag')) {
					expect(dagListSchema.parse(envelope.data).flatMap(dag => outcomesIn(dag))).not.toContain('unknown');
				}

				continue;
			}

			expect(answer.type === 'error' ? answer.error.type : 'refused', uri).toBe('refused');
			const tasks = answer.type === 'data' ? [answer.data].flat().filter(value => isTask(value)) : [];
			expect(tasks.flatMap(dag => outcomesIn(dag))).not.toContain('unknown');
			const told = described(answer);
			if (uri === paths.task && seen.at(-1) !== told) {
				seen.push(told);
			}
		}

		expect(seen).toEqual(story);
	});
});

describe.skipIf(folder === undefined)('the recordings of every endpoint and error', () => {
	const exchanges = folder === undefined ? [] : read<Exchange>('endpoints-and-errors.jsonl');
	const good = exchanges.filter(({status, request}) => status === 200 && request.path !== undefined);

	it.each(good.map(exchange => [exchange.note, exchange.request.path ?? '', exchange.request.ip ?? '127.0.0.1', exchange] as const))('%s: %s of %s is read', async (note, uri, ip, {status, body}) => {
		const tested = await standIn(ip, ip === '127.0.0.1' ? 2886 : 2887);
		const answer = await askFor(tested, uri, status, body);
		if (answer === undefined) {
			expect(parseEnvelope(textOf(body))?.successful).toBe(true);
			return;
		}

		const data = dataOf(answer);
		// Of a brief answer the details are still to be read.
		const settled = [data].flat().filter(value => isTask(value)).filter(dag => !dag.isBrief || !needsDetails(dag));
		expect(settled.flatMap(dag => outcomesIn(dag))).not.toContain('unknown');
		expect(note).not.toBe('');
	});

	const refused = (code: string) => ({type: 'error', error: {type: 'refused', code}});
	it.each<readonly [string, object, Parameters<typeof standIn>[2]]>([
		['no auth header', refused('Request.Header.NotFound'), {}],
		['garbage header', refused('Security.Authentication.Header.DecryptFailed'), {}],
		['header not base64', refused('Security.Authentication.Header.DecryptFailed'), {}],
		['encrypted with another key (rotated key)', refused('Security.Authentication.Header.DecryptFailed'), {}],
		['wrong agent password', {type: 'error', error: {type: 'unauthorized', wants: 'agent', reason: 'refused'}}, {identity: 'MASTER', security: true}],
		['expired', {type: 'error', error: {type: 'clock'}}, {identity: 'MASTER', security: true}],
		['ts not a number', refused('Security.Authentication.Timestamp.Invalid'), {}],
		['uri mismatch', refused('Security.Authentication.Header.UriMismatch'), {}],
		['unknown route', refused('Common.NotFound'), {}],
		['bad id', refused('Task.GenericID.Invalid'), {}],
		['unknown dag', {type: 'none'}, {}],
		['foreign id', {type: 'error', error: {type: 'protocol', problem: 'empty', detail: '404'}}, {}],
		['follower (agent header)', refused('Request.Forward.Header.NotExist'), {identity: 'FOLLOWER'}],
		['operator: pass on dag', refused('Task.Dag.Operator.PassNotAllowed'), {}],
		['operator: unknown', refused('Task.Dag.Operator.NotSupport'), {}],
		['operator: cancel on failed', refused('Task.Dag.Operator.CancelFinishedDag'), {}],
		['operator: retry on succeeded', refused('Task.Dag.Operator.RetryNotFailedDag'), {}],
		['operator: body not encrypted', refused('Request.Header.NotFound'), {}],
	])('"%s" is %j', async (note, expected, info) => {
		const found = exchanges.filter(exchange => exchange.note === note);
		expect(found.length).toBeGreaterThan(0);
		for (const {status, body} of found) {
			const tested = await standIn('127.0.0.1', 2886, info, {passwords: {agent: 'a'}});
			tested.agent.script(paths.task, reply(status, textOf(body)));
			expect(await tested.client.fetchMaintenanceTask(whole)).toMatchObject(expected);
		}
	});

	it('an agent 4.3.0 that never had a task says so with a number', async () => {
		const recorded = read<{readonly note: string; readonly request: string; readonly status: number; readonly body: Body}>('old-and-seekdb-endpoints.jsonl')
			.find(({note, request}) => note.startsWith('obshell 4.3.0') && request.includes(`${paths.task} `));
		expect(recorded?.body).toMatchObject({error: {code: 2300}});
		const tested = await standIn('127.0.0.1', 2886);
		tested.agent.script(paths.task, reply(recorded?.status ?? 0, textOf(recorded?.body ?? '')));
		expect(await tested.client.fetchMaintenanceTask(whole)).toEqual({type: 'none'});
	});

	it.each([
		['/api/v1/task/dag/maintain/ob', {type: 'none'}],
		['/api/v1/task/dag/ob/unfinish', {type: 'data', data: []}],
	])('outside a cluster %s is no fault', async (uri, expected) => {
		const {status, body} = exchanges.find(({note, request}) => note === 'get' && request.path === uri)!;
		const tested = await standIn('127.0.0.1', 2886);
		tested.agent.script(paths.clusterTask, reply(status, textOf(body)));
		tested.agent.script(paths.unfinished, reply(status, textOf(body)));
		expect(await (expected.type === 'none' ? tested.client.fetchClusterTask(whole) : tested.client.fetchUnfinishedTasks(whole))).toMatchObject(expected);
	});

	it('every failure was looked at', () => {
		const failures = exchanges.filter(({status}) => status >= 400);
		expect(new Set(failures.map(({note}) => note)).size).toBe(19);
	});
});

describe.skipIf(folder === undefined)('the recordings of a failure on another agent', () => {
	const failedOf = async (ip: string, name: string): Promise<Dag> => {
		const lines = read<Line>('two-agents-init-failed-rollback.jsonl');
		const line = lines.find(({path: uri, body, ...rest}) => {
			const data = body === '' ? undefined : body.data as {readonly name: string; readonly state: string; readonly operator: string} | undefined;
			return rest.ip === ip && uri === paths.task && data?.name === name && data.state === 'FAILED' && data.operator === 'RUN';
		})!;
		const tested = await standIn(line.ip, line.port);
		tested.agent.script(paths.task, reply(line.status, textOf(line.body)));
		return dataOf(await tested.client.fetchMaintenanceTask(whole));
	};

	it('tell its cause from the master\'s task alone', async () => {
		const dag = await failedOf('127.0.0.1', 'Initialize cluster');
		const [cause] = causesOf(dag, {owner: '127.0.0.1:2886', id: dag.id}, () => undefined);
		expect(cause).toMatchObject({kind: 'error', nodeName: 'Start observer'});
		expect(causeText(cause!)).toContain('observer: cannot allocate memory');
	});

	it('and the follower\'s own line, where its task is known', async () => {
		const dag = await failedOf('127.0.0.1', 'Initialize cluster');
		const remote = await failedOf('127.0.0.2', 'Start observer');
		const owner = '127.0.0.2:2887';
		const [cause] = causesOf(dag, {owner: '127.0.0.1:2886', id: dag.id}, id => id === remote.id ? {dag: remote, owner} : undefined);
		expect(causeText(cause!)).toContain('observer: cannot allocate memory');
		expect(cause!.places.map(({task}) => task)).toContainEqual({owner, id: remote.id});
	});

	it('and the same for the follower by itself', async () => {
		const dag = await failedOf('127.0.0.2', 'Start observer');
		expect(causeText(causesOf(dag, {owner: '127.0.0.2:2887', id: dag.id}, () => undefined)[0]!)).toContain('observer: cannot allocate memory');
	});
});
