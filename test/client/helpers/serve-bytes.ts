import {createServer, type Server, type Socket} from 'node:net';
import {onTestFinished} from 'vitest';

/** A server that speaks bytes instead of HTTP, until the test is over; `sockets` are those that are open. */
export const serveBytes = async (connected: (socket: Socket) => void): Promise<{readonly address: string; readonly server: Server; readonly sockets: ReadonlySet<Socket>}> => {
	const sockets = new Set<Socket>();
	const server = createServer(socket => {
		sockets.add(socket);
		socket.on('error', () => undefined);
		// Reads, so that it hears of the other side's end.
		socket.resume();
		socket.on('close', () => {
			sockets.delete(socket);
		});
		connected(socket);
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) {
			socket.destroy();
		}
	});
	const address = server.address();
	return {address: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, server, sockets};
};
