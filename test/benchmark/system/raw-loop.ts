// What a terminal costs without any framework: as many durations as there are rows, rewritten once a second.
import process from 'node:process';

const rows = Number(process.argv[2]);
let seconds = 60;
process.stdout.write('\u001B[?1049h\u001B[?2026h\u001B[?2026l');
setInterval(() => {
	seconds += 1;
	const cells = Array.from({length: rows}, (_, row) => `\u001B[${row + 3};73H${String(Math.floor(seconds / 60)).padStart(3)}m${String(seconds % 60).padStart(2, '0')}s`);
	process.stdout.write(`\u001B[?2026h${cells.join('')}\u001B[?2026l`);
}, 1000);
