import {type Messages} from '../en/english.js';

const agentCount = (count: number): string => `${count} 个 agent`;

export const agents: Messages['agents'] = {
	count: agentCount,
	troubles: {
		unreachable: '无法连接',
		'no answer': '无响应',
		unauthorized: '未授权',
		'key changed': '密钥已变更',
		'key not known': '密钥未信任',
		downgraded: '无 v2 认证',
	},
	and: texts => texts.join('；'),
	withKey: (text, key) => `${text}（${key}）`,
	since: (what, time, why) => `${what}（${time} 起）：${why}`,
	state: {
		noValidResponse: '响应无效',
		taskTooLarge: '任务过大，无法完整显示',
		noTask: 'agent 存活，但无法读取其任务',
		masterSilent: 'agent 存活，但其 master 无响应',
		databaseDown: 'agent 存活，数据库已停止',
	},
	taskUnknown: id => `任务 ${id} 已不存在`,
	taskUnreadable: (id, why) => `无法读取任务 ${id}：${why}`,
	notWatched: '已不再监控',
	historyNeedsDatabase: '未加载历史任务：OceanBase 未连接',
	left: time => `已于 ${time} 离开集群`,
	leftAnd: (time, why) => `已于 ${time} 离开集群：${why}`,

	passwords: {
		names: {root: 'root@sys 密码', agent: 'agent 密码', seekdb: 'root 密码'},
		ways: {
			root: '请用 --password-file 或 OBWATCH_PASSWORD 提供',
			agent: '请用 --agent-password-file 或 OBWATCH_AGENT_PASSWORD 提供',
		},
		missing: name => `需要 ${name}`,
		refused: name => `${name}被拒绝，不再发送`,
		refusedBy: (name, by) => `${name}被 ${by} 拒绝，未发送`,
		heldBack: name => `${name}暂缓发送`,
		heldBackFor: (name, by) => `${name}暂缓发送，等待 ${by} 验证通过`,
		needsThatOf: agent => `需要 ${agent} 的 agent 密码`,
		thatOfRefused: agent => `${agent} 的 agent 密码被拒绝`,
	},
	entered: {
		tryingAll: name => `正在对所有需要的 agent 尝试 ${name}`,
		trying: (name, who) => `正在对 ${who} 尝试 ${name}`,
		noVerdict: name => `还没有 agent 接受或拒绝 ${name}`,
		accepted: (who, name) => `${who} 已接受 ${name}`,
		refused: (who, name) => `${who} 拒绝了 ${name}`,
		refusedAgain: (who, name) => `${who} 也拒绝了这个 ${name}`,
		refusedBySome: (who, name, others) => `${who} 拒绝了 ${name}；${others} 已接受`,
		refusedAgainBySome: (who, name, others) => `${who} 也拒绝了这个 ${name}；${others} 已接受`,
		notSent: {
			'key changed': who => `未向 ${who} 发送：其密钥已变更（K）`,
			'key not known': who => `未向 ${who} 发送：其密钥尚未信任（K）`,
			downgraded: who => `未向 ${who} 发送：无 v2 认证（K）`,
			unreachable: who => `未向 ${who} 发送：无法连接`,
		},
	},

	refresh: {
		polling: count => `正在轮询 ${agentCount(count)}`,
		unauthorized: count => `${agentCount(count)} 需要密码（p）`,
		'key changed': count => `${agentCount(count)} 的密钥已变更，请核对（K）`,
		'key not known': count => `${agentCount(count)} 有新密钥，请核对（K）`,
		downgraded: count => `${agentCount(count)} 无 v2 认证，请核对（K）`,
	},

	unlisted: {
		unasked: '经关联任务读取一次，不再轮询',
		asked: 'agent 已不再列出此任务，正在读取其结果',
		unreadable: 'agent 已不再列出此任务，其结果无法读取',
		refused: '任务已结束，但无法读取其详情',
		gone: '已没有 agent 知道此任务，其结果未知',
	},

	detailsRefused: words => `无法读取其详情：${words}`,

	keys: {
		trusted: (agent, fingerprint) => `已信任 ${agent} 的新密钥（${fingerprint}）`,
		trustedMany: count => `已信任 ${agentCount(count)} 的新密钥`,
		short: (agent, bits) => `${agent}：密钥只有 ${bits} 位，密码可能泄露`,
		damaged: (file, lines) => lines.length === 1
			? `${file}：第 ${lines[0] ?? 0} 行无法读取，已忽略`
			: `${file}：${lines.length} 行无法读取，已忽略（首行：第 ${lines[0] ?? 0} 行）`,
		damagedOf: (file, lines, named) => lines.length === 1
			? `${file}：第 ${lines[0] ?? 0} 行无法读取。请运行 obwatch trust ${named.join(' ')}`
			: `${file}：${lines.length} 行无法读取（首行：第 ${lines[0] ?? 0} 行）。请运行 obwatch trust`,
		foreign: (file, problem) => `${file}：未使用，${problem}`,
		wasOpen: file => `${file}：此前其他用户可写，请检查其内容`,
		notStored: (file, problem) => `agent 的密钥未保存：${file}：${problem}`,
		notStoredAnywhere: 'agent 的密钥未保存：未设置 HOME',
	},

	trust: {
		now: '当前  ',
		before: '此前  ',
		known: '已信任',
		bits: bits => `${bits} 位`,
		shortBits: bits => `${bits} 位：过短，窃听者可能还原密码`,
		noKeyYet: agent => `${agent}：尚无已信任的密钥`,
		unreadableLine: agent => `${agent}：此前见过，但其密钥所在行无法读取`,
		same: agent => `${agent}：与已信任的密钥一致`,
		downgraded: agent => `${agent}：与已信任的密钥一致，但不再支持 v2 认证`,
		changed: agent => `${agent}：密钥已变更`,
		askNew: '信任此密钥？',
		askDowngraded: '没有 v2 认证也信任？',
		askChanged: '信任新密钥？',
	},

	notSent: {
		nameless: 'agent 未说明自己的身份',
		exempt: why => `此 agent 不允许操作：${why}`,
		taskGone: 'agent 已不知道此任务',
		notLogged: problem => `无法先写入操作记录（${problem}）`,
	},
	exempt: {
		calledOtherwise: (where, name) => `${where}，其中名称为 ${name}`,
		perhaps: (where, name) => `${where}，可能是其中的 ${name}（该名称无法解析）`,
	},
	runs: {
		damaged: lines => `有 ${lines} 行已损坏，不会使用：可能缺少通常耗时`,
	},
	audit: {
		noFolder: '没有可写的目录：请设置 XDG_STATE_HOME 或 HOME',
		noFile: '没有操作记录文件',
	},
};
