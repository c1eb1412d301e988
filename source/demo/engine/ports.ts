import {type Operation} from '../../protocol/operation.js';
import {type TaskDefinition} from './definition.js';
import {type Dag} from './model.js';

/** What the engine needs of the rest of the world: other agents' tasks. */
export type Ports = {
	readonly read: (key: string) => Dag | undefined;
	/** Undefined where the agent refuses because it is under maintenance. */
	readonly create: (owner: string, definition: TaskDefinition, at: number, mainDagId?: string) => Dag | undefined;
	readonly operate: (key: string, operation: Operation, at: number, nodeId?: string) => void;
	readonly become: (changes: Readonly<Record<string, string>>) => void;
	/** Whether an agent's observer runs from now on. */
	readonly setObserver: (agent: string, isRunning: boolean) => void;
};
