import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {earlierId, isGenericId, parseGenericId} from '../../source/protocol/ids.js';

describe('generic ids', () => {
	it.each([
		['a cluster task', '1123', {scope: 'cluster', localId: '123'}],
		['a local task over IPv4', '22130706433028864', {scope: 'agent', agent: '127.0.0.1:2886', localId: '4'}],
		['with leading zeros in the address', '20167772161028861', {scope: 'agent', agent: '10.0.0.1:2886', localId: '1'}],
		['the highest address and port', '24294967295655351', {scope: 'agent', agent: '255.255.255.255:65535', localId: '1'}],
		['over IPv6', `3${'1'.padStart(39, '0')}0288612`, {scope: 'agent', agent: '[::1]:2886', localId: '12'}],
		['over a real IPv6 address', '3336294682933583715844663186250927177729028867', {scope: 'agent', agent: '[fd00::1]:2886', localId: '7'}],
		['an obproxy task', '42130706433028864', {scope: 'obproxy', agent: '127.0.0.1:2886', localId: '4'}],
		['an obproxy task over IPv6', `5${'1'.padStart(39, '0')}0288612`, {scope: 'obproxy', agent: '[::1]:2886', localId: '12'}],
		['an address beyond IPv4', '24294967296028861', undefined],
		['an address beyond IPv6', `3${'9'.repeat(39)}028861`, undefined],
		['a port beyond 65535', '22130706433655361', undefined],
		['no local id', '2213070643302886', undefined],
		['too short', '2213', undefined],
		['an unknown prefix', '62130706433028864', undefined],
		['the prefix alone', '1', undefined],
		['a path', '1/../../x', undefined],
		['a query', '11?x=1', undefined],
		['a sign', '-1123', undefined],
		['a fraction', '1.5', undefined],
		['other digits', '1１２', undefined],
		['endless digits', '1'.repeat(81), undefined],
		['nothing', '', undefined],
	])('%s', (_, id, expected) => {
		expect(parseGenericId(id)).toEqual(expected);
	});

	it('whatever is accepted as an id is safe in a path', () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[1-5]\d{1,90}$/)), text => {
			parseGenericId(text);
			expect(!isGenericId(text) || encodeURIComponent(text) === text).toBe(true);
		}));
	});
});

describe('an earlier id', () => {
	it.each([
		['22130706433028864', 1, '22130706433028863'],
		['22130706433028864', 3, '22130706433028861'],
		['22130706433028864', 4, undefined],
		['221307064330288610', 1, '22130706433028869'],
		['2213070643302886100', 1, '221307064330288699'],
		['1123', 1, undefined],
		['22130706433028864', 0, undefined],
		['22130706433028864', -1, undefined],
		['22130706433028864', 1.5, undefined],
		['nonsense', 1, undefined],
	])('of %s, %s places before, is %s', (id, by, expected) => {
		expect(earlierId(id, by)).toBe(expected);
	});
});
