import {printable} from '../protocol/printable.js';
import {failure, type Result} from './result.js';

export type Endpoint = {readonly host: string; readonly port: number};

const loopback = '127.0.0.1';

/** Where to listen: "HOST:PORT", "[IPV6]:PORT", ":PORT" or "PORT"; without a host only this machine gets at it. Port 0 takes a free one. */
export const readEndpoint = (option: string, text: string): Result<Endpoint> => {
	const {host = '', port = ''} = /^(?:(?<host>\[[\da-f:.]+\]|[\w.-]*):)?(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
	return port !== '' && Number(port) <= 65_535
		? {ok: true, value: {host: host === '' ? loopback : host.replaceAll(/[[\]]/g, ''), port: Number(port)}}
		: failure(`--${option} "${printable(text)}": expected HOST:PORT or a port, such as 127.0.0.1:9464`);
};
