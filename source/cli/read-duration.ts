import {printable} from '../protocol/printable.js';
import {failure, type Result} from './result.js';

const units: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};
// Timers can wait no longer, and nobody else does.
const longest = 20 * 86_400_000;

/** How long something may take, in ms: "90s", "30m", "1h30m", "2d"; a bare number is seconds. */
export const readDuration = (option: string, text: string): Result<number> => {
	const parts = /^\d{1,9}$/.test(text) ? [[text, 's'] as const] : [...text.matchAll(/(?<count>\d{1,9})(?<unit>[dhms])/g)].map(({groups}) => [groups?.['count'] ?? '', groups?.['unit'] ?? ''] as const);
	const isWhole = parts.map(([count, unit]) => count + unit).join('') === text || parts[0]?.[0] === text;
	let sum = 0;
	for (const [count, unit] of parts) {
		sum += Number(count) * (units[unit] ?? 0);
	}

	return isWhole && sum > 0 && sum <= longest
		? {ok: true, value: sum}
		: failure(`--${option} "${printable(text)}": expected a time up to 20d, such as 90s, 30m or 1h30m`);
};
