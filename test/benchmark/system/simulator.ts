// A fleet of simulated agents, in a process of its own, so that what it costs is not counted as the program's.

import {subscribe} from 'node:diagnostics_channel';
import {Socket} from 'node:net';
import process from 'node:process';
import {generateDemoKey} from '../../../source/demo/crypto.js';
import {type DemoAgent, startDemoAgent, startDemoAgents} from '../../../source/demo/demo-agent.js';
import {type Input, type TaskDefinition} from '../../../source/demo/engine/model.js';
import {changeParameters, noMemory, startCluster} from '../../../source/demo/tasks.js';
import {systemClock} from '../../../source/lib/clock.js';
import {clusterPassword, type News, type Order, type Play, type SimulatorSetup} from './messages.js';
import {bigTask, longLogTask, longTask} from './tasks.js';

const minute = 60_000;

const taskOf = (play: Play, agent: string): readonly [age: number, task: TaskDefinition] => {
	switch (play.type) {
		case 'rest': {
			return [minute, changeParameters(agent)];
		}

		case 'work': {
			return [minute, longTask(agent)];
		}

		case 'long log': {
			return [minute, longLogTask(agent, 100_000)];
		}

		case 'big': {
			return [bigTask.ageAt(play.at), bigTask.define(agent, play.stages, play.at)];
		}
	}
};

const isSocket = (value: unknown): value is {readonly socket: Socket} =>
	typeof value === 'object' && value !== null && 'socket' in value && value.socket instanceof Socket;

// Longest time that a connection lasts, ms.
const longestConnection = 8000;

const breakConnections = (): void => {
	subscribe('net.server.socket', message => {
		if (!isSocket(message)) {
			return;
		}

		const {socket} = message;
		setTimeout(() => {
			socket.resetAndDestroy();
		}, Math.random() * longestConnection);
	});
};

const start = async ({count, first, others, flaps = false, isCluster = false}: SimulatorSetup): Promise<void> => {
	if (flaps) {
		breakConnections();
	}

	const keyPair = await generateDemoKey();
	// Two fleets at once on one machine do not meet.
	const net = 64 + (process.pid % 128);
	const specs = Array.from({length: count}, (_, index) => ({host: `127.${net}.${index >> 8}.${index & 255}`, port: 2886, keyPair}));
	const agents: DemoAgent[] = [];
	const happenings: Input[][] = specs.map(() => []);
	const take = (index: number, at: number): readonly Input[] => happenings[index]?.splice(0).map(input => ({...input, at})) ?? [];
	if (isCluster) {
		const member = {identity: 'CLUSTER AGENT', cluster: 'bench', rootPassword: clusterPassword} as const;
		agents.push(...await startDemoAgents(specs.map(spec => ({...spec, ...member})), () => ({begin: -1000, story: (_, to) => take(0, to)}), {clock: systemClock}));
	} else {
		for (const [index, spec] of specs.entries()) {
			agents.push(await startDemoAgent({
				...spec, clock: systemClock,
				scenario([agent]) {
					const [age, task] = taskOf(index === 0 ? first : others, agent);
					return {begin: -age - 1000, story: (from, to) => [
						...(from < -age && -age <= to ? [{type: 'create', at: -age, owner: agent, task} as const] : []),
						...take(index, to),
					]};
				},
			}));
		}
	}

	process.on('message', (order: Order) => {
		if (order.type === 'count') {
			process.send?.({
				type: 'counted',
				requests: agents.flatMap(agent => agent.requests().by.map(request => ({address: agent.label, path: request.path, isSealed: request.auth !== undefined, count: request.count}))),
			} satisfies News);
			return;
		}

		const owner = agents[order.agent]?.label ?? '';
		const [keeper = owner, ...members] = agents.map(({label}) => label);
		const task = order.type === 'start' ? startCluster([keeper, ...members], noMemory) : longTask(owner);
		const isNew = order.type === 'create' || order.type === 'start';
		happenings[order.agent]?.push(isNew ? {type: 'create', at: 0, owner, task} : {type: 'operate', at: 0, owner, task: task.name, operation: order.type});
	});
	process.on('disconnect', () => {
		process.exit();
	});
	process.send?.({type: 'ready', addresses: agents.map(({label}) => label)} satisfies News);
};

await start(JSON.parse(process.argv[2] ?? '') as SimulatorSetup);
