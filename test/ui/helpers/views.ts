// Values of small screens, as the selectors make them.

import {type AgentsRow, type AgentsView} from '../../../source/store/selectors/agents.js';
import {type LogView} from '../../../source/store/selectors/log.js';
import {type NodeView, type StageRow, type SubTaskRow, type TaskView} from '../../../source/store/selectors/task.js';
import {type TaskHeader} from '../../../source/store/selectors/view-types.js';
import {type ScreenProps} from '../../../source/ui/components/screen.js';
import {type AppView} from '../../../source/ui/frame.js';
import {type Line} from '../../../source/ui/span.js';
import {createTheme} from '../../../source/ui/theme.js';
import {ten} from '../../helpers/tasks.js';

/** Lines as a person reads them, without blanks at their ends. */
export const read = (lines: readonly Line[]): readonly string[] => lines.map(line => line.map(({text}) => text).join('').trimEnd());

export const props = (columns: number, rows: number, change: Partial<ScreenProps> = {}): ScreenProps => ({
	size: {columns, rows}, // Its hints are few; those of other contexts change with every new key.
	footer: {context: 'help', conditions: []}, theme: createTheme(), timeZone: 'agent', hour: ten, ...change,
});

export const agentsRow = (change: Partial<AgentsRow> = {}): AgentsRow => ({
	key: '10.0.0.1:2886', type: 'agent', depth: 0, label: '10.0.0.1:2886', role: 'master', note: undefined, problem: undefined, asOf: undefined,
	folded: 0, why: undefined, isStalled: false, isFailing: false, isDatabaseDown: false, isMixed: false, needsPassword: false, isFault: false, isSelected: false,
	task: {name: 'Initialize cluster', outcome: {word: 'running'}, progress: {stage: 4, done: 3, total: 11}, duration: 72_000}, ...change,
});

export const agentsView = (rows: readonly AgentsRow[]): AgentsView => ({
	type: 'agents',
	summary: {agents: rows.length, parts: [{count: 1, word: 'running', tone: 'active', weight: 1}, {count: 1, word: 'failed', tone: 'bad', weight: 3}]},
	arrangement: {
		filter: undefined, faultsOnly: false, sort: undefined, hidden: 0,
	},
	list: {rows, top: 0, total: rows.length},
});

export const stageRow = (number: number, change: Partial<StageRow> = {}): StageRow => ({
	key: `stage ${number}`, number, name: 'Integrate config', outcome: {word: 'succeeded'}, subTasks: undefined, duration: 1000, usual: undefined, isSlow: false, place: {start: 0, end: 0.1}, isSelected: false, ...change,
});

export const subTaskRow = (change: Partial<SubTaskRow> = {}): SubTaskRow => ({
	key: '1', agent: '10.0.0.1:2886', mark: '', outcome: {word: 'running'}, duration: 8000, attempts: 1, lastLine: 'check if first start', lastShortest: 'check if first start', lastSeverity: 'plain', isSelected: false, ...change,
});

export const header = (change: Partial<TaskHeader> = {}): TaskHeader => ({
	name: 'Initialize cluster', outcome: {word: 'failed'}, operator: 'RUN', id: '22130706433028869', ownName: undefined, progress: {stage: 3, done: 2, total: 11}, duration: 12_000,
	startTime: ten, endTime: ten + 12_000, utcOffset: 480, isLaterAttempt: false, isBetween: false, isFailing: false, main: undefined, stall: undefined, usual: undefined, estimate: undefined, why: {place: 'Start observer @ 10.0.0.3:2886', text: 'cannot allocate memory'}, logFolder: undefined, ...change,
});

export const taskView = (change: Partial<TaskView> = {}): TaskView => ({
	type: 'task', breadcrumb: ['10.0.0.1:2886', 'Initialize cluster'], header: header(), staleness: undefined, operation: undefined, note: undefined, timelineLength: 12_000, side: undefined,
	list: {
		rows: [
			stageRow(1),
			stageRow(2, {name: 'Create observer workdir', duration: 3000, place: {start: 0.1, end: 0.35}}),
			stageRow(3, {name: 'Start observer', outcome: {word: 'failed'}, subTasks: {done: 2, total: 3}, duration: 8000, place: {start: 0.35, end: 1}, isSelected: true}),
			stageRow(4, {name: 'Cluster bootstrap', outcome: {word: 'pending'}, duration: undefined, place: undefined}),
		],
		top: 0,
		total: 4,
	},
	...change,
});

export const nodeView = (rows: readonly SubTaskRow[]): NodeView => ({
	type: 'node', breadcrumb: ['10.0.0.1:2886', 'Initialize cluster', 'Start observer'], outcome: {word: 'failed'}, staleness: undefined, list: {rows, top: 0, total: rows.length},
});

export const logView = (lines: readonly string[], change: Partial<LogView> = {}): LogView => ({
	type: 'log', breadcrumb: ['10.0.0.1:2886', 'Initialize cluster', 'Start observer', '10.0.0.3:2886'], outcome: {word: 'running'}, staleness: undefined,
	rows: lines.map((text, index) => ({
		key: String(index), type: 'text', text, severity: 'plain', repeats: 1, time: undefined, isCutLeft: false, isCutRight: false, matches: [], styles: [], isRewritten: false, isFirst: true, isSelected: false, isInRange: false, hasCursor: false,
	})),
	hasTimes: false, nameWidth: 0, numberWidth: 0, scrollColumn: 0, utcOffset: 0, note: undefined,
	status: {
		isFollowing: true, newEntries: 0, filter: undefined, search: undefined, severity: 'all', selected: undefined, dropped: 0, problem: undefined,
	},
	...change,
});

export const appView = (change: Partial<AppView> = {}): AppView => ({
	screen: agentsView([agentsRow({isSelected: true})]), overlay: undefined, context: 'agents', conditions: [],
	size: {columns: 80, rows: 24}, notice: undefined, count: undefined, news: 0, cautions: [], replay: undefined, timeZone: 'agent', language: 'en', hour: ten, ...change,
});
