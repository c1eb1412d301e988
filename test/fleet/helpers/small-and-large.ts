// A process of its own: what V8 is told holds for all of it. Prints how much room V8 has for new objects, in MB: after work, watching a small fleet, and once that has become large, before and after more work, with news in between.

import process from 'node:process';
import {getHeapSpaceStatistics} from 'node:v8';
import {spareMemory} from '../../../source/fleet/spare-memory.js';
import {createStore} from '../../../source/store/create-store.js';
import {initialState} from '../../../source/store/initial-state.js';
import {addressOf} from '../../helpers/tasks.js';

/** Many small things that live for a while, as answers do: what makes V8 grow. */
const work = (count = 1_500_000): void => {
	const kept: unknown[] = [];
	for (let index = 0; index < count; index += 1) {
		kept[index % 200_000] = {index, list: [index]};
	}
};

const room = (): number => (getHeapSpaceStatistics().find(space => space.space_name === 'new_space')?.space_size ?? NaN) / 1e6;

const addresses = Array.from({length: 99}, (_, index) => addressOf(`10.0.0.${index}:2886`));
const store = createStore(initialState(addresses, {columns: 80, rows: 24}, {isGrowing: true}));

work();
const grown = room();
const stop = spareMemory(store);
const small = room();
store.dispatch({type: 'agents-found', at: 0, found: [{address: addressOf('10.1.0.1:2886'), foundBy: '10.0.0.0:2886', name: '', hasJoined: false}]});
const large = room();
for (let count = 0; count < 60; count += 1) {
	work(50_000);
	store.dispatch({type: 'focus-changed', isFocused: count % 2 !== 0});
}

const later = room();
stop();
process.stdout.write(JSON.stringify({grown, small, large, later}));
