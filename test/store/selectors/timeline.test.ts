import {expect, it} from 'vitest';
import {timelineOf} from '../../../source/store/selectors/task.js';
import {after, makeNode} from '../../helpers/tasks.js';

it('draws what took less than a second as a point, whatever its share of a short task is', () => {
	const quick = makeNode({startTime: after(0), endTime: after(0.9)});
	const slow = makeNode({id: '2', key: '2', startTime: after(1), endTime: after(4)});
	expect(timelineOf([quick, slow], after(10))).toEqual({length: 4000, spans: [{start: 0, end: 0}, {start: 0.25, end: 1}]});
});
