import {type Messages} from '../en/english.js';

const changes = (count: number): string => `${count} 个变更`;

export const webhooks: Messages['webhooks'] = {
	title: what => `obwatch：${what}`,
	titleOfSeveral: parts => `obwatch：${parts.join('，')}`,
	counted: (count, what) => `${what} ${count} 项`,
	line: (time, place, text) => `${time} ${place}：${text}`,
	more: count => `另有 ${count} 项`,
	sender: (host, zone) => `${host}，时间为 ${zone}`,
	test: '测试消息',
	testText: name => `webhook ${name} 可以使用。`,
	about: (name, problem) => `webhook ${name}：${problem}`,
	goesOn: problem => `${problem}。正在重试。`,
	lost: (count, problem) => `${changes(count)}未发送：${problem}`,
	tooMany: '一次太多',
	tooShort: '结束前没有剩余时间',
	accepted: '已接受',
	none: '配置文件中没有 webhook（notifications.webhooks）',
	noSuch: (name, names) => `没有 webhook ${name}；已有：${names.join('、')}`,
	problems: {
		timeout: seconds => `${seconds} 秒内没有响应`,
		status: status => `响应 HTTP ${status}`,
		said: (status, text) => `响应 HTTP ${status}：${text}`,
		refused: (code, text) => `被拒绝，错误码 ${code}${text === '' ? '' : `：${text}`}`,
		busy: (code, text) => `服务繁忙，错误码 ${code}${text === '' ? '' : `：${text}`}`,
		redirect: status => `重定向到其他地址（HTTP ${status}），不会跟随`,
		notUnderstood: status => `响应无法识别（HTTP ${status}）。URL 是否正确？`,
		certificate: code => `证书未被接受（${code}）。请用 tls_ca 指定 CA`,
		proxy: '无法通过代理连接',
		noProxy: (problem, version) => `${problem}。Node.js ${version} 不使用 HTTPS_PROXY 的代理；22.21 和 24.5 起的版本才使用`,
	},
	config: {
		name: '名称只能包含字母、数字、“_”、“.”和“-”',
		sameName: '已有同名的 webhook',
		format: names => `应为 ${names.join('、')} 之一`,
		secret: format => `${format} 消息不签名`,
		list: '应为 webhook 的列表',
		open: file => `${file}：其中指定了 webhook，但其他用户可以写入该文件或其目录。请把它放在只有您能写入的目录中。`,
		url: '第一行不是 URL',
		protocol: '第一行不是 https:// 的 URL（http:// 仅用于 json 和本机）',
	},
};
