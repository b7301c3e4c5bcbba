// The conversation of KB155455's sample log, lines 05 to 24: what the client says and hears.
#pragma once

#include "sim/core/clock.hpp"

#include <array>
#include <chrono>
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

} // namespace smtpsim::kb155455
