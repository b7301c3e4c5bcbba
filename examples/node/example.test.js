// An example of a project's mail tests, with nodemailer as the code under test.
//
//     SMTPSIM=path/to/smtpsim NODE_PATH=/usr/share/nodejs node --test examples/node/
'use strict';

const assert = require('assert');
const { readFileSync } = require('fs');
const { test } = require('node:test');
const nodemailer = require('nodemailer');
const { start, withServer } = require('./smtpsim.js');

const MAIL = { from: 'jdoe@somewhere.com', to: 'janed@elsewhere.com', subject: 'hi', text: 'Hello Jane\n.\nJohn' };

function send(server, more = {}) {
    const transport = nodemailer.createTransport({
        host: server.host, port: server.port, ignoreTLS: true, socketTimeout: 10000, ...more,
    });
    return transport.sendMail(MAIL);
}

test('a mail arrives', () => withServer({}, async (server) => {
    await send(server);
    const [message] = await server.messages();
    assert.strictEqual(message.sender, 'jdoe@somewhere.com');
    assert.deepStrictEqual(message.recipients, ['janed@elsewhere.com']);
    assert.match(message.content.toString(), /\r\nHello Jane\r\n\.\r\nJohn\r\n$/);
}));

test('a mail that is too much is refused and not kept', () =>
    withServer({ faults: ['kb155455/message/552'] }, async (server) => {
        await assert.rejects(send(server), { code: 'EMESSAGE', responseCode: 552 });
        assert.deepStrictEqual(await server.messages(), []);
    }));

test('the second try gets past greylisting', () => {
    const greylisted = `smtpsim: 1
faults:
  - name: greylisted, once
    at: rcpt
    when: {nth: 1, per: run}
    do: [{reply: "450 4.2.0 Greylisted, try again in 5 minutes"}]
`;
    return withServer({ faults: [greylisted] }, async (server) => {
        await assert.rejects(send(server), { code: 'EENVELOPE', responseCode: 450 });
        await send(server);
        assert.strictEqual((await server.messages()).length, 1);
    });
});

test('a login over TLS, whose certificate is checked', () =>
    withServer({ profile: 'submission' }, async (server) => {
        await send(server, {
            ignoreTLS: false,
            requireTLS: true,
            tls: { ca: readFileSync(server.caFile) },
            auth: { user: 'jdoe', pass: 'secret' },
        });
        const [login] = await server.waitFor('logged-in');
        assert.strictEqual(login.user, 'jdoe');
        await assert.rejects(send(server, { ignoreTLS: false, requireTLS: true }), { code: 'ESOCKET' });
    }));

test('what the client does wrong is found', () => withServer({}, async (server) => {
    await send(server);
    await server.waitFor('closed');
    // nodemailer 6 closes the connection after a single mail without QUIT.
    assert.deepStrictEqual(await server.findings(), ['no-quit']);
}));

test('a fault that does not exist is reported at once', () =>
    assert.rejects(start({ faults: ['kb155455/message/999'] }), /999/));
