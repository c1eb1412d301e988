import {type Dag} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {stalenessOf} from '../layout.js';
import {agentBehind, findTask, ownerLabel} from '../locate.js';
import {type Screen, type State} from '../state.js';
import {type LinkRow, type LinksView} from '../views.js';
import {agentNow} from './duration.js';
import {linkReference, linksOf} from './links.js';
import {breadcrumbOf} from './select-parts.js';
import {selectedIndexOf} from './selection.js';
import {taskCells} from './task-cells.js';
import {windowOf, windowTop} from './window.js';

/** The links screen: the main task and the tasks on other agents that belong to a task, with what is known of them. */
export const selectLinks = ({state, screen, dag, now, height}: {
	readonly state: State; readonly screen: Extract<Screen, {type: 'links'}>; readonly dag: Dag; readonly now: Timestamp; readonly height: number;
}): LinksView => {
	const links = linksOf(dag);
	const selected = selectedIndexOf(links, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: links.length,
	});
	return {
		type: 'links',
		breadcrumb: breadcrumbOf(state, screen),
		staleness: stalenessOf(state, screen.task),
		list: windowOf(links, {top, height}, ({key, kind, agent, id}, index): LinkRow => {
			const reference = linkReference(state, id, screen.task.owner);
			const linked = findTask(state, reference);
			return {
				key,
				kind,
				place: agent === '' ? ownerLabel(state, reference.owner) : agent,
				id,
				task: linked && taskCells(linked, agentNow(agentBehind(state, reference.owner), now, linked)),
				isSelected: index === selected,
			};
		}),
	};
};
