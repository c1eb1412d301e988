/** What is measured together, in this order; the names that `--only` takes. */
export const partNames = ['start', 'idle', 'running', 'keys', 'fleet', 'cluster', 'memory', 'dag'] as const;

export type PartName = (typeof partNames)[number];

export type Unit = 'x' | '% of a core' | 'ms' | 's' | 'MB' | 'KB a minute' | 'bytes' | 'frames' | 'ms a poll' | 'requests' | 'handles' | 'KB a poll';

/** What is drawn as charts, with the words below and beside the picture. */
export const charts = {
	cpu: {title: 'CPU time of a fleet', across: 'agents', unit: '% of a core'},
	memory: {title: 'Memory of a fleet', across: 'agents', unit: 'MB'},
	stages: {title: 'A poll of a task of 200 stages', across: 'stage that it has come to', unit: 'ms of CPU time'},
} as const;

/** A point of a line in a chart. */
export type Growth = {readonly chart: keyof typeof charts; readonly series: string; readonly x: number; readonly y: number};

/** One row of the table. */
export type Figure = {
	readonly name: string;
	readonly value: number;
	readonly unit: Unit;
	/** At most that much, in the same unit. */
	readonly budget?: number;
	/** What it is compared with, measured in the same run. */
	readonly compared?: string;
	readonly growth?: readonly Growth[];
};

/** How much over its budget a figure may be before `--check` fails: what one run differs from the next by. What is counted is exact. */
const tolerances: Readonly<Partial<Record<Unit, number>>> = {
	x: 0.1, '% of a core': 0.15, ms: 0.15, MB: 0.05, 'KB a minute': 0.05,
};

export type Verdict = 'no budget' | 'within' | 'tolerated' | 'over';

export const verdictOn = ({value, unit, budget}: Figure): Verdict => {
	if (budget === undefined) {
		return 'no budget';
	}

	if (value <= budget) {
		return 'within';
	}

	return value <= budget * (1 + (tolerances[unit] ?? 0)) ? 'tolerated' : 'over';
};

/** For people: "x 10 %, …; what is counted none". */
export const toleranceWords = `${Object.entries(tolerances).map(([unit, share]) => `${unit} ${share * 100} %`).join(', ')}; what is counted, none`;
