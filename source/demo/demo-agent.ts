// One simulated agent: a real server on a real port, whose tasks live in a world that several agents may share.

import {formatHostPort} from '../lib/host-port.js';
import {type Clock} from '../lib/clock.js';
import {type DemoKeyPair, generateDemoKey, type KeyBits} from './crypto.js';
import {chance} from './engine/model.js';
import {findScenario, joinsCluster, type ScenarioName} from './scenarios.js';
import {faults} from './server/auth.js';
import {createListener, createRequestLog, type RawRequest, type Reply, reply, type RequestCounts} from './server/listener.js';
import {type HandledRequest, handleRequest} from './server/router.js';
import {createWorld, type Member, type Script, type World} from './server/world.js';

export type DemoAgentSpec = {
	/** A loopback address; default 127.0.0.1. */
	readonly host?: string;
	/** Default 0, which takes a free one. */
	readonly port?: number;
	/** Default SINGLE, or as its scenario needs; a story may change it. */
	readonly identity?: string;
	readonly zone?: string;
	/** Agents of the same cluster know each other; without one, an agent is alone. */
	readonly cluster?: string;
	/** Left out: no agent password is set. */
	readonly agentPassword?: string;
	/** That of root@sys, empty when left out. */
	readonly rootPassword?: string;
	/** Accepts any password as root@sys's, even once it is in a cluster. */
	readonly takesAnyPassword?: boolean;
	/** Default: a fresh one of `keyBits` (1024). A function gets the port that it listens on. */
	readonly keyPair?: DemoKeyPair | ((port: number) => Promise<DemoKeyPair>);
	readonly keyBits?: KeyBits;
	/** `v1` is an agent from before the hybrid encryption. */
	readonly auth?: 'v1' | 'v2';
	/** ms by which its clock is wrong. */
	readonly clockOffset?: number;
	/** False: it has not joined its cluster yet. */
	readonly isMember?: boolean;
	/** Overrides what the identity implies: 0 observer down, 1 running, 2 restricted, 3 connected. */
	readonly obState?: number;
};

export type DemoAgent = {
	/** "http://127.0.0.1:2886" */
	readonly address: string;
	/** "127.0.0.1:2886": its key everywhere. */
	readonly label: string;
	readonly requests: () => RequestCounts;
	readonly isUp: () => boolean;
	/** Closes its port and every connection. */
	readonly stop: () => Promise<void>;
	/** Listens again, on the same port, as a new process with the same tasks. Rejects while the port is taken. */
	readonly restart: () => Promise<void>;
	/** Joins or leaves its cluster; the members know only each other. */
	readonly setMember: (isMember: boolean) => void;
	/** Replaces its key, as after a reinstallation. */
	readonly rotateKey: (next?: DemoKeyPair) => Promise<void>;
	readonly setClockOffset: (offset: number) => void;
	/** undefined removes the agent password. */
	readonly setAgentPassword: (password: string | undefined) => void;
	readonly setRootPassword: (password: string) => void;
	/** ms added to every response. */
	readonly setDelay: (delay: number) => void;
	/** Responds to everything with this instead of as an agent: HTML, nonsense, a huge body. undefined ends that. */
	readonly setReply: (instead: Reply | undefined) => void;
};

/** An agent that listens, but has no world yet: until then it responds 503. */
type OpenAgent = DemoAgent & {readonly member: Member; readonly join: (world: World) => void};

const hex = (...parts: ReadonlyArray<string | number>): string => Math.floor(chance(...parts) * 0x1_00_00_00_00).toString(16).padStart(8, '0');

const later = async (clock: Clock, delay: number, signal: AbortSignal): Promise<void> => new Promise(resolve => {
	const cancel = clock.schedule(resolve, delay);
	signal.addEventListener('abort', () => {
		cancel();
		resolve();
	}, {once: true});
});

const keyFor = async ({keyPair, keyBits}: DemoAgentSpec, port: number): Promise<DemoKeyPair> =>
	typeof keyPair === 'function' ? keyPair(port) : keyPair ?? generateDemoKey(keyBits);

/** Starts to listen. Rejects if it cannot. */
const openAgent = async (spec: DemoAgentSpec, {clock, seed}: {readonly clock: Clock; readonly seed: number}): Promise<OpenAgent> => {
	const {host = '127.0.0.1', auth = 'v2', zone = 'zone1', identity = 'SINGLE'} = spec;
	const log = createRequestLog();
	let {agentPassword, rootPassword = '', clockOffset = 0} = spec;
	let delay = 0;
	let starts = 0;
	let startedAt = clock.now();
	let isUp = true;
	let {isMember = true} = spec;
	let instead: Reply | undefined;
	let world: World | undefined;
	let traces = 0;

	const handle = async (request: RawRequest, joined: World): Promise<HandledRequest> => handleRequest({
		member, world: joined, auth, agentPassword, rootPassword, clockOffset, startedAt, obState: spec.obState,
		takesAnyPassword: spec.takesAnyPassword ?? false,
		pid: 2000 + Math.floor(chance(seed, label, starts) * 30_000),
		now: clock.now() + clockOffset,
		key: async () => key,
	}, {
		method: request.method, uri: request.uri, body: request.body,
		headers: {agent: request.header('x-ocs-agent-header'), root: request.header('x-ocs-header'), v1: request.header('x-ocs-auth')},
	});

	const listener = createListener(async request => {
		const receivedAt = clock.now();
		if (delay > 0) {
			await later(clock, delay, request.signal);
		}

		const handled: HandledRequest = world
			? await handle(request, world)
			: {result: {type: 'fault', fault: {...faults.internal, status: 503}}, auth: undefined, isWrongPassword: false};
		log.record({method: request.method, path: request.uri, auth: handled.auth, isWrongPassword: handled.isWrongPassword});
		traces += 1;
		const duration = Math.max(0, Math.round(clock.now() - receivedAt));
		return instead ?? reply(handled.result, {
			now: clock.now() + clockOffset,
			startedAt,
			duration,
			traceId: `${hex(seed, label, traces)}${hex(label, traces, seed)}`,
			isChinese: /^zh\b/i.test(request.header('accept-language') ?? ''),
			hasErrorNames: auth === 'v2',
		});
	});

	const port = await listener.listen(host, spec.port ?? 0);
	const label = formatHostPort(host, port);
	// Started at once, so that the first request does not wait for it.
	let key = keyFor(spec, port);
	// The first caller that awaits it gets the error; until then it must not end the program.
	key.catch(() => undefined);
	const member: Member = {
		key: label, ip: host, port, zone, identity, cluster: spec.cluster, isUp: () => isUp, isMember: () => isMember,
	};

	return {
		address: `http://${label}`,
		label,
		member,
		requests: log.counts,
		isUp: () => isUp,
		join(joined) {
			world = joined;
		},
		async stop() {
			isUp = false;
			await listener.close();
		},
		async restart() {
			await listener.close();
			await listener.listen(host, port);
			starts += 1;
			startedAt = clock.now();
			isUp = true;
		},
		setMember(next) {
			isMember = next;
		},
		async rotateKey(next) {
			key = Promise.resolve(next ?? await generateDemoKey(spec.keyBits));
		},
		setClockOffset(offset) {
			clockOffset = offset;
		},
		setAgentPassword(password) {
			agentPassword = password;
		},
		setRootPassword(password) {
			rootPassword = password;
		},
		setDelay(next) {
			delay = next;
		},
		setReply(next) {
			instead = next;
		},
	};
};

/** The settings of a world: the real clock, a seed that makes it repeatable, and how many times faster than the clock it runs. */
type WorldSettings = {readonly clock: Clock; readonly seed?: number; readonly speed?: number};

/** The script for the agents' keys ("ip:port"), in the order of their specs. */
type ScriptFor = (keys: readonly [string, ...string[]]) => Script;

type Opened = {readonly agents: readonly OpenAgent[]; readonly world: World};

/** Opens the agents one after the other and gives them one world. If one cannot listen, the others are closed and the promise rejects. */
export const openAgents = async (specs: readonly DemoAgentSpec[], script: ScriptFor, {clock, seed = 1, speed = 1}: WorldSettings): Promise<Opened> => {
	const agents: OpenAgent[] = [];
	try {
		for (const spec of specs) {
			agents.push(await openAgent(spec, {clock, seed}));
		}
	} catch (error) {
		await Promise.all(agents.map(async agent => agent.stop()));
		throw error;
	}

	const [first, ...rest] = agents.map(({label}) => label);
	const world = createWorld({
		clock, seed, speed, members: agents.map(({member}) => member), script: first === undefined ? {begin: 0, story: () => []} : script([first, ...rest]),
	});
	for (const agent of agents) {
		agent.join(world);
	}

	return {agents, world};
};

/** Several agents in one world, in the order of their specs. Rejects if one cannot listen. */
export const startDemoAgents = async (specs: readonly DemoAgentSpec[], script: ScriptFor | ScenarioName, settings: WorldSettings): Promise<readonly DemoAgent[]> => {
	const scenario = typeof script === 'string' ? findScenario(script) : undefined;
	const play = typeof script === 'string' ? scenario : script;
	// Agents that are about to form a cluster have joined their master before, like real ones.
	const isForming = scenario !== undefined && joinsCluster(scenario);
	const joined = specs.map((spec, index) => isForming ? {identity: index === 0 ? 'MASTER' : 'FOLLOWER', ...spec} : spec);
	const {agents} = await openAgents(joined, play ?? (() => ({begin: 0, story: () => []})), settings);
	return agents;
};

export type StartDemoAgent = DemoAgentSpec & WorldSettings & {
	/** Default `none`. */
	readonly scenario?: ScenarioName | ScriptFor;
};

/** One agent in a world of its own. Rejects if it cannot listen. */
export const startDemoAgent = async ({clock, seed = 1, speed = 1, scenario = 'none', ...spec}: StartDemoAgent): Promise<DemoAgent> => {
	const [agent] = await startDemoAgents([spec], scenario, {clock, seed, speed});
	if (!agent) {
		throw new Error('no agent was started');
	}

	return agent;
};
