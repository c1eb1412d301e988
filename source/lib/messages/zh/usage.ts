import {type Messages} from '../en/english.js';

export const usage: Messages['usage'] = {
	onChangeOnce: '--on-change 不能与 --once 一起使用：只查询一次看不到变化。请与 --watch、--wait 或 --serve-metrics 一起使用。',
};
