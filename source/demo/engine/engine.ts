// All tasks of a fleet. They depend on the story, the seed and the time alone, not on how often they are queried.

import {tick} from './execute.js';
import {
	chance,
	createDag,
	type Dag,
	holdsLock,
	type IdSource,
	type Input,
	isActive,
	type Ports,
	type Story,
	type TaskDefinition,
} from './model.js';
import {type Operated, operateDag, operateNode, type Refusal} from './operate.js';
import {formatAgentId, formatClusterId} from './wire.js';

/** Where tasks live: an agent by its key, or a cluster by its name. */
export type Owner = {readonly key: string; readonly address: {readonly ip: string; readonly port: number} | undefined};

export type Engine = {
	/** Plays up to that time (ms since the world's zero). It cannot go back: an earlier time changes nothing. */
	readonly advance: (to: number) => void;
	/** Oldest first; only the last ones are kept. */
	readonly dagsOf: (owner: string) => readonly Dag[];
	readonly read: (key: string) => Dag | undefined;
	readonly identityOf: (agent: string) => string | undefined;
	/** Whether a task stopped the agent's observer, and none has started it since. */
	readonly isObserverStopped: (agent: string) => boolean;
	/** Operates at that time, after playing up to it. */
	readonly operate: (key: string, operator: string, at: number, nodeId?: string) => {readonly ok: true} | {readonly ok: false; readonly refusal: Refusal};
};

type OwnerTasks = {readonly phase: number; readonly ids: IdSource; readonly dags: Dag[]};

export type EngineDeps = {
	readonly owners: readonly Owner[];
	readonly identities: Readonly<Record<string, string>>;
	readonly story: Story;
	readonly seed: number;
	/** When the world begins: nothing happens up to then. */
	readonly begin: number;
	/** How many tasks of each owner are kept. */
	readonly keep?: number;
};

const second = 1000;

const counter = (): () => number => {
	let count = 0;
	return () => {
		count += 1;
		return count;
	};
};

const createOwnerTasks = ({address}: Owner, index: number, seed: number): OwnerTasks => ({
	// Schedulers of different agents do not tick together. By index, since ports may vary.
	phase: 100 + (chance(seed, index, 'phase') * 800),
	ids: {
		dag: counter(), node: counter(), subTask: counter(),
		format: localId => address ? formatAgentId(address.ip, address.port, localId) : formatClusterId(localId),
	},
	dags: [],
});

/** The first tick after a time. Rounding must not bring the same tick twice. */
const nextTick = (phase: number, after: number): number => {
	const at = ((Math.floor((after - phase) / second) + 1) * second) + phase;
	return at <= after + 0.01 ? at + second : at;
};

export const createEngine = ({owners, identities: firstIdentities, story, seed, begin, keep = 40}: EngineDeps): Engine => {
	const tasksByOwner = new Map(owners.map((owner, index) => [owner.key, createOwnerTasks(owner, index, seed)]));
	const identities = new Map(Object.entries(firstIdentities));
	const observers = new Map<string, boolean>();
	let now = begin;

	const tasksOfOwner = (key: string): OwnerTasks | undefined => tasksByOwner.get(key.slice(0, key.lastIndexOf('/')));
	const read = (key: string): Dag | undefined => tasksOfOwner(key)?.dags.find(dag => dag.key === key);

	const replace = (dag: Dag): void => {
		const dags = tasksOfOwner(dag.key)?.dags ?? [];
		const index = dags.findIndex(({key}) => key === dag.key);
		if (index !== -1) {
			dags[index] = dag;
		}
	};

	const create = (owner: string, task: TaskDefinition, at: number, mainDagId?: string): Dag | undefined => {
		const ownerTasks = tasksByOwner.get(owner);
		const isHeld = ownerTasks?.dags.some(dag => holdsLock(dag) || (task.isMain && dag.definition.isMain && isActive(dag)));
		if (!ownerTasks || (!task.isOutsideMaintenance && isHeld)) {
			return undefined;
		}

		const dag = createDag({owner, definition: task, at, ids: ownerTasks.ids, mainDagId});
		ownerTasks.dags.push(dag);
		if (ownerTasks.dags.length > keep) {
			ownerTasks.dags.splice(Math.max(0, ownerTasks.dags.findIndex(old => !isActive(old))), 1);
		}

		return dag;
	};

	const apply = (dag: Dag | undefined, {operator, at, nodeId}: {readonly operator: string; readonly at: number; readonly nodeId: string | undefined}): Operated => {
		if (!dag) {
			return {ok: false, refusal: {code: 'Task.NotFound', subject: ''}};
		}

		const operated = nodeId === undefined ? operateDag(dag, operator, at) : operateNode(dag, nodeId, operator, at);
		if (operated.ok) {
			replace(operated.dag);
		}

		return operated;
	};

	const ports: Ports = {
		read,
		create,
		operate(key, operator, at, nodeId) {
			apply(read(key), {operator, at, nodeId});
		},
		become(changes) {
			for (const [agent, identity] of Object.entries(changes)) {
				identities.set(agent, identity);
			}
		},
		setObserver(agent, isRunning) {
			observers.set(agent, isRunning);
		},
	};

	const receive = (input: Input): void => {
		switch (input.type) {
			case 'create': {
				create(input.owner, input.task, input.at);
				return;
			}

			case 'operate': {
				const dag = tasksByOwner.get(input.owner)?.dags.findLast(({definition}) => definition.name === input.task);
				apply(dag, {operator: input.operation, at: input.at, nodeId: input.isForNode ? dag?.nodes[dag.stage - 1]?.id : undefined});
				return;
			}

			case 'become': {
				ports.become(input.identities);
			}
		}
	};

	const tickAll = (ownerTasks: OwnerTasks, at: number): void => {
		const due = ownerTasks.dags.filter(dag => isActive(dag) && dag.createdAt <= at);
		for (const dag of due) {
			// Another DAG's tick may have operated on this one meanwhile.
			replace(tick(read(dag.key) ?? dag, at, ports));
		}
	};

	/** The next tick of all, in the order of time. Owners without an active task do not tick. */
	const nextOf = (): readonly [OwnerTasks | undefined, number] => {
		let due: OwnerTasks | undefined;
		let dueAt = Infinity;
		for (const ownerTasks of tasksByOwner.values()) {
			const at = ownerTasks.dags.some(dag => isActive(dag)) ? nextTick(ownerTasks.phase, now) : Infinity;
			if (!(at < dueAt)) {
				continue;
			}

			due = ownerTasks;
			dueAt = at;
		}

		return [due, dueAt];
	};

	const playTicks = (to: number): void => {
		for (let [due, at] = nextOf(); due && at <= to; [due, at] = nextOf()) {
			now = at;
			tickAll(due, at);
		}

		now = Math.max(now, to);
	};

	const advance = (to: number): void => {
		if (to <= now) {
			return;
		}

		for (const input of story(now, to)) {
			playTicks(input.at);
			receive(input);
		}

		playTicks(to);
	};

	return {
		advance,
		read,
		dagsOf: owner => tasksByOwner.get(owner)?.dags ?? [],
		identityOf: agent => identities.get(agent),
		isObserverStopped: agent => observers.get(agent) === false,
		operate(key, operator, at, nodeId) {
			advance(at);
			const operated = apply(read(key), {operator, at, nodeId});
			return operated.ok ? {ok: true} : operated;
		},
	};
};
