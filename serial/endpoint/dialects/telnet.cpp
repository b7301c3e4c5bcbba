#include "serial/endpoint/dialects/telnet.hpp"

#include <algorithm>

namespace smtpsim::endpoint::telnet {
namespace {

constexpr bool is_verb(char octet) {
    return octet == will || octet == wont || octet == do_option || octet == dont;
}

} // namespace

std::optional<Item> Parser::next(std::string_view& in, bool binary) {
    while (!in.empty()) {
        if (state_ == State::data || state_ == State::after_cr) {
            const std::string_view data = take_data(in, binary);
            if (!data.empty()) return Item{.text = data};
            continue;
        }
        const char octet = in.front();
        if (state_ == State::command && octet == iac) {
            state_ = State::data;
            const std::string_view data = in.substr(0, 1);
            in.remove_prefix(1);
            return Item{.text = data};
        }
        in.remove_prefix(1);
        if (auto item = take(octet)) return item;
    }
    return std::nullopt;
}

/// Up to a CR, whose NUL may follow, or to an IAC, which it takes.
std::string_view Parser::take_data(std::string_view& in, bool binary) {
    const bool after_cr = state_ == State::after_cr;
    state_ = State::data;
    if (after_cr && !binary && in.front() == '\0') in.remove_prefix(1);
    std::size_t end = in.find_first_of(binary ? "\xFF" : "\xFF\r");
    const bool ends_in_cr = end != in.npos && in[end] == '\r';
    if (ends_in_cr) ++end;
    const std::string_view data = in.substr(0, end);
    in.remove_prefix(data.size());
    if (ends_in_cr) {
        state_ = State::after_cr;
    } else if (!in.empty()) {
        in.remove_prefix(1);
        state_ = State::command;
    }
    return data;
}

std::optional<Item> Parser::take(char octet) {
    switch (state_) {
    case State::command:
        verb_ = octet;
        size_ = 0;
        state_ = is_verb(octet) ? State::option : octet == sb ? State::parameters : State::data;
        return std::nullopt;
    case State::option:
        state_ = State::data;
        return Item{Item::Kind::negotiation, verb_, static_cast<std::uint8_t>(octet), {}};
    case State::parameters:
        if (octet == iac)
            state_ = State::escaped;
        else
            keep(octet);
        return std::nullopt;
    case State::escaped:
        if (octet == iac) {
            keep(octet);
            state_ = State::parameters;
            return std::nullopt;
        }
        if (octet != se) { // no end was sent: another command it is
            state_ = State::command;
            return take(octet);
        }
        state_ = State::data;
        if (size_ == 0 || size_ > parameters_.size()) return std::nullopt;
        return Item{Item::Kind::parameters, 0, static_cast<std::uint8_t>(parameters_[0]),
                    std::string_view{parameters_.data() + 1, size_ - 1}};
    default: return std::nullopt;
    }
}

void Parser::keep(char octet) {
    if (size_ < parameters_.size()) parameters_[size_] = octet;
    size_ = std::min(size_ + 1, parameters_.size() + 1);
}

void append_data(std::string_view octets, bool binary, bool& after_cr, std::string& out) {
    for (const char octet : octets) {
        if (after_cr && octet != '\n') out += '\0';
        after_cr = !binary && octet == '\r';
        out += octet;
        if (octet == iac) out += iac;
    }
}

void append_negotiation(char verb, Option option, std::string& out) {
    out += {iac, verb, static_cast<char>(option)};
}

void append_parameters(Option option, std::string_view parameters, std::string& out) {
    out += {iac, sb, static_cast<char>(option)};
    bool after_cr = false;
    append_data(parameters, true, after_cr, out);
    out += {iac, se};
}

void Options::offer(std::string& out) {
    for (Row& row : rows_) {
        if (row.option == Option::com_port) continue; // the client's to ask for
        if (row.ours == On::no) {
            row.ours = On::asked;
            append_negotiation(will, row.option, out);
        }
        if (row.theirs == On::no) {
            row.theirs = On::asked;
            append_negotiation(do_option, row.option, out);
        }
    }
}

void Options::negotiate(char verb, std::uint8_t option, std::string& out) {
    const bool about_us = verb == do_option || verb == dont;
    const bool wanted = verb == do_option || verb == will;
    const char yes = about_us ? will : do_option, no = about_us ? wont : dont;
    const auto row = std::ranges::find(rows_, static_cast<Option>(option), &Row::option);
    On never = On::never;
    On& on = row == rows_.end() ? never : about_us ? row->ours : row->theirs;
    const On before = on;
    if (on != On::never) on = wanted ? On::yes : On::no;
    const bool answers_us = before == On::asked;
    const bool news = wanted ? before == On::no || before == On::never : before == On::yes;
    if (!answers_us && news)
        append_negotiation(on == On::yes ? yes : no, static_cast<Option>(option), out);
}

const Options::Row& Options::state(Option option) const {
    return *std::ranges::find(rows_, option, &Row::option);
}

} // namespace smtpsim::endpoint::telnet
