const second = 1000;
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** A duration in ms in at most six characters: "48s", "1m12s", "2h03m", "3d04h", "120d". Whole seconds, rounded down, as a stop watch shows them. */
export const formatDuration = (milliseconds: number): string => {
	const seconds = Math.max(0, Math.floor(milliseconds / second));
	if (seconds < minute) {
		return `${seconds}s`;
	}

	if (seconds < hour) {
		return `${Math.floor(seconds / minute)}m${twoDigits(seconds % minute)}s`;
	}

	if (seconds < day) {
		return `${Math.floor(seconds / hour)}h${twoDigits(Math.floor((seconds % hour) / minute))}m`;
	}

	const days = Math.floor(seconds / day);
	return days < 100 ? `${days}d${twoDigits(Math.floor((seconds % day) / hour))}h` : `${days}d`;
};
