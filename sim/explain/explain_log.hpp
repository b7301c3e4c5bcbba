// What a support engineer wants to know of a logged session: what each line says, how it ended, the
// probable cause and what to try next.
#pragma once

#include "sim/client/client.hpp"
#include "sim/smtplog/log_session.hpp"

#include <string>
#include <vector>

namespace smtpsim::smtplog {

/// Where KB155455 says that mail fails, and the server besides.
enum class Area : std::uint8_t { hardware, tcp_ip, server, client };
constexpr std::string_view name(Area area) {
    constexpr std::array<std::string_view, 4> names{"hardware", "TCP/IP", "server", "client"};
    return names.at(static_cast<std::size_t>(area));
}

struct Cause {
    Area area;
    int likely; // a weight up to 100; they do not add up, a session may have two
    std::string_view why, next;
};

struct Explanation {
    client::Outcome outcome = client::Outcome::none;
    std::string headline;             // one sentence
    std::size_t failing = npos;       // the line in which it shows
    std::vector<std::string> words;   // for each line of the session
    std::vector<Cause> causes;        // the likeliest first; none where nothing failed
    std::vector<std::string> entries; // ids of catalogued failures that look like this
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

/// Of any session, also an empty or cut one. `words` has as many elements as `session.lines`.
Explanation explain(const LoggedSession& session);

// One session each, with what explain() returns for it. UTF-8; log text is escaped.

void append_text(const LoggedSession& session, const Explanation& explanation, bool colour,
                 std::string& out);
void append_json(const LoggedSession& session, const Explanation& explanation, std::string& out);
/// begin_html() comes before the first session, end_html() after the last.
void append_html(const LoggedSession& session, const Explanation& explanation, std::string& out);
void begin_html(std::string_view title, std::string& out);
void end_html(std::string& out);

} // namespace smtpsim::smtplog
