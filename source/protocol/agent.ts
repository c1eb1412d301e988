// What an agent says of itself and its cluster: info, status, time, secret, ob/info.

import * as z from 'zod';
import {formatHostPort} from '../lib/host-port.js';
import {printable} from '../lib/printable.js';
import {parseTimestamp, timestampOfNanos} from '../lib/time.js';
import {arrayOf, textsOf} from './envelope.js';

const text = z.string().nullish().transform(value => printable(value ?? ''));

const integer = z.number().nullish().transform(value => value ?? 0);

// In nanoseconds, which exceeds 2^53: fractions of a microsecond are lost.
const startAt = z.number().nullish().catch(undefined).transform(value => timestampOfNanos(value ?? 0));

const hostPort = {ip: z.string(), port: z.number()};

export const infoSchema = z.object({
	...hostPort,
	pid: integer,
	startAt,
	version: text,
	zone: text,
	identity: text,
	homePath: text,
	obVersion: text,
	architecture: text,
	isObproxyAgent: z.boolean().nullish().transform(value => value ?? false),
	security: z.boolean().nullish().transform(value => value ?? false),
	// Absent on agents before 4.2.4.
	supportedAuth: textsOf(printable).nullish().transform(value => value ?? []),
	type: text,
}).transform(({ip, port, startAt: startedAt, type, ...info}) => ({...info, startedAt, agent: printable(formatHostPort(ip, port)), isSeekdb: type.toLowerCase() === 'seekdb'}));

/** `security`: an agent password is set. `startedAt`: its process, by its own clock. `homePath` holds the logs. `isSeekdb`: it manages a seekdb, which has no cluster, zone or observer. */
export type AgentInfo = Readonly<z.output<typeof infoSchema>>;

export const statusSchema = z.object({
	agent: z.object({...hostPort, identity: text}),
	version: text,
	pid: integer,
	startAt,
	obState: integer,
	underMaintenance: z.boolean().nullish().transform(value => value ?? false),
}).transform(({agent, startAt: startedAt, ...status}) => ({...status, startedAt, agent: printable(formatHostPort(agent.ip, agent.port)), identity: agent.identity}));

/** `obState`: 0 observer down, 1 running, 2 restricted, 3 connected. `underMaintenance`: the maintenance lock is held. */
export type AgentStatus = Readonly<z.output<typeof statusSchema>>;

export const timeSchema = z.string().transform((value, context) => {
	const time = parseTimestamp(value);
	if (time === undefined) {
		context.addIssue('not a time');
		return z.NEVER;
	}

	return time;
});

/** The key for encrypted requests: PKCS#1 DER, base64. */
export const secretSchema = z.object({public_key: z.string().max(8192)}).transform(({public_key: publicKey}) => ({publicKey}));

// Clusters have hundreds of agents at most.
const memberLimit = 10_000;

export const clusterInfoSchema = z.object({
	agent_info: arrayOf(z.object({...hostPort, zone: text, identity: text, version: text}), memberLimit).nullish(),
	obcluster_info: z.object({id: integer, name: text, version: text}).nullish(),
}).transform(wire => ({
	name: wire.obcluster_info?.name ?? '',
	id: wire.obcluster_info?.id ?? 0,
	members: (wire.agent_info ?? []).map(({ip, port, ...member}) => ({...member, agent: printable(formatHostPort(ip, port))})),
}));

/** A cluster as one of its agents knows it: its name and the "ip:port" of every member. */
export type ClusterInfo = Readonly<z.output<typeof clusterInfoSchema>>;
