// Mail servers that fail as configured, for tests in Node.js. No dependency.
//
//     const { start } = require('./smtpsim.js');
//     const server = await start({ faults: ['kb155455/message/552'] });
//     ...                                  // the code under test sends mail to server.host, server.port
//     await server.messages();             // [{ content, sender, recipients, about }]
//     await server.stop();
//
// The binary is $SMTPSIM, or smtpsim in PATH. If the test run ends, its servers are stopped too.
'use strict';

const { spawn } = require('child_process');
const { mkdtempSync, rmSync, writeFileSync } = require('fs');
const { readFile, readdir } = require('fs/promises');
const os = require('os');
const path = require('path');

const PATIENCE = 20000; // milliseconds that a start or an end may take, on a busy machine

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(condition, what, patience = PATIENCE) {
    const deadline = Date.now() + patience;
    for (;;) {
        const value = await condition();
        if (value) return value;
        if (Date.now() > deadline) throw new Error(`waited ${patience / 1000} s for ${what}`);
        await pause(10);
    }
}

// A file that does not exist yet counts as empty.
const text = (file) =>
    readFile(file, 'utf8').catch((error) => {
        if (error.code === 'ENOENT') return '';
        throw error;
    });

/** A running `smtpsim serve`: host, port, tlsPort (TLS before the greeting) and caFile (what to trust). */
class Server {
    constructor({ profile = 'esmtp', faults = [], seed = 1, options = [] } = {}) {
        this.host = 'localhost'; // its certificate is for this name
        this.folder = mkdtempSync(path.join(os.tmpdir(), 'smtpsim-'));
        this.caFile = path.join(this.folder, 'ca.pem');
        const file = (name) => path.join(this.folder, name);
        // A name or a path is passed on; YAML text, which has several lines, is written to a file.
        const given = (value, name) => {
            if (!value.includes('\n')) return value;
            writeFileSync(file(name), value);
            return file(name);
        };
        const words = [
            'serve', given(profile, 'profile.yaml'), '--seed', String(seed), '--quiet',
            '--listen', 'localhost:0', '--tls-listen', 'localhost:0', '--ca-file', this.caFile,
            '--messages', file('messages'), '--journal', file('journal.jsonl'),
            '--ready-file', file('ready'), '--port-file', file('ports'), ...options,
        ];
        faults.forEach((fault, number) => words.push('--fault', given(fault, `fault${number}.yaml`)));
        this.errors = '';
        this.code = undefined;
        this.process = spawn(process.env.SMTPSIM || 'smtpsim', words, { stdio: ['ignore', 'ignore', 'pipe'] });
        this.process.stderr.setEncoding('utf8').on('data', (some) => { this.errors += some; });
        this.process.on('error', (error) => { this.errors += error.message; this.code = null; });
        this.ended = new Promise((resolve) => this.process.on('close', (code, signal) => {
            this.code = code === null ? signal : code;
            resolve(this.code);
        }));
        this.kill = () => this.process.kill('SIGKILL');
        process.on('exit', this.kill);
    }

    async ready() {
        const file = path.join(this.folder, 'ready');
        await until(async () => this.code !== undefined || (await text(file)), 'smtpsim to listen');
        if (this.code !== undefined) throw new Error(this.errors.trim() || `smtpsim ended with ${this.code}`);
        [this.port, this.tlsPort] = (await text(path.join(this.folder, 'ports'))).split('\n').map(Number);
        return this;
    }

    /** What has happened so far, an object an event; or only the events of one kind. */
    async journal(event) {
        const lines = (await text(path.join(this.folder, 'journal.jsonl'))).split('\n').slice(0, -1);
        const events = lines.map((line) => JSON.parse(line));
        return event === undefined ? events : events.filter((entry) => entry.event === event);
    }

    /** The ids of what the client did wrong: ['early-talker', 'bare-lf']. */
    async findings() {
        return (await this.journal('finding')).map((entry) => entry.finding);
    }

    /** What was kept, in order of arrival; content is a Buffer. */
    async messages() {
        const folder = path.join(this.folder, 'messages');
        const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
        const messages = await Promise.all(names.map(async (name) => {
            const about = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
            const content = await readFile(path.join(folder, name.replace(/json$/, 'eml')));
            return { content, sender: about.sender, recipients: about.recipients, about };
        }));
        const key = ({ about }) => `${about.at} ${about.id}`;
        return messages.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    }

    /** Waits until this number of events of a kind is in the Journal, and returns them. */
    waitFor(event, count = 1) {
        return until(async () => {
            const events = await this.journal(event);
            return events.length >= count && events;
        }, `${count} of ${event}`);
    }

    /** Stops the server and removes its folder; an exit code other than 0 is an error. */
    async stop() {
        if (this.code === undefined) this.process.kill('SIGTERM');
        const timer = setTimeout(this.kill, PATIENCE);
        const code = await this.ended;
        clearTimeout(timer);
        process.removeListener('exit', this.kill);
        rmSync(this.folder, { recursive: true, force: true });
        if (code !== 0) throw new Error(`smtpsim ended with ${code}: ${this.errors.trim()}`);
    }
}

/** start({ profile, faults, seed, options }): a Server that listens. Faults are ids, files or YAML. */
async function start(options) {
    const server = new Server(options);
    try {
        return await server.ready();
    } catch (error) {
        server.kill();
        process.removeListener('exit', server.kill);
        rmSync(server.folder, { recursive: true, force: true });
        throw error;
    }
}

/** withServer(options, async (server) => ...): starts one, and stops it whatever comes. */
async function withServer(options, use) {
    const server = await start(options);
    let result;
    try {
        result = await use(server);
    } catch (error) {
        await server.stop().catch(() => {}); // the first error is the one to tell
        throw error;
    }
    await server.stop();
    return result;
}

module.exports = { start, withServer };
