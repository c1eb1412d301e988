import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseEnvelope} from '../../source/protocol/envelope.js';

const failure = (change: object = {}) => ({
	successful: false, code: '', number: undefined, message: '', traceId: '', ...change,
});

describe('the envelope around every answer', () => {
	it.each<readonly [string, string, unknown]>([
		['an object', '{"successful":true,"timestamp":"x","data":{"a":1},"traceId":"t"}', {successful: true, data: {a: 1}}],
		['a string', '{"successful":true,"data":"2026-03-01T10:00:00Z"}', {successful: true, data: '2026-03-01T10:00:00Z'}],
		['null', '{"successful":true,"data":null}', {successful: true, data: null}],
		['no data', '{"successful":true}', {successful: true, data: undefined}],
		['unknown fields', '{"successful":true,"data":1,"maintenance_type":2,"__proto__":{"successful":false}}', {successful: true, data: 1}],
		['an error', '{"successful":false,"traceId":"t","error":{"code":10008,"errCode":"A.B","message":"no","subErrors":[1]}}', failure({code: 'A.B', number: 10_008, message: 'no', traceId: 't'})],
		['an error of an old agent', '{"successful":false,"error":{"code":10008,"message":"no"}}', failure({number: 10_008, message: 'no'})],
		['an error without an error', '{"successful":false}', failure()],
		['an error that is null', '{"successful":false,"error":null,"traceId":null}', failure()],
		['an error of another shape', '{"successful":false,"error":"no"}', failure()],
		['one field of another shape spoils no other', '{"successful":false,"traceId":5,"error":{"code":"x","errCode":7,"message":"no"}}', failure({message: 'no'})],
		['an error with an escape sequence', String.raw`{"successful":false,"error":{"errCode":"A","message":"\u001b[2Jno"}}`, failure({code: 'A', message: '␛[2Jno'})],
		['HTML', '<html></html>', undefined],
		['nothing', '', undefined],
		['JSON that is cut off', '{"successful":true,"data":{"a"', undefined],
		['JSON of something else', '{"status":"ok"}', undefined],
		['a list', '[]', undefined],
		['null alone', 'null', undefined],
		['a success in words', '{"successful":"true"}', undefined],
	])('%s', (_, body, expected) => {
		expect(parseEnvelope(body)).toEqual(expected);
	});

	it('reads anything without throwing', () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.record({successful: fc.boolean(), data: fc.jsonValue(), error: fc.jsonValue(), traceId: fc.jsonValue()}).map(value => JSON.stringify(value))), body => {
			expect(() => parseEnvelope(body)).not.toThrow();
		}));
	});

	it('reads JSON nested deeper than any stack', () => {
		const depth = 200_000;
		const envelope = parseEnvelope(`{"successful":true,"data":${'['.repeat(depth)}${']'.repeat(depth)}}`);
		expect(envelope === undefined || envelope.successful).toBe(true);
	});
});
