// Sends $SMTPSIM_MESSAGE with nodemailer; an error prints its code and the reply's (responseCode), and ends with 1.
// NODE_EXTRA_CA_CERTS makes it trust the authority.
'use strict';

const { readFileSync } = require('fs');
const nodemailer = require('nodemailer');

const env = (name) => process.env['SMTPSIM_' + name];
const transport = nodemailer.createTransport({
    host: env('HOST'),
    port: Number(env('PORT')),
    name: 'smtp-client',
    secure: env('TLS') === 'implicit',
    requireTLS: env('TLS') === 'starttls',
    ignoreTLS: env('TLS') === 'plain',
    auth: env('USER') ? { user: env('USER'), pass: env('PASSWORD') } : undefined,
    connectionTimeout: 3000,
    greetingTimeout: 3000,
    socketTimeout: 3000,
});
transport
    .sendMail({
        envelope: { from: env('SENDER'), to: [env('RECIPIENT')] },
        raw: readFileSync(env('MESSAGE')),
    })
    .then((info) => console.log('accepted:', info.response))
    .catch((error) => {
        console.error(`${error.code || ''} ${error.responseCode || ''}: ${error.message}`);
        process.exitCode = 1;
    });
