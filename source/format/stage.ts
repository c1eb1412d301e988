import {type TaskCells} from '../store/views.js';

/** The stage being worked on, of how many: "3/11". What was rolled back is at none, though agents leave it at the first. Empty where there are no stages. */
export const stageText = ({outcome, progress: {stage, total}}: Pick<TaskCells, 'outcome' | 'progress'>): string =>
	total === 0 ? '' : `${outcome.word === 'rolled back' ? 0 : stage}/${total}`;
