import {describe, expect, it} from 'vitest';
import {forwardsToMaster, identityOf, isInCluster, speaksV2} from '../../source/protocol/identity.js';
import {clusterInfoSchema, infoSchema, secretSchema, statusSchema, timeSchema} from '../../source/protocol/agent.js';
import {makeInfo, makeStatus} from '../helpers/tasks.js';

describe('what agents say of themselves', () => {
	it('info is read whole, also with a start time beyond 2^53 and fields of newer agents', () => {
		const wire: unknown = JSON.parse('{"pid":7,"version":"4.5.0.0-0","startAt":1764000000123456789,"ip":"10.0.0.1","port":2886,"zone":"zone1","identity":"MASTER","homePath":"/home/admin","obVersion":"4.3","architecture":"x86_64","isObproxyAgent":false,"security":true,"supportedAuth":["v2"],"new":[1]}');
		expect(infoSchema.parse(wire)).toEqual({
			agent: '10.0.0.1:2886', pid: 7, startedAt: 1_764_000_000_123, version: '4.5.0.0-0', zone: 'zone1', identity: 'MASTER', homePath: '/home/admin', obVersion: '4.3', architecture: 'x86_64', isObproxyAgent: false, security: true, supportedAuth: ['v2'], isSeekdb: false,
		});
	});

	it('an old agent\'s info lacks most of it', () => {
		expect(infoSchema.parse({ip: 'fd00:0::1', port: 2886, identity: 'SINGLE', security: null})).toMatchObject({
			agent: '[fd00::1]:2886', identity: 'SINGLE', security: false, supportedAuth: [], zone: '', pid: 0,
		});
	});

	it.each<readonly [version: string, supportedAuth: readonly string[], isV2: boolean]>([
		['4.5.0.0-0', ['v2'], true],
		['4.5.0.0-0', ['v1', 'v2'], true],
		['4.5.0.0-0', ['v1'], false],
		['4.2.2.0-0', [], false],
		['4.2.2', [], false],
		['4.2.3.0-0', [], true],
		['4.2.20.0-0', [], true],
		['-', [], true],
		['', [], true],
	])('of version %j with %j it reads today\'s headers: %s', (version, supportedAuth, isV2) => {
		expect(speaksV2(makeInfo({version, supportedAuth}))).toBe(isV2);
	});

	it('what it is, its status knows best; the agent of a seekdb is of no cluster', () => {
		expect(identityOf(undefined, undefined)).toBe('');
		expect(identityOf(makeInfo({identity: 'SINGLE'}), undefined)).toBe('SINGLE');
		expect(identityOf(makeInfo({identity: 'SINGLE'}), makeStatus({identity: 'MASTER'}))).toBe('MASTER');
		expect(identityOf(makeInfo({identity: 'SINGLE'}), makeStatus({identity: ''}))).toBe('SINGLE');
		expect(identityOf(infoSchema.parse({ip: '10.0.0.1', port: 2886, identity: 'CLUSTER AGENT', type: 'seekdb'}), makeStatus({identity: 'CLUSTER AGENT'}))).toBe('SEEKDB');
	});

	it('status has the database\'s state and the lock', () => {
		expect(statusSchema.parse({agent: {ip: '10.0.0.1', port: 2886, identity: 'CLUSTER AGENT'}, state: 2, obState: 3, underMaintenance: true, version: '4', pid: 7, startAt: 1})).toEqual({
			agent: '10.0.0.1:2886', identity: 'CLUSTER AGENT', obState: 3, underMaintenance: true, version: '4', pid: 7, startedAt: undefined,
		});
		expect(statusSchema.parse({agent: {ip: '10.0.0.1', port: 2886, identity: null}})).toMatchObject({obState: 0, underMaintenance: false, identity: ''});
		expect(statusSchema.safeParse({}).success).toBe(false);
	});

	it.each([['2026-03-01T10:00:00.123456789Z', true], ['soon', false], [5, false], [null, false], ['0001-01-01T00:00:00Z', false]])('the time %j is one: %s', (value, isTime) => {
		expect(timeSchema.safeParse(value).success).toBe(isTime);
	});

	it('a key that is megabytes long is none', () => {
		expect(secretSchema.parse({ip: 'x', port: 1, public_key: 'AAAA'})).toEqual({publicKey: 'AAAA'});
		expect(secretSchema.safeParse({public_key: 'A'.repeat(10_000)}).success).toBe(false);
	});

	it('a cluster is its members, or nothing', () => {
		expect(clusterInfoSchema.parse({agent_info: [{ip: '10.0.0.1', port: 2886, zone: 'z\u0007', identity: 'MASTER', version: null}], obcluster_info: {id: 1, name: 'prod', version: '4'}})).toEqual({
			id: 1, name: 'prod', members: [{agent: '10.0.0.1:2886', zone: 'z␇', identity: 'MASTER', version: ''}],
		});
		expect(clusterInfoSchema.parse({agent_info: null, obcluster_info: null})).toEqual({id: 0, name: '', members: []});
	});

	it.each([
		['SINGLE', false, false],
		['MASTER', false, false],
		['FOLLOWER', true, false],
		['CLUSTER AGENT', false, true],
		['TAKE OVER MASTER', false, false],
		['TAKE OVER FOLLOWER', true, false],
		['SCALING OUT', false, false],
		['SCALING IN', false, false],
		['UNIDENTIFIED', false, false],
		['', false, false],
	])('%s forwards: %s, is in a cluster: %s', (identity, forwards, isInside) => {
		expect([forwardsToMaster(identity), isInCluster(identity)]).toEqual([forwards, isInside]);
	});
});
