import {type Result} from '../lib/result.js';
import {type CommandName, type OptionName, optionsOf} from './options.js';
import {readNumber} from './values.js';

/** The value of every option given, the last one's where it was given twice. */
export type Values = ReadonlyMap<OptionName, string>;

export type DemoOptions = {
	readonly seed: number;
	/** How many times faster than real time. */
	readonly speed: number;
};

const seeds = {from: 0, to: 0xFF_FF_FF_FF, isWhole: true};

/** What `--speed` can be. */
export const speeds = {from: 0.1, to: 1000, isWhole: false};

/** An option's value, or its default from the table. */
export const valueOf = (command: CommandName, name: OptionName, values: Values): string =>
	values.get(name) ?? optionsOf(command).find(option => option.name === name)?.default ?? '';

/** How a command's simulation runs. */
export const readDemo = (command: CommandName, values: Values): Result<DemoOptions> => {
	const seed = readNumber('seed', valueOf(command, 'seed', values), seeds);
	if (!seed.ok) {
		return seed;
	}

	const speed = readNumber('speed', valueOf(command, 'speed', values), speeds);
	return speed.ok ? {ok: true, value: {seed: seed.value, speed: speed.value}} : speed;
};
