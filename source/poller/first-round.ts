import {isInCluster, standsAlone} from '../protocol/identity.js';
import {hasDatabase, identityOf, type AgentMemory} from './agent-memory.js';
import {needsDatabase, type DutyMemory} from './duty-memory.js';
import {type TaskMemory} from './task-memory.js';

/** Whether something about the task is still to be fetched that was never there, or is known to be out of date. */
const isWanting = ({askedAt, isWanted, isWholeWanted, nodes}: TaskMemory): boolean =>
	askedAt === undefined || isWanted || isWholeWanted || nodes.length > 0;

const isDutyDone = (memory: AgentMemory, {listedAt, task, others}: DutyMemory): boolean => {
	const {faults} = memory;
	const isAsked = isInCluster(identityOf(memory)) && hasDatabase(memory);
	return (listedAt !== undefined || faults.unfinished !== undefined)
		&& (!isAsked || !isWanting(task) || faults['cluster-task'] !== undefined)
		&& (faults['other-task'] !== undefined || others.every(other => !isWanting(other.task) || other.needs !== undefined || (needsDatabase(other.id) && !hasDatabase(memory))));
};

const isSealedDone = (memory: AgentMemory): boolean => {
	const {faults, task, cluster, clusterInfoAt, duty} = memory;
	const isClusterAsked = !standsAlone(identityOf(memory)) || cluster !== undefined;
	return (!isWanting(task) || faults.task !== undefined)
		&& (!isClusterAsked || clusterInfoAt !== undefined || faults['cluster-info'] !== undefined)
		&& (!duty || isDutyDone(memory, duty));
};

/**
Whether everything that is asked of an agent, and by it of its cluster, was answered or failed once: the whole picture is there, as far as it can be had now.

A question that waits for a password that another agent tries (`held back`) counts as failed: who needs to know asks `isHeldBack`.
*/
export const isRoundDone = (memory: AgentMemory): boolean => {
	const {info, status, skewAt, faults, blocked, isInDoubt} = memory;
	if (faults.contact) {
		return true;
	}

	const isOpenDone = info !== undefined && status !== undefined && !isInDoubt && (skewAt !== undefined || faults.skew !== undefined);
	return isOpenDone && ((blocked !== undefined && !blocked.isReleased) || isSealedDone(memory));
};

/** Whether another agent is trying the password that this one needs: its verdict lets this one go on, or ends it. */
export const isHeldBack = ({blocked}: AgentMemory): boolean =>
	blocked !== undefined && !blocked.isReleased && blocked.error.type === 'unauthorized' && blocked.error.reason === 'held-back';
