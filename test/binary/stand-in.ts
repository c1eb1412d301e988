import process from 'node:process';

const standIn = process.env['OBWATCH_STAND_IN'];
if (standIn === undefined) {
	throw new Error('OBWATCH_STAND_IN names no program: run npm run test:binary');
}

process.execPath = standIn;
