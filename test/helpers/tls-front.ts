// TLS in front of an agent, as a proxy or a newer agent has it.

import net, {type AddressInfo} from 'node:net';
import tls, {type TlsOptions} from 'node:tls';
import {onTestFinished} from 'vitest';

/** Listens on a free port of 127.0.0.1 and hands on whatever comes over TLS. Ends with the test. Resolves with "https://127.0.0.1:port". */
export const startTlsFront = async (label: string, options: TlsOptions): Promise<string> => {
	const [host, port] = label.split(':', 2);
	const sockets = new Set<net.Socket>();
	const server = tls.createServer(options, socket => {
		const behind = net.connect(Number(port), host);
		for (const [one, other] of [[socket, behind], [behind, socket]] as const) {
			sockets.add(one);
			one.pipe(other);
			one.on('error', () => {
				other.destroy();
			});
			one.on('close', () => {
				sockets.delete(one);
				other.destroy();
			});
		}
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(async () => {
		for (const socket of sockets) {
			socket.destroy();
		}

		await new Promise(resolve => {
			server.close(resolve);
		});
	});
	return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
