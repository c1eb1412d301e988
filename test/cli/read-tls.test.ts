import {expect, test} from 'vitest';
import {type ReadTextFile} from '../../source/cli/input-file.js';
import {makeCertificate} from '../helpers/certificates.js';
import {type ReadLine, readLine} from './read-line.js';

const own = makeCertificate({name: 'own'});
const other = makeCertificate({name: 'other'});
const broken = own.cert.replace(/\n[\w+/]{20}/, '\n');

const files: ReadonlyMap<string, {readonly text: string; readonly isExposed: boolean}> = new Map([
	['cert.pem', {text: own.cert, isExposed: true}],
	['key.pem', {text: own.key, isExposed: false}],
	['open.pem', {text: own.key, isExposed: true}],
	['other.pem', {text: other.key, isExposed: false}],
	['two.pem', {text: own.cert + other.cert, isExposed: true}],
	['half.pem', {text: own.cert + broken, isExposed: true}],
	['none.pem', {text: 'geheim', isExposed: false}],
	['locked.pem', {text: '-----BEGIN ENCRYPTED PRIVATE KEY-----\ngeheim\n-----END ENCRYPTED PRIVATE KEY-----\n', isExposed: false}],
]);

const readTextFile: ReadTextFile = path => {
	const file = files.get(path);
	return file ? {ok: true, ...file} : {ok: false, problem: 'no such file', isMissing: true};
};

const read = async (line: string): Promise<ReadLine> => readLine(line.split(' '), {env: {}, readTextFile});

test.each([
	['https://db', {isUnchecked: false}],
	['https://db --tls-ca two.pem', {authorities: own.cert + other.cert, isUnchecked: false}],
	['a https://db --tls-cert cert.pem --tls-key key.pem', {certificate: own.cert, key: own.key, isUnchecked: false}],
	['https://db --tls-insecure', {isUnchecked: true}],
	['trust https://db --tls-insecure', {isUnchecked: true}],
])('"%s" is taken', async (line, tls) => {
	expect(await read(line)).toMatchObject({tls});
});

test.each([
	['db --tls-insecure', '--tls-insecure is only for https:// agents, and no agent has https://'],
	['unix:/s --tls-ca cert.pem', '--tls-ca is only for https:// agents, and no agent has https://'],
	['trust db --tls-ca cert.pem', '--tls-ca is only for https:// agents, and no agent has https://'],
	['https://db --tls-ca cert.pem --tls-insecure', '--tls-ca and --tls-insecure exclude each other'],
	['https://db --tls-cert cert.pem', '--tls-cert and --tls-key are used together, but --tls-key is missing'],
	['https://db --tls-key key.pem', '--tls-cert and --tls-key are used together, but --tls-cert is missing'],
	['db --tls-ca missing.pem', '--tls-ca missing.pem: no such file'],
	['https://db --tls-ca missing.pem', '--tls-ca missing.pem: no such file'],
	['https://db --tls-ca none.pem', '--tls-ca none.pem: contains no certificate (PEM)'],
	['https://db --tls-ca half.pem', '--tls-ca half.pem: contains no certificate (PEM)'],
	['https://db --tls-cert cert.pem --tls-key cert.pem', '--tls-key cert.pem: other users can read or change it. Run: chmod 600 cert.pem'],
	['https://db --tls-cert cert.pem --tls-key open.pem', '--tls-key open.pem: other users can read or change it. Run: chmod 600 open.pem'],
	['https://db --tls-cert cert.pem --tls-key none.pem', '--tls-key none.pem: contains no private key (PEM)'],
	['https://db --tls-cert cert.pem --tls-key locked.pem', '--tls-key locked.pem: has a passphrase, which obwatch cannot ask for. Use a key without one.'],
	['https://db --tls-cert cert.pem --tls-key other.pem', '--tls-key is not the key of the certificate in --tls-cert'],
	['https://db --strict-keys --accept-keys', '--strict-keys and --accept-keys exclude each other: --strict-keys refuses keys never seen before, --accept-keys trusts every key, also a changed one'],
	['trust', 'trust needs an agent: obwatch trust AGENT...; see obwatch trust --help'],
	['--demo --tls-insecure', '--demo has its own keys. Leave out --tls-insecure.'],
])('"%s" is refused in one line without a word of the files', async (line, problem) => {
	expect(await read(line)).toEqual({type: 'usage-error', line: `obwatch: ${problem}`});
});
