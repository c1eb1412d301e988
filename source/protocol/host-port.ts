/** "10.0.0.1:2886", "[fd00::1]:2886": how an agent is written everywhere, on screen and as a key. */
export const formatHostPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
