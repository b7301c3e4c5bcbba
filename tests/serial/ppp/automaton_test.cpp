#include "serial/ppp/automaton.hpp"
#include "tests/catch.hpp"

#include <sstream>
#include <string>
#include <vector>

using namespace smtpsim::ppp;

namespace {

/// RFC 1661 §4.1 in its own notation, states 0 to 9; r, p and x are its footnotes.
struct Line {
    Event event;
    std::string_view cells;
};

constexpr std::array<Line, event_count> lines{
    Line{Event::up, "2 irc,scr/6 - - - - - - - -"},
    Line{Event::down, "- - 0 tls/1 0 1 1 1 1 tld/1"},
    Line{Event::open, "tls/1 1 irc,scr/6 3r 5r 5r 6 7 8 9r"},
    Line{Event::close, "0 tlf/0 2 2 4 4 irc,str/4 irc,str/4 irc,str/4 tld,irc,str/4"},
    Line{Event::timeout, "- - - - str/4 str/5 scr/6 scr/6 scr/8 -"},
    Line{Event::timeout_last, "- - - - tlf/2 tlf/3 tlf/3p tlf/3p tlf/3p -"},
    Line{Event::request_good, "- - sta/2 irc,scr,sca/8 4 5 sca/8 sca,tlu/9 sca/8 tld,scr,sca/8"},
    Line{Event::request_bad, "- - sta/2 irc,scr,scn/6 4 5 scn/6 scn/7 scn/6 tld,scr,scn/6"},
    Line{Event::ack, "- - sta/2 sta/3 4 5 irc/7 scr/6x irc,tlu/9 tld,scr/6x"},
    Line{Event::nak, "- - sta/2 sta/3 4 5 irc,scr/6 scr/6x irc,scr/8 tld,scr/6x"},
    Line{Event::terminate_request, "- - sta/2 sta/3 sta/4 sta/5 sta/6 sta/6 sta/6 tld,zrc,sta/5"},
    Line{Event::terminate_ack, "- - 2 3 tlf/2 tlf/3 6 6 8 tld,scr/6"},
    Line{Event::unknown_code, "- - scj/2 scj/3 scj/4 scj/5 scj/6 scj/7 scj/8 scj/9"},
    Line{Event::reject_permitted, "- - 2 3 4 5 6 6 8 9"},
    Line{Event::reject_catastrophic, "- - tlf/2 tlf/3 tlf/2 tlf/3 tlf/3 tlf/3 tlf/3 tld,irc,str/5"},
    Line{Event::echo, "- - 2 3 4 5 6 7 8 ser/9"},
};

std::string shown(const Transition& transition) {
    constexpr std::array<std::string_view, 13> names{
        "tld", "tls", "tlf", "irc", "zrc", "scr", "sca", "scn", "str", "sta", "scj", "ser", "tlu"};
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i)
        if ((transition.actions >> i & 1) != 0)
            out += (out.empty() ? "" : ",") + std::string{names[i]};
    return out + (out.empty() ? "" : "/") + std::to_string(static_cast<int>(transition.next));
}

} // namespace

TEST_CASE("the automaton's table is that of RFC 1661") {
    for (const Line& line : lines) {
        std::istringstream cells{std::string{line.cells}};
        for (std::size_t state = 0; state < state_count; ++state) {
            std::string cell;
            cells >> cell;
            while (cell.size() > 1 &&
                   std::string_view{"rpx"}.find(cell.back()) != std::string::npos)
                cell.pop_back();
            if (cell == "-") cell = std::to_string(state); // nothing happens
            CAPTURE(static_cast<int>(line.event), state);
            CHECK(shown(transition(line.event, static_cast<State>(state))) == cell);
        }
    }
}

TEST_CASE("the restart timer runs from Closing to Ack-Sent") {
    CHECK_FALSE(is_timed(State::stopped));
    CHECK(is_timed(State::closing));
    CHECK(is_timed(State::ack_sent));
    CHECK_FALSE(is_timed(State::opened));
}
