import {expect, it} from 'vitest';
import {subTaskMarks} from '../../../source/store/selectors/basics.js';
import {makeNode, makeSubTask} from '../../helpers/tasks.js';

it('marks the sub-tasks of an agent that has several in a stage, by number and by a name of their own', () => {
	const [first, second, other] = [
		makeSubTask({id: '221307064330288661', key: '1'}),
		makeSubTask({id: '221307064330288662', key: '2', name: 'Copy part 2'}),
		makeSubTask({id: '221307064330288663', key: '3', agent: '127.0.0.2:2886'}),
	] as const;
	const markOf = subTaskMarks(makeNode({subTasks: [first, second, other]}));
	expect([first, second, other].map(subTask => markOf(subTask))).toEqual(['#61', '#62 Copy part 2', '']);
});
