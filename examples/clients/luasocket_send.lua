-- Sends $SMTPSIM_MESSAGE_CRLF with LuaSocket, which has no TLS; an error has the text of the reply.
local ltn12, smtp = require "ltn12", require "socket.smtp"

local function env(name) return os.getenv("SMTPSIM_" .. name) end
smtp.TIMEOUT = 3
local sent, problem = smtp.send {
    server = env "HOST", port = env "PORT", domain = "smtp-client",
    from = "<" .. env "SENDER" .. ">", rcpt = "<" .. env "RECIPIENT" .. ">",
    source = ltn12.source.file(io.open(env "MESSAGE_CRLF", "rb")),
}
if not sent then
    io.stderr:write("not sent: ", problem, "\n")
    os.exit(1)
end
