// What an agent answers to each question, as a function of time.

import {type Calendar} from './calendar.js';
import {clusterSeed, roles, type Member} from './members.js';
import {mishapAt, restartsBy} from './mishap.js';
import {lastTask, taskOf} from './task.js';
import {dagToWire, logsToWire, nodeToWire, readLocalId, type Origin} from './wire-task.js';

export type WireAnswer = {readonly status: number; readonly body: string};

export type Life = {
	/** All, in order. */
	readonly members: readonly Member[];
	readonly calendar: Calendar;
	/** When the soak began, ms since 1970. */
	readonly epoch: number;
	/** Keys as `GET secret` sends them: the agents' own, and one of no agent. */
	readonly keys: {readonly own: string; readonly other: string};
};

const version = '4.5.0.0-0';
const clockOff = 3_600_000;

const success = (data: unknown): WireAnswer => ({status: 200, body: JSON.stringify({
	successful: true, timestamp: '2026-03-01T10:00:00Z', duration: 1, status: 200, traceId: 'f00d', data,
})});

const failure = (status: number, errCode: string, message: string): WireAnswer => ({status, body: JSON.stringify({
	successful: false, timestamp: '2026-03-01T10:00:00Z', duration: 1, status, traceId: 'f00d', error: {errCode, message},
})});

const none = failure(404, 'Task.NotFound', 'Task not found');

const agentIdDigits = 16;

/** The local part of a generic id, and whether it is the cluster's. */
const readId = (id: string): {readonly isOfCluster: boolean; readonly local: number} => id.startsWith('1')
	? {isOfCluster: true, local: Number(id.slice(1))}
	: {isOfCluster: false, local: Number(id.slice(agentIdDigits))};

const byId = /^task\/(dag|node|sub_task)\/(\d+)(\/logs)?$/;

/** What `member` answers to a path with query at `time`, ms since the soak began; its clock may be wrong. */
export const answerOf = (life: Life, member: Member, uri: string, time: number): WireAnswer => {
	const {seed, identity, ip, port} = member;
	const {calendar} = life;
	const mishap = mishapAt(calendar, seed, time);
	const offset = mishap === 'clock-ahead' ? clockOff : (mishap === 'clock-behind' ? -clockOff : 0);
	const pid = 1000 + (seed * 100) + restartsBy(time, seed);
	const obState = identity === 'CLUSTER AGENT' && mishap !== 'database-down' ? 3 : 0;
	const origin = (isOfCluster: boolean): Origin => ({member, isOfCluster, epoch: life.epoch + offset});
	const [pathname = '', query] = uri.split('?', 2);
	const path = pathname.slice('/api/v1/'.length);
	const hasDetails = query === undefined;
	const own = lastTask({seed, calendar}, time);
	const clusters = identity === 'CLUSTER AGENT' ? lastTask({seed: clusterSeed, calendar}, time) : undefined;
	const hasGuests = time % calendar.block < calendar.block / 2;
	const group = life.members.filter(({cluster, isGuest}) => cluster === member.cluster && cluster !== undefined && (hasGuests || !isGuest));

	switch (path) {
		case 'info': {
			return success({
				pid, state: 2, startAt: pid, homePath: '/home/admin/oceanbase', obVersion: '4.3.5.0', architecture: 'x86_64', ip, port, zone: `zone${seed}`, identity,
				version, isObproxyAgent: false, security: member.isLocked, supportedAuth: ['v2'],
			});
		}

		case 'status': {
			return success({
				agent: {ip, port, identity}, state: 2, version, pid, startAt: pid, port, obState, underMaintenance: own?.state === 'RUNNING',
			});
		}

		case 'time': {
			return success(new Date(life.epoch + time + offset).toISOString());
		}

		case 'secret': {
			return success({ip, port, public_key: mishap === 'other-key' ? life.keys.other : life.keys.own});
		}

		case 'ob/info': {
			return success({
				agent_info: group.map(other => ({ip: other.ip, port: other.port, zone: `zone${other.seed}`, identity: other.identity, version})),
				obcluster_info: {id: 1, name: member.cluster ?? '', version: '4.3.5.0'},
			});
		}

		default: {
			break;
		}
	}

	// What follows is sealed, and for a while another key or another password is wanted.
	if (mishap === 'other-key') {
		return failure(401, 'Security.Authentication.Header.DecryptFailed', 'decrypt failed');
	}

	if (mishap === 'other-password' && identity !== 'SINGLE') {
		return failure(401, 'Security.Authentication.IncorrectOceanbasePassword', 'access denied');
	}

	if (mishap === 'broken' || (mishap === 'database-down' && path.endsWith('/ob'))) {
		return failure(500, 'Common.Unexpected', 'Unexpected error: cannot connect to OceanBase');
	}

	switch (path) {
		case 'task/dag/maintain/agent': {
			return own ? success(dagToWire(own, hasDetails, origin(false))) : none;
		}

		case 'task/dag/maintain/ob': {
			return clusters ? success(dagToWire(clusters, hasDetails, origin(true))) : none;
		}

		case 'task/dag/unfinish': {
			const running = [own && dagToWire(own, hasDetails, origin(false)), clusters && dagToWire(clusters, hasDetails, origin(true))];
			return success({contents: running.filter(dag => dag?.state === 'RUNNING')});
		}

		default: {
			break;
		}
	}

	const [, kind, id = '', logs] = byId.exec(path) ?? [];
	const {isOfCluster, local} = readId(id);
	const {number, stage} = readLocalId(local);
	const task = taskOf({seed: isOfCluster ? clusterSeed : seed, calendar}, number, time);
	if (kind === undefined || !task) {
		return none;
	}

	if (kind === 'dag') {
		return success(dagToWire(task, hasDetails, origin(isOfCluster)));
	}

	return success(logs === undefined ? nodeToWire(task, stage, origin(isOfCluster)) : {contents: logsToWire(task, stage, origin(isOfCluster))});
};

/** The members at the given places. */
export const membersAt = (places: ReadonlyArray<{readonly ip: string; readonly port: number}>): readonly Member[] =>
	places.flatMap((place, index) => {
		const role = roles[index];
		return role ? [{...role, ...place}] : [];
	});
