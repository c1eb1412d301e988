import {expect, test} from 'vitest';
import {verdictOn, type Figure} from './system/figure.js';

const figure = (value: number, change: Partial<Figure> = {}): Figure => ({name: 'key to frame', value, unit: 'ms', budget: 30, ...change});

test('a figure is over its budget beyond what one run differs from the next; what is counted is exact; without a budget nothing is said', () => {
	expect([30, 34, 35].map(value => verdictOn(figure(value)))).toEqual(['within', 'tolerated', 'over']);
	expect([0, 1].map(value => verdictOn(figure(value, {unit: 'frames', budget: 0})))).toEqual(['within', 'over']);
	expect(verdictOn({name: 'memory', value: 999, unit: 'MB'})).toBe('no budget');
});
