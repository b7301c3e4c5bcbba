// Smtp.log as the client would have written it: the Journal seen from the other end of the wire, in
// the format of KB155455, "Interpreting the Smtp.log File". What a server sends is its [rx]. A
// client's own Journal, which knows of connections that failed, gives its own log.
//
// A log must not be forgeable: what either side said goes through append_visible, so that a line of
// the file is a line on the wire. The original product wrote octets as they came.
#pragma once

#include "core/date.hpp"
#include "sim/journal/journal.hpp"
#include "sim/smtplog/log_dialect.hpp"

#include <map>
#include <string>

namespace smtpsim::smtplog {

struct Options {
    Dialect dialect = Dialect::imn_1_0;
    ZoneOffset zone{0}; // of the client's clock
    Tick started{};     // of the second header line
    bool bare = false;  // without "SMTP: hh:mm:ss ", as the article prints its example
};

/// Writes the header at once, and each session as a block when it closes: the format has no session
/// ids, so that lines of two sessions must not mix. Only a session whose block outgrows
/// block_octets_max is written in parts, and may have others between them.
class Writer : public journal::View {
public:
    Writer(journal::Sink& sink, Options options); // the sink outlives the writer
    ~Writer() override;                           // writes what sessions that never closed have
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void show(const journal::Event& event) override;
    void flush() override { sink_.flush(); } // open sessions stay buffered

    static constexpr std::size_t block_octets_max = 64UL << 10; // chosen, not measured

private:
    struct Session { // from Connecting or Opened to Closed
        std::string host;
        std::string block;
        std::string reply, command;  // lines that have not ended yet
        std::string tail = line_end; // the last octets of content, for CRLF.CRLF
        bool in_content = false;     // from 354, or the first octets, to the end of data
        bool end_logged = false;     // of the message that the last DATA began
        bool named = false;          // "Connecting to" is written
        bool secret = false;         // the next command answers 334
    };
    class Entry;

    static constexpr const char* line_end = "\r\n";

    void show_lookup(const journal::Lookup& lookup, Tick at);
    void write_block(Session& session);

    journal::Sink& sink_;
    const Options options_;
    std::map<std::uint64_t, Session> sessions_; // ordered: the destructor writes in that order
    std::string unknown_host_;                  // of the lookup that failed last
};

} // namespace smtpsim::smtplog
