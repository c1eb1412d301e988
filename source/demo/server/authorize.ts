// Whether a request may be answered, checked as strictly as an agent does (docs/protocol.md#authentication).

import {type Buffer} from 'node:buffer';
import {openHeader, openV1Header, type Credentials, type Opened} from '../crypto/open-header.js';
import {type DemoKeyPair} from '../crypto/key-pair.js';
import {faults, type Fault} from './faults.js';

export type AuthKind = 'agent' | 'root' | 'v1';

/** What decides: the agent's own passwords, its identity and clock. An undefined agent password is none. */
export type Guard = {
	readonly key: DemoKeyPair;
	readonly auth: 'v1' | 'v2';
	readonly identity: string;
	readonly agentPassword: string | undefined;
	readonly rootPassword: string;
	/** Whatever is sent as root's is root's. */
	readonly takesAnyPassword: boolean;
	/** The agent's clock, ms since 1970. */
	readonly now: number;
};

export type AuthHeaders = {readonly agent: string | undefined; readonly root: string | undefined; readonly v1: string | undefined};

export type Authorized =
	| {readonly ok: true; readonly kind: AuthKind; readonly keys: Buffer}
	| {readonly ok: false; readonly kind: AuthKind | undefined; readonly fault: Fault; readonly isWrongPassword: boolean};

const kindOf = (headers: AuthHeaders, auth: 'v1' | 'v2'): AuthKind | undefined => {
	if (auth === 'v1') {
		return headers.v1 === undefined ? undefined : 'v1';
	}

	if (headers.agent !== undefined) {
		return 'agent';
	}

	return headers.root === undefined ? undefined : 'root';
};

type Demand = 'anything' | {readonly password: string} | {readonly fault: Fault};

/** Which password counts for that kind of header. */
const demandOf = (kind: AuthKind, {identity, agentPassword, rootPassword, takesAnyPassword}: Guard): Demand => {
	if (kind === 'agent') {
		if (identity === 'FOLLOWER') {
			return {fault: faults.forwardHeader};
		}

		if (agentPassword !== undefined) {
			return {password: agentPassword};
		}

		return identity === 'SINGLE' ? 'anything' : {fault: faults.wantsRootPassword};
	}

	if (identity !== 'SINGLE') {
		return takesAnyPassword ? 'anything' : {password: rootPassword};
	}

	return agentPassword === undefined ? 'anything' : {fault: faults.wantsAgentPassword};
};

const checkTime = (ts: string, now: number): Fault | undefined => {
	if (!/^[+-]?\d{1,18}$/.test(ts)) {
		return faults.timestampInvalid(ts);
	}

	return Number(ts) < Math.floor(now / 1000) ? faults.expired : undefined;
};

const check = (kind: AuthKind, credentials: Credentials, guard: Guard, uri: string): Fault | undefined => {
	const demand = demandOf(kind, guard);
	if (demand !== 'anything' && 'fault' in demand) {
		return demand.fault;
	}

	const isGuarded = demand !== 'anything' && demand.password !== '';
	const timeFault = checkTime(credentials.ts, guard.now);
	// An empty password is not worth a replay: agents do not look at the expiry then, but still want a number.
	if (timeFault && (isGuarded || timeFault !== faults.expired)) {
		return timeFault;
	}

	if (credentials.uri !== undefined && credentials.uri !== uri) {
		return faults.uriMismatch;
	}

	if (demand === 'anything' || demand.password === credentials.password) {
		return undefined;
	}

	return kind === 'agent' ? faults.agentPassword : faults.rootPassword;
};

/** `uri` is path and query exactly as requested. */
export const authorize = (headers: AuthHeaders, uri: string, guard: Guard): Authorized => {
	const kind = kindOf(headers, guard.auth);
	if (kind === undefined) {
		return {ok: false, kind, fault: faults.headerMissing, isWrongPassword: false};
	}

	const header = headers[kind] ?? '';
	const opened: Opened = kind === 'v1' ? openV1Header(guard.key, header) : openHeader(guard.key, header);
	if (!opened.ok) {
		return {ok: false, kind, fault: faults.decryptFailed(opened.reason), isWrongPassword: false};
	}

	const fault = check(kind, opened.credentials, guard, uri);
	return fault
		? {ok: false, kind, fault, isWrongPassword: fault === faults.agentPassword || fault === faults.rootPassword}
		: {ok: true, kind, keys: opened.credentials.keys};
};
