import process from 'node:process';
import {type TlsSettings} from '../client/tls-settings.js';
import {type AgentAddress} from '../protocol/agent-address.js';
import {printable} from '../protocol/printable.js';
import {type Values} from './read-demo.js';
import {failure, type Result} from './result.js';
import {problemOfSecretFile, type ReadTextFile, type TextFile} from './text-file.js';

type Name = 'tls-ca' | 'tls-cert' | 'tls-key';

const names: readonly Name[] = ['tls-ca', 'tls-cert', 'tls-key'];

// Both take long to load, and hardly anybody needs them before the first frame.
const crypto = () => process.getBuiltinModule('node:crypto');
const tls = () => process.getBuiltinModule('node:tls');

const isReadable = (read: () => unknown): boolean => {
	try {
		read();
		return true;
	} catch {
		return false;
	}
};

// OpenSSL would take the first certificate of a bundle that breaks off, and say nothing.
const problemOfCertificates = (text: string): string | undefined => {
	const blocks = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? [];
	return blocks.length > 0 && blocks.every(block => isReadable(() => new (crypto().X509Certificate)(block))) ? undefined : 'holds no certificate (PEM)';
};

const problemOfKey = (text: string): string | undefined => {
	if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
		return 'is locked with a passphrase, for which nobody is asked: give one without';
	}

	return isReadable(() => crypto().createPrivateKey(text)) ? undefined : 'holds no private key (PEM)';
};

const problemOfText = (name: Name, text: string): string | undefined => name === 'tls-key' ? problemOfKey(text) : problemOfCertificates(text);

const problemOfFile = (name: Name, path: string, file: TextFile): string | undefined => {
	const problem = file.ok ? problemOfText(name, file.text) : file.problem;
	const exposed = name === 'tls-key' && file.ok ? problemOfSecretFile(path, file) : undefined;
	return exposed ?? problem;
};

/** What the options say about TLS, checked as far as it can be without an agent. The problem names the option and its file, never anything of its text. */
export const readTls = (values: Values, addresses: readonly AgentAddress[], readTextFile: ReadTextFile): Result<TlsSettings> => {
	const given = [...names, 'tls-insecure' as const].find(name => values.has(name));
	if (given === undefined) {
		return {ok: true, value: {isUnchecked: false}};
	}

	if (addresses.every(address => address.type === 'unix' || !address.secure)) {
		return failure(`--${given} goes with agents behind https:// only, and none is named`);
	}

	const isUnchecked = values.has('tls-insecure');
	if (isUnchecked && values.has('tls-ca')) {
		return failure('--tls-ca and --tls-insecure exclude each other');
	}

	if (values.has('tls-cert') !== values.has('tls-key')) {
		return failure(`--tls-cert and --tls-key go together; --${values.has('tls-cert') ? 'tls-key' : 'tls-cert'} is missing`);
	}

	const texts = new Map<Name, string>();
	for (const name of names) {
		const path = values.get(name);
		if (path === undefined) {
			continue;
		}

		const file = readTextFile(path);
		const problem = problemOfFile(name, path, file);
		if (problem !== undefined || !file.ok) {
			return failure(`--${name} ${printable(path)}: ${problem ?? ''}`);
		}

		texts.set(name, file.text);
	}

	const [authorities, certificate, key] = names.map(name => texts.get(name));
	if (!isReadable(() => tls().createSecureContext({cert: certificate, key}))) {
		return failure('--tls-key is not the key of the certificate in --tls-cert');
	}

	return {ok: true, value: {...(authorities !== undefined && {authorities}), ...(certificate !== undefined && {certificate}), ...(key !== undefined && {key}), isUnchecked}};
};
