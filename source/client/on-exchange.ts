import {type HttpResponse, type Transport} from './types.js';

/** A request (a GET's path and query) and its final response: after retries, or the error that kept it from being sent. Contains no header and no password. */
export type Exchange = {readonly path: string; readonly response: HttpResponse};

export type OnExchange = (exchange: Exchange) => void;

/** The same transport, which also reports each exchange to a listener. */
export const withExchangeListener = (transport: Transport, hear: OnExchange | undefined): Transport => hear
	? {
		...transport,
		async get(request, options) {
			const response = await transport.get(request, options);
			hear({path: request.uri, response});
			return response;
		},
	}
	: transport;
