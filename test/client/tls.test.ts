// Agents behind https://, against real TLS servers.

import {expect, onTestFinished, test} from 'vitest';
import {connectionError} from '../../source/client/transport.js';
import {type TlsSettings} from '../../source/client/types.js';
import {startDemoAgent} from '../../source/demo/demo-agent.js';
import {systemClock} from '../../source/lib/clock.js';
import {errorText} from '../../source/store/selectors/error-text.js';
import {makeCertificate} from '../helpers/certificates.js';
import {startTlsFront} from '../helpers/tls-front.js';
import {ask, dataOf, errorOf, makeClient, whole, type Tested} from './helpers/client.js';

const authority = makeCertificate({name: 'test authority', isAuthority: true});
const stranger = makeCertificate({name: 'another authority', isAuthority: true});
const good = makeCertificate({name: 'agent', issuer: authority});
const {key} = good;
const trusting: TlsSettings = {authorities: authority.cert, isUnchecked: false};

const start = async (front: Parameters<typeof startTlsFront>[1], settings: TlsSettings): Promise<Tested> => {
	const agent = await startDemoAgent({clock: systemClock, keyBits: 512, scenario: 'failing', identity: 'MASTER', rootPassword: 'Wurzel'});
	onTestFinished(agent.stop);
	const tested = makeClient(await startTlsFront(agent.label, front), {tls: settings, passwords: {root: 'Wurzel'}});
	onTestFinished(tested.client.dispose);
	return tested;
};

test('an agent whose certificate a given authority signed is queried like any other', async () => {
	const {client} = await start(good, trusting);
	expect(dataOf(await client.fetchMaintenanceTask(whole)).name).toBe('Upgrade OceanBase');
});

test.each([
	['its CA is unknown', good, {isUnchecked: false}, 'its certificate is from an unknown CA. Name the CA with --tls-ca'],
	['another authority vouches for it', makeCertificate({name: 'agent', issuer: stranger, key}), trusting, 'its certificate is from an unknown CA. Name the CA with --tls-ca'],
	['it vouches for itself', makeCertificate({name: 'agent', key}), trusting, 'its certificate is self-signed. Trust it with --tls-ca'],
	['it has expired', makeCertificate({name: 'agent', issuer: authority, key, days: [-9, -1]}), trusting, 'its certificate has expired'],
	['it is not valid yet', makeCertificate({name: 'agent', issuer: authority, key, days: [1, 9]}), trusting, 'its certificate is not valid yet. Is a clock wrong?'],
	['it is for another host', makeCertificate({name: 'agent', issuer: authority, key, hosts: ['db.example']}), trusting, 'its certificate is for another host'],
] as const)('a certificate is not taken when %s, and nothing is sent', async (_, front, settings, message) => {
	const {client} = await start(front, settings);
	expect(errorText(errorOf(await client.fetchInfo(ask)))).toBe(message);
	expect(client.fingerprint()).toBeUndefined();
});

test.each([
	['self-signed', makeCertificate({name: 'agent', key, hosts: ['db.example'], days: [-9, -1]})],
	['from an unknown CA', good],
])('unchecked, any certificate is taken: one that is %s', async (_, front) => {
	const {client} = await start(front, {isUnchecked: true});
	expect(dataOf(await client.fetchMaintenanceTask(whole)).name).toBe('Upgrade OceanBase');
});

test('a self-signed certificate can be named as the one to trust', async () => {
	const own = makeCertificate({name: 'agent', key});
	const {client} = await start(own, {authorities: own.cert, isUnchecked: false});
	dataOf(await client.fetchInfo(ask));
});

const choosy = {...good, requestCert: true, rejectUnauthorized: true, ca: authority.cert};

test('an agent that wants a certificate gets the one that was given', async () => {
	const mine = makeCertificate({name: 'operator', issuer: authority, key});
	const {client} = await start(choosy, {...trusting, certificate: mine.cert, key: mine.key});
	expect(dataOf(await client.fetchMaintenanceTask(whole)).name).toBe('Upgrade OceanBase');
});

test('an agent that wants a certificate where none was given says so', async () => {
	const {client} = await start(choosy, trusting);
	expect(errorText(errorOf(await client.fetchInfo(ask)))).toBe('it requires a client certificate: --tls-cert and --tls-key');
});

// Node's own server only hangs up; Go's, which agents are made with, says it with one of these.
test.each(['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED'])('an agent that does not take the certificate (%s) says so', code => {
	expect(errorText(connectionError(code))).toBe('it rejected the certificate of --tls-cert');
});

test('https to an agent that does not speak it, and http to one that does, say so', async () => {
	const agent = await startDemoAgent({clock: systemClock, keyBits: 512});
	onTestFinished(agent.stop);
	const secure = makeClient(`https://${agent.label}`);
	onTestFinished(secure.client.dispose);
	expect(errorText(errorOf(await secure.client.fetchInfo(ask)))).toBe('it does not use https. Remove https:// from its address');
	const front = await startTlsFront(agent.label, good);
	const plain = makeClient(front.replace('https', 'http'));
	onTestFinished(plain.client.dispose);
	expect(errorText(errorOf(await plain.client.fetchInfo(ask)))).toBe('connection reset before any response. If it uses https, write https:// before its address');
});
