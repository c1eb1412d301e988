import {type Messages} from '../en/english.js';

export const cards: Messages['cards'] = {
	observer: {
		down: '已停止',
		notConnected: '运行中，未连接',
		restricted: '运行中，受限',
		connected: '已连接',
		other: state => `状态 ${state}`,
	},
	error: {
		status: '状态码', code: '错误码', message: '信息', trace: 'trace', knownKey: '已知密钥', offered: '出示密钥',
	},
	key: (fingerprint, bits) => `${fingerprint} ${bits} 位`,
	auth: {
		kinds: kinds => `认证方式 ${kinds}`,
		withPassword: kinds => `已设置 agent 密码（认证方式 ${kinds}）`,
		withoutPassword: kinds => `未设置 agent 密码（认证方式 ${kinds}）`,
	},
	connection: {
		connected: '已连接', connecting: '连接中', failing: '无法连接', notWatched: '未监控',
	},
	roles: {
		single: '单机',
		master: 'master',
		follower: 'follower',
		'cluster agent': '集群',
		'take over master': '接管 master',
		'take over follower': '接管 follower',
		'scaling out': '扩容中',
		'scaling in': '缩容中',
		unidentified: '未识别',
		seekdb: 'seekdb',
		main: '主任务',
		left: '已离开',
	},
};
