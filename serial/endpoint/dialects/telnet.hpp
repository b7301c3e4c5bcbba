// The telnet protocol as octets: RFC 854, RFC 855, RFC 856 (BINARY).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::endpoint::telnet {

inline constexpr char se = '\xF0', sb = '\xFA', will = '\xFB', wont = '\xFC', do_option = '\xFD',
                      dont = '\xFE', iac = '\xFF';

/// IANA, Telnet Options.
enum class Option : std::uint8_t {
    binary = 0,
    echo = 1,
    suppress_go_ahead = 3,
    com_port = 44,
};

/// Longer parameters of an option are passed over with their subnegotiation.
constexpr std::size_t parameters_max = 64;

/// What the next octets are. Views are into the input, or good until the next call.
struct Item {
    enum class Kind : std::uint8_t { data, negotiation, parameters };
    Kind kind = Kind::data;
    char verb = 0;           // will, wont, do_option, dont
    std::uint8_t option = 0; // of a negotiation or of parameters
    std::string_view text;   // data or parameters, without the doubling of IAC
};

class Parser {
public:
    /// Takes an item off `in`, or all of it where none is whole. Commands without meaning for a
    /// serial port are passed over. Without `binary`, the NUL of CR NUL is no data.
    std::optional<Item> next(std::string_view& in, bool binary);

private:
    enum class State : std::uint8_t { data, after_cr, command, option, parameters, escaped };

    std::string_view take_data(std::string_view& in, bool binary);
    std::optional<Item> take(char octet);
    void keep(char octet);

    State state_ = State::data;
    char verb_ = 0;
    std::array<char, 1 + parameters_max> parameters_{}; // the option is the first
    std::size_t size_ = 0;                              // beyond the maximum: too long
};

/// Appends data: IAC doubled and, without `binary`, CR with the LF or NUL that must follow.
/// `after_cr`: the last octet was a CR that lacks it; kept from call to call.
void append_data(std::string_view octets, bool binary, bool& after_cr, std::string& out);
void append_negotiation(char verb, Option option, std::string& out);
void append_parameters(Option option, std::string_view parameters, std::string& out);

/// Both sides' options: who has asked for what, so that no answer is ever answered (RFC 1143).
class Options {
public:
    /// Asks for what a serial port needs: ECHO and SGA from us, SGA from the peer, BINARY from
    /// both.
    void offer(std::string& out);
    /// Answers a received WILL, WONT, DO or DONT.
    void negotiate(char verb, std::uint8_t option, std::string& out);
    bool ours(Option option) const { return state(option).ours == On::yes; }
    bool theirs(Option option) const { return state(option).theirs == On::yes; }

private:
    enum class On : std::uint8_t { never, no, asked, yes };
    struct Row {
        Option option;
        On ours, theirs;
    };
    const Row& state(Option option) const;

    std::array<Row, 4> rows_{{
        {Option::binary, On::no, On::no},
        {Option::echo, On::no, On::never},
        {Option::suppress_go_ahead, On::no, On::no},
        {Option::com_port, On::no, On::no},
    }};
};

} // namespace smtpsim::endpoint::telnet
