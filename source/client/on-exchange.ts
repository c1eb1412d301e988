import {type HttpResponse, type Transport} from './types.js';

/** A question as it was put to an agent (a GET's path and query), and what came of it in the end: after retries, or what kept it from being sent. It never holds a header or a password. */
export type Exchange = {readonly path: string; readonly response: HttpResponse};

export type OnExchange = (exchange: Exchange) => void;

/** The transport, with somebody who hears of what it gets. */
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
