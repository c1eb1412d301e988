// Certificates for tests, new in each run: none is stored.

import {generateKeyPairSync} from 'node:crypto';
import forge from 'node-forge';

export type Certified = {readonly cert: string; readonly key: string};

const day = 86_400_000;

const makeKey = (): string => {
	const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	return privateKey.export({type: 'pkcs1', format: 'pem'}).toString();
};

let serial = 1;

type Wanted = {
	readonly name: string;
	/** Who vouches for it; itself when left out. */
	readonly issuer?: Certified;
	readonly key?: string;
	readonly isAuthority?: boolean;
	/** Host names and addresses; "127.0.0.1" when left out. */
	readonly hosts?: readonly string[];
	/** Days from now on which it begins and ends to be valid. */
	readonly days?: readonly [from: number, to: number];
};

export const makeCertificate = ({name, issuer, key = makeKey(), isAuthority = false, hosts = ['127.0.0.1'], days = [-1, 1]}: Wanted): Certified => {
	const certificate = forge.pki.createCertificate();
	const privateKey = forge.pki.privateKeyFromPem(key);
	certificate.publicKey = forge.pki.rsa.setPublicKey(privateKey.n, privateKey.e);
	certificate.serialNumber = String(serial++).padStart(2, '0');
	certificate.validity.notBefore = new Date(Date.now() + (days[0] * day));
	certificate.validity.notAfter = new Date(Date.now() + (days[1] * day));
	const subject = [{name: 'commonName', value: name}];
	certificate.setSubject(subject);
	certificate.setIssuer(issuer ? forge.pki.certificateFromPem(issuer.cert).subject.attributes : subject);
	certificate.setExtensions([
		{name: 'basicConstraints', cA: isAuthority},
		// RFC 5280, section 4.2.1.6: 2 is a name, 7 an address.
		{name: 'subjectAltName', altNames: hosts.map(host => /^[\d.]+$/.test(host) ? {type: 7, ip: host} : {type: 2, value: host})},
	]);
	certificate.sign(issuer ? forge.pki.privateKeyFromPem(issuer.key) : privateKey, forge.md.sha256.create());
	return {cert: forge.pki.certificateToPem(certificate), key};
};
