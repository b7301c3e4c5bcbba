#include "serial/ppp/automaton.hpp"

namespace smtpsim::ppp {

namespace {

constexpr std::uint8_t stay = 0xff;

struct Cell {
    constexpr Cell(int to) : next(static_cast<std::uint8_t>(to)) {}
    constexpr Cell(int what, int to)
        : actions(static_cast<std::uint16_t>(what)), next(static_cast<std::uint8_t>(to)) {}

    std::uint16_t actions = nothing;
    std::uint8_t next;
};

using Row = std::array<Cell, state_count>;

constexpr Cell no{stay};

// clang-format off
/// In the order of Event and State.
constexpr std::array<Row, event_count> table{
    //   Initial    Starting    Closed     Stopped            Closing  Stopping  Req-Sent     Ack-Rcvd     Ack-Sent     Opened
    Row{ 2,        {irc|scr,6}, no,        no,                no,      no,       no,          no,          no,          no                 },
    Row{ no,        no,         0,        {tls,1},            0,       1,        1,           1,           1,          {tld,1}             },
    Row{Cell{tls,1}, 1,        {irc|scr,6}, 3,                5,       5,        6,           7,           8,           9                  },
    Row{ 0,        {tlf,0},     2,         2,                 4,       4,       {irc|str,4}, {irc|str,4}, {irc|str,4}, {tld|irc|str,4}     },

    Row{ no,        no,         no,        no,               {str,4}, {str,5},  {scr,6},     {scr,6},     {scr,8},      no                 },
    Row{ no,        no,         no,        no,               {tlf,2}, {tlf,3},  {tlf,3},     {tlf,3},     {tlf,3},      no                 },

    Row{ no,        no,        {sta,2},   {irc|scr|sca,8},    4,       5,       {sca,8},     {sca|tlu,9}, {sca,8},     {tld|scr|sca,8}     },
    Row{ no,        no,        {sta,2},   {irc|scr|scn,6},    4,       5,       {scn,6},     {scn,7},     {scn,6},     {tld|scr|scn,6}     },
    Row{ no,        no,        {sta,2},   {sta,3},            4,       5,       {irc,7},     {scr,6},     {irc|tlu,9}, {tld|scr,6}         },
    Row{ no,        no,        {sta,2},   {sta,3},            4,       5,       {irc|scr,6}, {scr,6},     {irc|scr,8}, {tld|scr,6}         },

    Row{ no,        no,        {sta,2},   {sta,3},           {sta,4}, {sta,5},  {sta,6},     {sta,6},     {sta,6},     {tld|zrc|sta,5}     },
    Row{ no,        no,         2,         3,                {tlf,2}, {tlf,3},   6,           6,           8,          {tld|scr,6}         },

    Row{ no,        no,        {scj,2},   {scj,3},           {scj,4}, {scj,5},  {scj,6},     {scj,7},     {scj,8},     {scj,9}             },
    Row{ no,        no,         2,         3,                 4,       5,        6,           6,           8,           9                  },
    Row{ no,        no,        {tlf,2},   {tlf,3},           {tlf,2}, {tlf,3},  {tlf,3},     {tlf,3},     {tlf,3},     {tld|irc|str,5}     },

    Row{ no,        no,         2,         3,                 4,       5,        6,           7,           8,          {ser,9}             },
};
// clang-format on

} // namespace

Transition transition(Event event, State state) {
    const Cell& cell =
        table.at(static_cast<std::size_t>(event)).at(static_cast<std::size_t>(state));
    return {cell.actions, cell.next == stay ? state : static_cast<State>(cell.next)};
}

} // namespace smtpsim::ppp
