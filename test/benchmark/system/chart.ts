// How figures grow, as pictures for docs/performance.md.

/** Points in ascending order of x, which is drawn by its logarithm. */
type Series = {readonly name: string; readonly points: ReadonlyArray<readonly [x: number, y: number]>};

export type Chart = {readonly title: string; readonly across: string; readonly unit: string; readonly series: readonly Series[]};

const [width, height] = [640, 260];

const [left, right, top, bottom] = [56, 150, 40, 44];

// Readable on white and on black alike.
const colours = ['#2f81f7', '#d29922', '#3fb950', '#f85149'];

const grey = '#8b949e';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A round number that is not below a value: 1, 2, 2.5 or 5, and zeros. */
const roundUp = (value: number): number => {
	const magnitude = 10 ** Math.floor(Math.log10(value));
	return ([1, 2, 2.5, 5, 10].find(step => step * magnitude >= value) ?? 10) * magnitude;
};

const label = (text: string, {x, y, anchor = 'start', fill = grey}: {readonly x: number; readonly y: number; readonly anchor?: 'start' | 'middle' | 'end'; readonly fill?: string}): string =>
	`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}">${escaped(text)}</text>`;

/** A chart as an SVG document. Needs at least one point above zero. */
export const chartOf = ({title, across, unit, series}: Chart): string => {
	const xs = [...new Set(series.flatMap(({points}) => points.map(([x]) => x)))].toSorted((one, other) => one - other);
	const most = roundUp(Math.max(...series.flatMap(({points}) => points.map(([, y]) => y))));
	const [first, last] = [Math.log(xs[0] ?? 1), Math.log(xs.at(-1) ?? 1)];
	const placeOf = (x: number): number => left + ((Math.log(x) - first) / Math.max(1, last - first) * (width - left - right));
	const up = (y: number): number => height - bottom - (y / most * (height - top - bottom));
	const grid = [0, 0.25, 0.5, 0.75, 1].map(share => {
		const y = up(share * most);
		return `<line x1="${left}" y1="${y.toFixed(1)}" x2="${width - right}" y2="${y.toFixed(1)}" stroke="${grey}" stroke-opacity="0.3"/>${label((share * most).toLocaleString('en'), {x: left - 8, y: y + 4, anchor: 'end'})}`;
	});
	const lines = series.map(({name, points}, index) => {
		const fill = colours[index % colours.length] ?? grey;
		const places = points.map(([x, y]) => [placeOf(x), up(y)] as const);
		const [endX, endY] = places.at(-1) ?? [left, top];
		return `<polyline fill="none" stroke="${fill}" stroke-width="2" points="${places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}"/>${
			places.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${fill}"/>`).join('')}${label(name, {x: endX + 8, y: endY + 4, fill})}`;
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
		label(`${title}, ${unit}`, {x: left, y: 20}),
		...grid,
		...xs.map(x => label(x.toLocaleString('en'), {x: placeOf(x), y: height - bottom + 18, anchor: 'middle'})),
		label(across, {x: (left + width - right) / 2, y: height - 8, anchor: 'middle'}),
		...lines,
		'</svg>',
		'',
	].join('\n');
};
