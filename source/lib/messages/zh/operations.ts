import {type Messages} from '../en/english.js';

const named = (stage: number, name: string): string => name === '' ? `阶段 ${stage}` : `阶段 ${stage}（${name}）`;

const range = (from: number, to: number): string => from === to ? `阶段 ${from}` : `阶段 ${from} 至 ${to}`;

type Runs = ReadonlyArray<readonly [from: number, to: number]>;

/** "阶段 1、2、4 至 6". */
const listed = (runs: Runs): string => `阶段 ${runs.map(([from, to]) => from === to ? String(from) : `${from} 至 ${to}`).join('、')}`;

const rest = (stage: number, last: number): string => stage < last ? `然后继续执行${range(stage + 1, last)}` : '然后任务结束';

export const operations: Messages['operations'] = {
	refusals: {
		stillRunning: '任务仍在运行',
		beingCancelled: '正在取消，请等待取消完成',
		alreadyCancelling: '已在取消中',
		ended: '任务已结束',
		unknownState: '状态未知',
		notRunning: '任务未在运行',
		stagesUnknown: '任务的阶段尚未读取',
		noFailedStage: '没有失败的阶段',
		unknownTask: '此任务的信息未知',
		notFollowed: '此任务已不再轮询，显示的内容可能已过时',
		noAgentInId: '任务 ID 中没有 agent',
		clusterNotWatched: '所属集群已不再监控',
		noDatabase: cluster => `${cluster} 中没有已连接数据库的被监控 agent`,
		agentNotWatched: agent => `任务属于 ${agent}，该 agent 未被监控`,
		noResponse: agent => `${agent}：尚无响应`,
	},
	noTask: {
		ofAgents: owner => `${owner} 没有集群级任务，任务在其各 agent 上`,
		notReadable: (owner, problem) => `无法读取 ${owner} 的任务：${problem}`,
		never: owner => `${owner} 从未有过运维任务`,
		unknown: owner => `${owner} 的任务尚未读取`,
		openOne: '请先打开一个任务',
		emptyList: '列表为空',
	},
	stops: {
		noActionsTitle: '没有可用操作',
		noActions: why => `没有可操作的任务：${why}。未发送任何请求。`,
		notOfferedTitle: '操作不可用',
		notOffered: (action, why) => `${action}：${why}。未发送任何请求。`,
		goneTitle: '已不存在',
		gone: agent => `${agent} 已不再监控。未向其发送任何请求。`,
	},
	changed: {
		task: (outcome, stage) => `任务已变化：${outcome}，阶段 ${stage}`,
		exempt: (agent, why) => `${agent} 不允许操作：${why}`,
		notAllowed: agent => `不允许操作 ${agent}`,
		otherAgent: agent => `该操作现在会发送到 ${agent}`,
	},
	stages: {
		retry: (stage, name, last) => `撤销${named(stage, name)}并重新执行，${rest(stage, last)}。`,
		run: (stage, name, last) => `执行尚未开始的${named(stage, name)}，${rest(stage, last)}。`,
		rollback: (stage, name) => stage > 1 ? `撤销${named(stage, name)}，然后依次撤销${range(stage - 1, 1)}。` : `撤销${named(stage, name)}。`,
		cancelRollback: (stage, name) => stage > 1 ? `停止撤销${named(stage, name)}；${range(stage - 1, 1)} 不会被撤销。` : `停止撤销${named(stage, name)}。`,
		cancel: (stage, name, last) => stage < last ? `停止${named(stage, name)}；${range(stage + 1, last)} 不会执行。` : `停止${named(stage, name)}。`,
		passRest: '跳过剩余部分，不再执行。',
		pass: (runs, last) => `跳过${listed(runs)}，不再执行（共 ${last} 个阶段）。`,
		passStage: (stage, name, last) => `跳过${named(stage, name)}，${rest(stage, last)}。`,
	},
	locks: {
		none: '此任务未持有运维锁。',
		notHeld: 'agent 当前不在维护状态：任务已释放运维锁。',
		held: {
			retry: '任务结束前保持维护状态。',
			rollback: '全部撤销后退出维护状态。',
			cancel: '保持维护状态：在重试、回滚或跳过此任务之前，不能开始新的运维任务。',
			'pass-stage': '任务结束前保持维护状态。',
			pass: '退出维护状态。',
		},
		perhaps: {
			retry: '如处于维护状态，则在任务结束前保持。',
			rollback: '如处于维护状态，则在全部撤销后退出。',
			cancel: '如处于维护状态，则继续保持：在重试、回滚或跳过此任务之前，不能开始新的运维任务。',
			'pass-stage': '如处于维护状态，则在任务结束前保持。',
			pass: '如处于维护状态，则退出。',
		},
		cluster: {
			retry: '任务结束前集群保持维护状态。',
			rollback: '全部撤销后集群退出维护状态。',
			cancel: '集群保持维护状态：在重试、回滚或跳过此任务之前，不能开始新的运维任务。',
			'pass-stage': '任务结束前集群保持维护状态。',
			pass: '集群退出维护状态。',
		},
	},
	hazards: {
		skipped: runs => `上次回滚未完成：${listed(runs)} 已撤销，但仍被视为已完成，会被跳过。请先回滚。`,
		waiting: '任务并未失败：它在等待主任务，主任务不会预料到此操作。',
		partOf: main => `它是任务 ${main} 的一部分，该任务取决于它的结果。`,
		nothingRepaired: '不会修复任何内容：失败的部分保持原样，后续阶段可能因此失败。',
		rollbackDropped: '停止回滚：已撤销的部分不会恢复，任务此后只能在缺少这些部分的情况下继续。',
		notUndone: '该阶段已执行的部分不会被撤销。',
	},
};
