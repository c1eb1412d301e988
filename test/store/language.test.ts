import {afterEach, describe, expect, it} from 'vitest';
import {english} from '../../source/lib/messages/en/english.js';
import {messages, speak} from '../../source/lib/messages/messages.js';
import {outcomeLabel} from '../../source/protocol/outcome.js';
import {touchedBy} from '../../source/store/operations/consequences.js';
import {changeDocument, describeChange} from '../../source/store/selectors/journal.js';
import {reasonIn, reasonText, whyText} from '../../source/store/selectors/reason.js';
import {causesOf} from '../../source/store/selectors/cause.js';
import {type Transition} from '../../source/store/changes.js';
import {makeDag, makeNode, makeNodes, makeSubTask, ten} from '../helpers/tasks.js';

afterEach(async () => speak('en'));

const failed = makeDag({
	name: 'Initialize cluster', state: 'FAILED', operator: 'RUN', stage: 1,
	nodes: [makeNode({name: 'Start observer', state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: []})]})],
});

const why = {causes: [{kind: 'silent', said: 'no-line', text: '', shortest: '', nodeName: 'Start observer', count: 3, first: {agent: '10.0.0.1:2886', subTask: '1'}}], count: 1} as const;

const change: Transition = {type: 'outcome-changed', owner: 'a', id: '22130706433028869', name: 'Initialize cluster', outcome: {word: 'failed'}, from: {word: 'running'}, stage: 1, stages: 11, stageName: 'Start observer', why};

describe('in Chinese', () => {
	it.each([
		['Initialize cluster', '初始化集群'],
		['Create tenant Pay', '创建租户 Pay'],
		['Upgrade check obshell 4.6.0.0-1.el7', 'obshell 升级检查 4.6.0.0-1.el7'],
		['Create tenant', '创建租户'],
		['Something new', 'Something new'],
		['constructor', 'constructor'],
	])('the name %s is shown as %s', async (name, shown) => {
		await speak('zh');
		expect(messages().tasks.engineName(name)).toBe(shown);
	});

	it('reasons, outcomes and consequences are said, but not what programs read', async () => {
		const causes = causesOf(failed, {owner: 'a', id: failed.id}, () => undefined);
		const reason = reasonIn(causes, english);
		expect(reason && reasonText(reason, english)).toBe('Start observer @ 127.0.0.1:2886: failed without a log line');
		await speak('zh');
		const told = reasonIn(causes);
		expect(told && reasonText(told)).toBe('启动 observer @ 127.0.0.1:2886：失败，没有任何日志');
		expect(outcomeLabel({word: 'failed to roll back'})).toBe('回滚失败');
		expect(touchedBy('rollback', makeDag({stage: 3, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'FAILED/RUN')}))).toBe('撤销阶段 3（stage 3），然后依次撤销阶段 2 至 1。');
	});

	it('the journal says an earlier change in the language of the moment, and its JSON stays English', async () => {
		const document = JSON.stringify(changeDocument({at: ten, label: 'a', transition: change}));
		expect(describeChange(change)).toMatchObject({task: 'Initialize cluster #9', detail: 'Start observer: failed without a log line, on 3 agents'});
		await speak('zh');
		expect(describeChange(change)).toMatchObject({task: '初始化集群 #9', detail: '启动 observer：失败，没有任何日志，共 3 个 agent'});
		expect(JSON.stringify(changeDocument({at: ten, label: 'a', transition: change}))).toBe(document);
		expect(document).toContain(whyText(why, english));
	});
});
