import {type Buffer} from 'node:buffer';
import {type Credentials, type DemoKeyPair, type Opened, openHeader, openV1Header} from '../crypto.js';

// The errors of agents: status, codes and messages as recorded, in the two languages that agents speak.

/** `code` is the old numeric code; `isEarly` marks an error from before the request got a trace id. */
export type Fault = {
	readonly status: number;
	readonly errCode: string;
	readonly code?: number;
	readonly english: string;
	readonly chinese?: string;
	readonly isEarly?: boolean;
};

const unauthorizedCode = 10_008;

const unauthorized = (kind: string, english: string, chinese: string): Fault => ({
	status: 401, code: unauthorizedCode, errCode: `Security.Authentication.${kind}`, english, chinese,
});

export const faults = {
	headerMissing: {
		status: 400, errCode: 'Request.Header.NotFound',
		english: 'X-OCS-Agent-Header or X-OCS-Header not found in http request header', chinese: 'HTTP 请求头中未找到 X-OCS-Agent-Header 或 X-OCS-Header',
	},
	decryptFailed: (reason: string): Fault => ({
		status: 401, code: 1, errCode: 'Security.Authentication.Header.DecryptFailed', isEarly: true,
		english: `Decrypt http header failed: ${reason}`, chinese: `解密 HTTP 请求头失败：${reason}`,
	}),
	timestampInvalid: (ts: string): Fault => unauthorized(
		'Timestamp.Invalid', `Unauthorized: Invalid timestamp: ${ts}, err: strconv.ParseInt: parsing "${ts}": invalid syntax`, `无效的时间戳：${ts}，错误：strconv.ParseInt: parsing "${ts}": invalid syntax`),
	expired: unauthorized('Expired', 'Unauthorized: Authentication expired', '认证信息已过期'),
	uriMismatch: unauthorized('Header.UriMismatch', 'URI mismatch', 'URI 不匹配'),
	agentPassword: unauthorized('IncorrectAgentPassword', 'Unauthorized: Agent password is incorrect', 'agent 密码不正确'),
	rootPassword: unauthorized('IncorrectOceanbasePassword', 'Unauthorized: OceanBase password is incorrect', 'OceanBase root 密码不正确'),
	wantsAgentPassword: unauthorized('WithAgentPassword', 'Unauthorized: this agent asks for its agent password', '应该使用 agent_password 进行验证'),
	wantsRootPassword: unauthorized('WithOceanBasePassword', 'Unauthorized: this agent asks for the password of root@sys', '应该使用 oceanbase_password 进行验证'),
	forwardHeader: {
		status: 500, errCode: 'Request.Forward.Header.NotExist',
		english: 'Header not found when auto-forwarding request to master', chinese: '自动转发请求到 \'MASTER\' 节点时未找到请求头',
	},
	forwardFailed: (peer: string): Fault => ({
		status: 500, errCode: 'Common.Unexpected', english: `Unexpected error: dial tcp ${peer}: connect: connection refused`, chinese: `非预期错误：dial tcp ${peer}: connect: connection refused`,
	}),
	noMaster: {status: 500, errCode: 'Agent.NoMaster', english: 'No master agent', chinese: 'agent 不具有 \'MASTER\''},
	bodyUnreadable: {status: 400, errCode: 'Common.IllegalArgument', english: 'Illegal argument: the request body cannot be read', chinese: '非法参数：the request body cannot be read'},
	routeUnknown: {status: 404, errCode: 'Common.NotFound', english: 'Element not found: 404 not found', chinese: '未找到资源：404 not found'},
	idInvalid: (id: string): Fault => ({
		status: 400, errCode: 'Task.GenericID.Invalid', english: `Invalid ID: ${id}: invalid generic id`, chinese: `无效的任务通用 ID：${id}`,
	}),
	taskNotFound: {status: 404, errCode: 'Task.NotFound', english: 'Task not found: record not found', chinese: '未找到任务：record not found'},
	noMaintenance: {status: 404, errCode: 'Task.NotFound', english: 'Task not found: Agent is not under maintenance', chinese: '未找到任务：agent 处于非运维状态'},
	noClusterMaintenance: {status: 404, errCode: 'Task.NotFound', english: 'Task not found: Cluster is not under maintenance', chinese: '未找到任务：集群处于非运维状态'},
	notInCluster: {status: 500, errCode: 'Agent.OceanBase.NotHold', english: 'Agent is not holding OceanBase', chinese: 'agent 未持有 OceanBase 集群连接'},
	noClusterTasks: {status: 500, errCode: 'Common.Unexpected', english: 'Unexpected error: ocsagent cannot build response body', chinese: '非预期错误：ocsagent cannot build response body'},
	internal: {status: 500, errCode: 'Common.Unexpected', english: 'Internal Server Error', chinese: 'Internal Server Error'},
} as const satisfies Readonly<Record<string, Fault | ((text: string) => Fault)>>;

const refusalTexts: Readonly<Record<string, (subject: string) => readonly [english: string, chinese: string]>> = {
	'Task.Dag.Operator.NotSupport': subject => [`Operator ${subject} is not supported`, `不支持的任务操作 '${subject}'`],
	'Task.Dag.Operator.RetryNotFailedDag': () => ['Failed to set DAG retry: DAG state is not failed', '重试 DAG 失败：DAG 未失败'],
	'Task.Dag.Operator.RetryNotAllowed': subject => [`Failed to set DAG retry: node ${subject} cannot retry`, `重试 DAG 失败：节点 ${subject} 不能重试`],
	'Task.Dag.Operator.RollbackNotFailedDag': () => ['Failed to set DAG rollback: DAG state is not failed', '设置 DAG 回滚失败：DAG 未失败'],
	'Task.Dag.Operator.RollbackNotAllowed': subject => [`Failed to set DAG rollback: node ${subject} cannot rollback`, `设置 DAG 回滚失败：节点 ${subject} 不能回滚`],
	'Task.Dag.Operator.CancelFinishedDag': () => ['Failed to cancel DAG: DAG is finished', '取消 DAG 失败：DAG 已执行完成'],
	'Task.Dag.Operator.CancelNotAllowed': subject => [`Failed to cancel DAG: node ${subject} cannot cancel`, `取消 DAG 失败：节点 ${subject} 不能取消`],
	'Task.Dag.Operator.PassNotFailedDag': () => ['Failed to pass DAG: DAG state is not failed', '跳过 DAG 失败：DAG 未失败'],
	'Task.Dag.Operator.PassNotAllowed': subject => [`Failed to pass DAG: node ${subject} cannot pass`, `跳过 DAG 失败：节点 ${subject} 不能跳过`],
	'Task.Node.Operator.NotSupport': subject => [`Operator ${subject} is not supported`, `不支持的任务操作 '${subject}'`],
	'Task.Node.Operator.PassNotFailedDag': () => ['Failed to pass node: DAG state is not failed', '跳过节点失败：指定的 DAG 未失败'],
	'Task.Node.Operator.PassNotFailedNode': () => ['Failed to pass node: node state is not failed', '跳过节点失败：节点未失败'],
	'Task.Node.Operator.PassNotAllowed': subject => [`Failed to pass node: node ${subject} cannot pass`, `跳过节点失败：节点 ${subject} 不能跳过`],
};

/** The fault for a refused operation. */
export const refusalFault = ({code, subject}: {readonly code: string; readonly subject: string}): Fault => {
	const [english, chinese] = refusalTexts[code]?.(subject) ?? [code, code];
	return {status: 400, errCode: code, english, chinese};
};

// Whether a request is authorized, checked as strictly as an agent does (docs/protocol.md#authentication).

export type AuthKind = 'agent' | 'root' | 'v1';

/** The agent's own passwords, identity and clock. An undefined agent password is none. */
type Guard = {
	readonly key: DemoKeyPair;
	readonly auth: 'v1' | 'v2';
	readonly identity: string;
	readonly agentPassword: string | undefined;
	readonly rootPassword: string;
	/** Any password is accepted as root's. */
	readonly takesAnyPassword: boolean;
	/** The agent's clock, ms since 1970. */
	readonly now: number;
};

export type AuthHeaders = {readonly agent: string | undefined; readonly root: string | undefined; readonly v1: string | undefined};

type Authorized =
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
	// For an empty password agents do not check the expiry, but it must still be a number.
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
