import {formatDuration} from '../../format/duration.js';
import {stageText} from '../../format/stage.js';
import {textTable} from '../../format/text-table.js';
import {parseGenericId} from '../../protocol/generic-id.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {ownerLabel} from '../../store/locate.js';
import {troubleOf, withoutHint} from '../../store/select/problem-words.js';
import {reasonWords} from '../../store/select/cause.js';
import {rowsOf, type RowSource} from '../../store/select/rows.js';
import {selectAgents} from '../../store/select/select-agents.js';
import {type State} from '../../store/state.js';
import {type AgentsRow, type Tone} from '../../store/views.js';
import {outcomeWords, toneOf} from '../../ui/theme.js';
import {problemWords} from '../problem-words.js';
import {type Paint} from './paint.js';

const head = ['AGENT', 'ROLE', 'TASK', 'OUTCOME', 'STAGE', 'TIME', 'WHY'] as const;
const outcomeColumn = 3;
const rightColumns = new Set([5]);

type Row = {readonly cells: readonly string[]; readonly tone: Tone};

const troubleIn = (source: RowSource): string | undefined => {
	if (source.type !== 'agent') {
		return undefined;
	}

	return troubleOf(source.entry) ?? (source.entry.connection.type === 'connecting' ? 'no answer' : undefined);
};

/** The agent that owns a main task need not be watched: its id names it. */
const ownerOfRow = (state: State, {owner, dag, isMain}: Extract<RowSource, {type: 'task'}>): string => {
	const generic = isMain ? parseGenericId(dag.id) : undefined;
	return generic?.scope === 'agent' ? generic.agent : ownerLabel(state, owner);
};

const toRow = (row: AgentsRow, source: RowSource, state: State): Row => {
	const {task, depth, role} = row;
	const label = source.type === 'task' ? ownerOfRow(state, source) : row.label;
	const trouble = troubleIn(source);
	const indented = ' '.repeat(2 * (source.type === 'task' && !source.isMain ? depth - 1 : depth)) + label;
	const outcome = task ? outcomeWords(task.outcome) + (row.isStalled ? ', stalled' : '') + (row.isFailing ? ', failing' : '') : '';
	const isOld = trouble !== undefined;
	return {
		cells: [
			indented,
			source.type === 'task' && source.isMain ? 'main task' : role,
			task?.name ?? (isOld ? '' : row.note ?? ''),
			isOld ? trouble : outcome,
			task ? stageText(task) : '',
			task?.duration === undefined ? '' : formatDuration(task.duration),
			[
				...(source.type === 'agent' && isOld ? [problemWords(state, source.entry, state.view.hour) ?? ''] : []),
				...(isOld && task ? [`last seen ${outcome}`] : []),
				...(row.why === undefined ? [] : [row.needsPassword ? withoutHint(reasonWords(row.why)) : reasonWords(row.why)]),
			].join('; '),
		],
		tone: isOld ? 'bad' : (task ? toneOf(task.outcome) : 'quiet'),
	};
};

/** Every agent with its cluster's and its own tasks, as an aligned table with a head. */
export const fleetLines = (state: State, now: Timestamp, paint: Paint): readonly string[] => {
	const sources = rowsOf(state);
	const {list} = selectAgents(state, now, sources.length);
	const rows = list.rows.flatMap((row, index) => {
		const source = sources[index];
		return source ? [toRow(row, source, state)] : [];
	});
	return textTable([head, ...rows.map(({cells}) => cells)], {
		right: rightColumns,
		paint(text, column, row) {
			const tone = rows[row - 1]?.tone;
			return tone === undefined ? paint(text, 'quiet') : paint(text, column === outcomeColumn ? tone : 'plain');
		},
	});
};
