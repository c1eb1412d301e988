import {progressBar} from '../../format/bars.js';
import {formatDuration} from '../../format/duration.js';
import {isActive} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {rowsOf} from '../../store/select/rows.js';
import {selectAgents} from '../../store/select/select-agents.js';
import {type State} from '../../store/state.js';
import {type TaskCells} from '../../store/views.js';
import {type Glyphs} from '../../ui/theme.js';

const barColumns = 8;

const taskWords = ({name, progress, duration}: TaskCells, {bar}: Glyphs): string => [
	name,
	...(progress.total === 0 ? [] : [`${progressBar(progress, barColumns, bar)} ${progress.stage}/${progress.total}`]),
	...(duration === undefined ? [] : [formatDuration(duration)]),
].join('  ');

/** How far it is, in one line: what is counted of all agents, then the first task that something is done on. */
export const progressWords = (state: State, now: Timestamp, glyphs: Glyphs): string => {
	const {summary, list} = selectAgents(state, now, rowsOf(state).length);
	const counts = summary.parts.map(({count, word}) => `${count} ${word}`);
	const active = list.rows.flatMap(({task, problem}) => task && problem === undefined && isActive(task.outcome) ? [task] : []);
	const [first] = active;
	return [counts.length === 0 ? 'waiting' : counts.join(` ${glyphs.dot} `), ...(first ? [taskWords(first, glyphs)] : [])].join('  ');
};
