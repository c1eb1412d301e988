// What an agent that means harm, or lost its mind, could answer.

import fc from 'fast-check';

/** Text that would do something to a terminal, a table, or a program that trusts it. */
export const hostileText = fc.oneof(
	fc.string({unit: 'binary', maxLength: 40}),
	fc.constantFrom(
		'', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '-1', 'NaN', 'null', '../../etc/passwd', '[object Object]', '\u001B[2J\u001B[H', '\u001B]0;title\u0007', '\u001B]52;c;ZXZpbA==\u0007', '\u009B31m', '\u0000', '\b\b\b', '\r\n', '\u202E\u2066', '\uD800', '\u0301\u0301', '界'.repeat(50), '👨‍👩‍👧‍👦'.repeat(20), 'x'.repeat(5000), 'a\n'.repeat(200), '\t'.repeat(50), 'ERROR: \u001B[31m', 'remote task 22130706434028873 x running [1/1]', 'wait operator to advance',
	),
);

export const hostileNumber = fc.oneof(
	fc.double({noDefaultInfinity: true, noNaN: true}), fc.integer(), fc.constantFrom(0, -0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
);

const scalar = fc.oneof(hostileText, hostileNumber, fc.boolean(), fc.constant(null));

const {json} = fc.letrec<{json: unknown}>(tie => ({
	json: fc.oneof(
		{maxDepth: 4, depthSize: 'small'},
		scalar,
		fc.array(tie('json'), {maxLength: 4}),
		fc.dictionary(hostileText, tie('json'), {maxKeys: 4}),
	),
}));

/** Any JSON, with hostile texts in keys too. */
export const anyJson = json;

// Few of them, so that they repeat and point at each other in circles: two agents, their cluster, and forms that are none.
const id = fc.oneof(
	{weight: 9, arbitrary: fc.constantFrom('22130706433028861', '22130706433028862', '22130706433028863', '22130706434028861', '22130706434028862', '11', '12')},
	{weight: 1, arbitrary: fc.oneof(hostileText, hostileNumber, fc.constantFrom('2', '9'.repeat(90), '299999999999999999'))},
);

const time = fc.oneof(
	{weight: 4, arbitrary: fc.constantFrom('2026-03-01T10:00:00Z', '2026-03-01T18:00:05.123456789+08:00', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z')},
	{weight: 1, arbitrary: fc.oneof(hostileText, fc.constantFrom('2026-99-99T99:99:99Z', '+275760-09-13T00:00:00Z', '2026-03-01T10:00:00+99:99'))},
);

/** Mostly what belongs there, so that it gets far; now and then anything at all, or nothing. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> => fc.oneof({weight: 30, arbitrary: right}, {weight: 1, arbitrary: anyJson}, {weight: 1, arbitrary: fc.constant(undefined)});

const counted = mostly(fc.oneof({weight: 3, arbitrary: fc.nat(12)}, {weight: 1, arbitrary: hostileNumber}));
const word = mostly(fc.oneof({weight: 3, arbitrary: fc.constantFrom('RUNNING', 'SUCCEED', 'FAILED', 'PENDING', 'READY', 'RUN', 'RETRY', 'ROLLBACK', 'CANCEL', 'PASS')}, {weight: 1, arbitrary: hostileText}));
const links = mostly(fc.record({sub_dags: mostly(fc.dictionary(hostileText, id, {maxKeys: 3})), main_dag_id: id, restore_job_id: anyJson}, {requiredKeys: []}));

const common = {
	id: fc.oneof({weight: 40, arbitrary: fc.constantFrom('22130706433028861', '22130706433028862', '11')}, {weight: 1, arbitrary: id}),
	name: mostly(hostileText), state: word, operator: word, start_time: mostly(time), end_time: mostly(time), additional_data: links,
};

const subTask = fc.record({
	...common,
	execute_times: counted,
	execute_agent: mostly(fc.record({ip: fc.oneof(fc.constantFrom('127.0.0.1', '::1'), hostileText), port: hostileNumber})),
	task_logs: mostly(fc.option(fc.array(hostileText, {maxLength: 6}))),
});

const node = fc.record({...common, sub_tasks: mostly(fc.array(subTask, {maxLength: 3}))});

export const wireTask = fc.record({...common, dag_id: counted, stage: counted, max_stage: counted, nodes: mostly(fc.array(node, {maxLength: 4}))});

export const wireLogs = fc.record({contents: mostly(fc.array(fc.record({
	id: mostly(hostileNumber), sub_task_id: id, execute_times: counted, log_content: mostly(hostileText), is_sync: fc.boolean(), create_time: mostly(time), update_time: mostly(time),
}), {maxLength: 12}))});

const identity = mostly(fc.oneof(fc.constantFrom('SINGLE', 'MASTER', 'FOLLOWER', 'CLUSTER AGENT', 'TAKE OVER MASTER'), hostileText));
const place = {ip: fc.oneof(fc.constant('127.0.0.1'), hostileText), port: fc.oneof(fc.constant(2886), hostileNumber)};

export const wireInfo = fc.record({
	...place, identity, pid: counted, startAt: mostly(hostileNumber), version: mostly(hostileText), zone: mostly(hostileText), homePath: mostly(hostileText), obVersion: mostly(hostileText),
	architecture: mostly(hostileText), isObproxyAgent: mostly(fc.boolean()), security: mostly(fc.boolean()), supportedAuth: mostly(fc.array(fc.oneof(fc.constantFrom('v1', 'v2'), hostileText))),
});

export const wireStatus = fc.record({
	agent: mostly(fc.record({...place, identity})), state: counted, version: mostly(hostileText), pid: counted, startAt: mostly(hostileNumber), obState: mostly(fc.oneof(fc.nat(3), hostileNumber)), underMaintenance: mostly(fc.boolean()),
});

export const wireCluster = fc.record({
	agent_info: mostly(fc.array(fc.record({...place, zone: mostly(hostileText), identity, version: mostly(hostileText)}), {maxLength: 4})),
	obcluster_info: mostly(fc.record({id: counted, name: mostly(hostileText), version: mostly(hostileText)})),
});

/** A whole answer as text: an envelope, a part of one, or something else. `__proto__` stands in it as a key, where JavaScript's own objects could not have it. */
export const bodyOf = (data: fc.Arbitrary<unknown>): fc.Arbitrary<string> => {
	const envelope = fc.record({
		successful: mostly(fc.boolean()), traceId: mostly(hostileText), status: mostly(hostileNumber), data: mostly(data),
		error: mostly(fc.option(fc.record({errCode: mostly(fc.oneof(fc.constant('Task.NotFound'), hostileText)), code: mostly(hostileNumber), message: mostly(hostileText)}, {requiredKeys: []}))),
	}, {requiredKeys: ['successful', 'data']});
	const whole = envelope.map(value => JSON.stringify(value));
	const polluted = whole.map(text => text.replaceAll('"name":', '"__proto__":{"isAdmin":true,"nodes":[]},"name":').replaceAll('"additional_data":{', '"additional_data":{"__proto__":{"main_dag_id":"11"},'));
	return fc.oneof(
		{weight: 12, arbitrary: data.map(value => JSON.stringify({successful: true, traceId: 't', data: value}))},
		{weight: 6, arbitrary: polluted},
		{weight: 3, arbitrary: whole},
		{weight: 1, arbitrary: fc.tuple(whole, fc.nat(400)).map(([text, length]) => text.slice(0, length))},
		{weight: 1, arbitrary: hostileText},
		{weight: 1, arbitrary: fc.constantFrom('<html>', '[]', 'null', '""', '{}', '{"successful":true,"successful":false}', '{"successful":true,"data":1e999}')},
	);
};
