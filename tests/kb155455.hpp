// KB155455's sample log, and the conversation of its lines 05 to 24: what the client says and
// hears.
#pragma once

#include "core/clock.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace smtpsim::kb155455 {

/// 1996-08-01 22:24:22.078 UTC: the date of line 05 and the message id of line 22 agree on it.
inline constexpr Tick now{std::chrono::milliseconds{838'938'262'078}};
/// With this seed the server's number is the 43 of line 22.
inline constexpr std::uint64_t seed = 155455;

struct Exchange {
    std::string_view client, server;
};
inline constexpr std::array conversation{
    Exchange{"", "220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22 -0700\r\n"},
    Exchange{"EHLO smtp-client\r\n", "250-smtp.host.com\r\n"
                                     "250-HELP\r\n"
                                     "250-EXPN\r\n"
                                     "250-XREMOTEQUEUE\r\n"
                                     "250 PIPELINING\r\n"},
    Exchange{"RSET\r\n", "250 Ok resetting state\r\n"},
    Exchange{"MAIL FROM:<jdoe@somewhere.com>\r\n", "250 Sender <jdoe@somewhere.com> Ok\r\n"},
    Exchange{"RCPT TO:<janed@elsewhere.com>\r\n", "250 Recipient <janed@elsewhere.com> Ok\r\n"},
    Exchange{"DATA\r\n", "354 Ok Send data ending with <CRLF>.<CRLF>\r\n"},
    Exchange{"Subject: Test\r\n\r\nHello, Jane.\r\n.\r\n",
             "250 Message received: 19960801222422078.AAA43@smtp-client\r\n"},
    Exchange{"QUIT\r\n", "221 smtp.host.com ESMTP server closing connection\r\n"},
};

/// The whole log, of a client at -0500. The article prints no server's address.
inline std::string log(std::string_view address = "nnn.nnn.nnn.nnn") {
    std::string text =
        "Microsoft(r) Plus! for Windows(r) 95 4.70.1155\r\n"
        "SMTP Log started at Thu Aug 01 17:22:27\r\n"
        "SMTP: 17:22:28 [db] Connecting to 'smtp.host.com'.\r\n"
        "SMTP: 17:22:28 [db] srv_addr = nnn.nnn.nnn.nnn\r\n"
        "SMTP: 17:22:29 [rx] 220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22 "
        "-0700\r\n"
        "SMTP: 17:22:29 [tx] EHLO smtp-client\r\n"
        "SMTP: 17:22:29 [rx] 250-smtp.host.com\r\n"
        "SMTP: 17:22:29 [rx] 250-HELP\r\n"
        "SMTP: 17:22:29 [rx] 250-EXPN\r\n"
        "SMTP: 17:22:29 [rx] 250-XREMOTEQUEUE\r\n"
        "SMTP: 17:22:29 [rx] 250 PIPELINING\r\n"
        "SMTP: 17:22:29 [tx] RSET\r\n"
        "SMTP: 17:22:29 [rx] 250 Ok resetting state\r\n"
        "SMTP: 17:22:29 [tx] MAIL FROM:<jdoe@somewhere.com>\r\n"
        "SMTP: 17:22:29 [rx] 250 Sender <jdoe@somewhere.com> Ok\r\n"
        "SMTP: 17:22:29 [tx] RCPT TO:<janed@elsewhere.com>\r\n"
        "SMTP: 17:22:30 [rx] 250 Recipient <janed@elsewhere.com> Ok\r\n"
        "SMTP: 17:22:30 [tx] DATA\r\n"
        "SMTP: 17:22:30 [rx] 354 Ok Send data ending with <CRLF>.<CRLF>\r\n"
        "SMTP: 17:22:30 [tx] \r\n"
        ".\r\n"
        "SMTP: 17:22:30 [rx] 250 Message received: 19960801222422078.AAA43@smtp-client\r\n"
        "SMTP: 17:22:30 [tx] QUIT\r\n"
        "SMTP: 17:22:30 [rx] 221 smtp.host.com ESMTP server closing connection\r\n"
        "SMTP: 17:22:30 [db] Connection to 'smtp.host.com' closed.\r\n";
    constexpr std::string_view printed = "nnn.nnn.nnn.nnn";
    return text.replace(text.find(printed), printed.size(), address);
}

/// The same as the article prints it: without tag and time.
inline std::string bare_log(std::string_view address = "nnn.nnn.nnn.nnn") {
    std::string text = log(address);
    constexpr std::string_view tag = "SMTP: 17:22:28 ";
    for (std::size_t at = text.find("SMTP: "); at != std::string::npos;
         at = text.find("SMTP: ", at))
        text.erase(at, tag.size());
    return text;
}

} // namespace smtpsim::kb155455
