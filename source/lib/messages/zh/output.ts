import {type Messages} from '../en/english.js';

const unread: Readonly<Record<string, string>> = {task: '最近的任务', 'main task': '所属的主任务', cluster: '所属集群', 'cluster task': '集群最近的任务', 'unfinished tasks': '未完成任务列表'};

export const output: Messages['output'] = {
	notRead: parts => `未读取：${parts.map(part => unread[part] ?? part).join('、')}`,
	notAllRead: '部分信息未能及时读取。',
};
