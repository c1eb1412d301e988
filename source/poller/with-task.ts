import {type AgentMemory} from './agent-memory.js';
import {rememberOther, type DutyMemory} from './duty-memory.js';
import {type Occasion} from './occasion.js';
import {type TaskSource} from './question.js';
import {type TaskMemory} from './task-memory.js';

/** The memory with its duty changed, where it has one. */
export const withDuty = (memory: AgentMemory, change: (duty: DutyMemory) => DutyMemory): AgentMemory =>
	memory.duty ? {...memory, duty: change(memory.duty)} : memory;

/** The memory with one of its tasks changed. */
export const withTask = (memory: AgentMemory, of: TaskSource, change: (task: TaskMemory) => TaskMemory, {isShown}: Occasion): AgentMemory => {
	switch (of.type) {
		case 'agent': {
			return {...memory, task: change(memory.task)};
		}

		case 'cluster': {
			return withDuty(memory, duty => ({...duty, task: change(duty.task)}));
		}

		case 'other': {
			return withDuty(memory, duty => rememberOther(duty, of.id, change, isShown));
		}
	}
};
