// What an agent says of itself and its cluster: info, status, time, secret, ob/info.

import * as z from 'zod/mini';
import {formatHostPort} from '../lib/host-port.js';
import {printable} from '../lib/printable.js';
import {parseTimestamp, timestampOfNanos} from '../lib/time.js';
import {arrayOf, ifRight, mapped, textsOf} from './envelope.js';

const text = mapped(z.nullish(z.string()), value => printable(value ?? ''));

const integer = mapped(z.nullish(z.number()), value => value ?? 0);

const flag = mapped(z.nullish(z.boolean()), value => value ?? false);

// In nanoseconds, which exceeds 2^53: fractions of a microsecond are lost.
const startAt = mapped(ifRight(z.number()), value => timestampOfNanos(value ?? 0));

const hostPort = {ip: z.string(), port: z.number()};

const texts = z.nullish(textsOf(printable));

export const infoSchema = mapped(z.object({
	...hostPort,
	pid: integer,
	startAt,
	version: text,
	zone: text,
	identity: text,
	homePath: text,
	obVersion: text,
	architecture: text,
	isObproxyAgent: flag,
	security: flag,
	// Absent on agents before 4.2.4.
	supportedAuth: mapped(texts, value => value ?? []),
	type: text,
}), ({ip, port, startAt: startedAt, type, ...info}) => ({...info, startedAt, agent: printable(formatHostPort(ip, port)), isSeekdb: type.toLowerCase() === 'seekdb'}));

/** `security`: an agent password is set. `startedAt`: its process, by its own clock. `homePath` holds the logs. `isSeekdb`: it manages a seekdb, which has no cluster, zone or observer. */
export type AgentInfo = Readonly<z.output<typeof infoSchema>>;

export const statusSchema = mapped(z.object({
	agent: z.object({...hostPort, identity: text}),
	version: text,
	pid: integer,
	startAt,
	obState: integer,
	underMaintenance: flag,
}), ({agent, startAt: startedAt, ...status}) => ({...status, startedAt, agent: printable(formatHostPort(agent.ip, agent.port)), identity: agent.identity}));

/** `obState`: 0 observer down, 1 running, 2 restricted, 3 connected. `underMaintenance`: the maintenance lock is held. */
export type AgentStatus = Readonly<z.output<typeof statusSchema>>;

export const timeSchema = z.pipe(z.string(), z.transform((value, context) => {
	const time = parseTimestamp(value);
	if (time === undefined) {
		context.issues.push({code: 'custom', input: value, message: 'not a time', path: []});
		return z.NEVER;
	}

	return time;
}));

/** The key for encrypted requests: PKCS#1 DER, base64. */
export const secretSchema = mapped(z.object({public_key: z.string().check(z.maxLength(8192))}), ({public_key: publicKey}) => ({publicKey}));

// Clusters have hundreds of agents at most.
const memberLimit = 10_000;

const memberSchema = z.object({...hostPort, zone: text, identity: text, version: text});

export const clusterInfoSchema = mapped(z.object({
	agent_info: z.nullish(arrayOf(memberSchema, memberLimit)),
	obcluster_info: z.nullish(z.object({id: integer, name: text, version: text})),
}), wire => ({
	name: wire.obcluster_info?.name ?? '',
	id: wire.obcluster_info?.id ?? 0,
	members: (wire.agent_info ?? []).map(({ip, port, ...member}) => ({...member, agent: printable(formatHostPort(ip, port))})),
}));

/** A cluster as one of its agents knows it: its name and the "ip:port" of every member. */
export type ClusterInfo = Readonly<z.output<typeof clusterInfoSchema>>;
