// When anything happens at all. Times are ms since the soak began.

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/**
At the end of each block everything comes to rest, so that what is measured then can be compared.

`recovery`: nothing goes wrong so shortly before the quiet that it could last into it.
*/
export type Calendar = {readonly block: number; readonly quiet: number; readonly recovery: number};

/** When the quiet of that time's block begins. */
export const quietFrom = ({block, quiet}: Calendar, time: number): number => (Math.floor(time / block) * block) + block - quiet;

export const isQuiet = (calendar: Calendar, time: number): boolean => time >= quietFrom(calendar, time);
