// Leads a Node program's connections to the vendor's hosts to the mock; all others stay as they are.
// `lipsync-mock env` names this file in NODE_OPTIONS and the routes in LIPSYNC_TWIN_ROUTES:
// {"HOST:PORT": [ADDRESS, PORT]}. Certificates are still checked, against the host that was asked for.
'use strict';

const net = require('node:net');

const routes = readRoutes();
const hosts = new Set([...routes.keys()].map((name) => name.slice(0, name.lastIndexOf(':'))));
const connect = net.Socket.prototype.connect;

function readRoutes() {
  const text = process.env.LIPSYNC_TWIN_ROUTES;
  if (!text) {
    throw new Error('LIPSYNC_TWIN_ROUTES is not set: evaluate what `lipsync-mock env` prints');
  }
  return new Map(Object.entries(JSON.parse(text)));
}

// net.connect, tls.connect, node:http, node:https and fetch all end here, with (options, listener),
// (port, host, listener), (path, listener) or, from inside Node, [options, listener].
net.Socket.prototype.connect = function (...given) {
  const [first, second] = given;
  if (Array.isArray(first)) {
    first[0] = led(first[0]);
  } else if (typeof first === 'object' && first !== null) {
    given[0] = led(first);
  } else if (typeof second === 'string') {
    const { host, port } = led({ port: first, host: second });
    given.splice(0, 2, port, host);
  }
  return connect.apply(this, given);
};

function led(options) {
  const host = String(options.host || '').toLowerCase().replace(/\.$/, '');
  if (!hosts.has(host)) {
    return options;
  }
  const route = routes.get(`${host}:${options.port}`);
  if (route === undefined) {
    throw new Error(`lipsync-mock does not answer for ${host}:${options.port}`);
  }
  return { ...options, host: route[0], port: route[1] };
}
