// Sends one message with nodemailer: node nodemailer.js '{"host": ...}' FILE. Prints "ok" or the error's
// code, which is also the exit code's reason.
const fs = require("fs");
const nodemailer = require("nodemailer");
const [options, sender, recipients, file] = process.argv.slice(2);
nodemailer.createTransport(JSON.parse(options)).sendMail(
    {envelope: {from: sender, to: recipients.split(",")}, raw: fs.readFileSync(file)},
    error => {
        console.log(error ? `${error.code}: ${error.message}` : "ok");
        process.exit(error ? 1 : 0);
    });
