// A receiver in another language: what a running Buildify sends to it, npm's standardwebhooks has to accept.
//   node tests/webhooks/verify.mjs artifacts/embedded/bin/AppHost/debug/AppHost.dll
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';

const limitMs = 90_000;
const password = 'a-password-for-this-check';
const [program] = process.argv.slice(2);
const address = `http://127.0.0.1:${await freePort()}`;

const received = [];
let refusals = 0;
let arrived = () => {};
const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  // The bytes as they came: a body that was parsed and written again would have another signature.
  received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
  response.statusCode = refusals-- > 0 ? 503 : 204;
  response.end();
  arrived();
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');

const folder = await mkdtemp(join(tmpdir(), 'buildify-webhooks-'));
const host = spawn('dotnet', [program], {
  cwd: folder,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    ASPNETCORE_ENVIRONMENT: 'Development',
    ASPNETCORE_URLS: address,
    BUILDIFY_ADMIN_PASSWORD: password,
    BUILDIFY_DATA: join(folder, 'data'),
    Cluster__SiloPort: String(await freePort()),
    Cluster__GatewayPort: String(await freePort()),
    Logging__LogLevel__Default: 'Error',
    WebHooks__AllowedAddresses__0: '127.0.0.0/8',
  },
});

try {
  await check();
  console.log('standardwebhooks accepts what was sent.');
} finally {
  receiver.close();
  host.kill('SIGTERM');
  if (host.exitCode === null) await once(host, 'exit');
  await rm(folder, { recursive: true, force: true });
}

async function check() {
  await until(async () => (await fetch(`${address}/ready`).catch(() => null))?.ok, 'the host is ready');
  const { access_token: token } = await call('POST', '/api/v1/auth/token', { email: 'admin@localhost', password });
  const headers = { authorization: `Bearer ${token}`, 'x-tenant': 'acme' };
  await call('POST', '/api/v1/tenants', { id: 'acme', display_name: 'Acme' }, headers);
  await call('PUT', '/api/v1/event-prefixes/shop', undefined, headers);
  const hook = await call('POST', '/api/v1/event-subscriptions',
    { name: 'orders', event_pattern: 'shop.**', callback_url: `http://127.0.0.1:${receiver.address().port}/hook` }, headers);
  assert.match(hook.secret, /^whsec_/);

  // One that the receiver takes, and one that it refuses at first.
  const first = await publish('shop.order.placed', { order: 1, note: 'Grüße, 世界 "and" <all>' }, headers);
  await until(() => received.length === 1, 'the first delivery');
  accept(hook.secret, received[0], first);
  assert.throws(() => new Webhook('whsec_' + Buffer.alloc(32).toString('base64')).verify(received[0].body, received[0].headers));

  refusals = 1;
  const second = await publish('shop.order.placed', { order: 2 }, headers);
  await until(() => received.length === 3, 'the second attempt of what was refused');
  accept(hook.secret, received[1], second);
  accept(hook.secret, received[2], second);

  // While a secret is rotated, receivers with either of them accept.
  const rotated = await call('POST', `/api/v1/event-subscriptions/${hook.id}/rotate-secret`, undefined, headers);
  assert.notEqual(rotated.secret, hook.secret);
  const third = await publish('shop.order.placed', { order: 3 }, headers);
  await until(() => received.length === 4, 'the delivery after the rotation');
  accept(hook.secret, received[3], third);
  accept(rotated.secret, received[3], third);
}

function accept(secret, delivery, id) {
  const event = new Webhook(secret).verify(delivery.body, delivery.headers);
  assert.equal(event.id, id);
  assert.equal(delivery.headers['webhook-id'], id);
}

async function publish(type, payload, headers) {
  return (await call('POST', '/api/v1/events', { event_type: type, payload }, headers)).id;
}

async function call(method, path, body, headers = {}) {
  const response = await fetch(address + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

async function until(condition, what) {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `${what}: not within ${limitMs / 1000} s`);
    assert.equal(host.exitCode, null, 'the host has left');
    await new Promise((resolve) => {
      arrived = resolve;
      setTimeout(resolve, 100);
    });
  }
}

async function freePort() {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
