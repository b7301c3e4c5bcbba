// The Journal for a person at a terminal: who said what and when, one line each.
//
//     #1 opened 127.0.0.1:40112 -> 127.0.0.1:2525
//     #1   0.002s C: EHLO client
//     #1   0.002s S: 250-smtp.host.com
//     #1   0.153s C: (1,204 octets of message)
//     #1   0.180s closed by client: 1,300 octets in, 402 out, 1 message
//
// Octets of either side are shown escaped, see append_visible. Only a proper CRLF is left out: a
// line that ends in LF alone shows \n, and one that has no end shows a single backslash, which no
// octets can produce, since theirs is doubled.
#pragma once

#include "sim/journal/journal.hpp"

#include <string>
#include <unordered_map>

namespace smtpsim::journal {

class Transcript : public View {
public:
    Transcript(Sink& sink, bool colour)
        : sink_(sink), colour_(colour) {} // the sink outlives the view

    void show(const Event& event) override;
    void flush() override { sink_.flush(); }

private:
    struct Session { // from Opened to Closed
        Tick opened;
        Tick content_at{}; // of the last octets counted
        std::uint64_t content_octets = 0;
    };
    class Painter;

    Sink& sink_;
    const bool colour_;
    std::unordered_map<std::uint64_t, Session> sessions_;
    std::string text_; // kept between events
};

} // namespace smtpsim::journal
