#include "smtp/reply_template.hpp"

#include "core/text.hpp"
#include "smtp/verb.hpp"

#include <algorithm>
#include <charconv>

namespace smtpsim::smtp {
namespace {

constexpr std::array<std::string_view, 9> capture_names{"1", "2", "3", "4", "5",
                                                        "6", "7", "8", "9"};
constexpr auto first_capture = static_cast<std::size_t>(Placeholder::capture_1);
static_assert(first_capture == placeholder_table.size());

std::optional<Placeholder> placeholder_named(std::string_view wanted) {
    for (const PlaceholderRow& row : placeholder_table)
        if (row.name == wanted) return row.placeholder;
    const auto* const capture = std::ranges::find(capture_names, wanted);
    if (capture == capture_names.end()) return std::nullopt;
    return static_cast<Placeholder>(first_capture +
                                    static_cast<std::size_t>(capture - capture_names.begin()));
}

void append_clean(std::string_view value, std::string& out) {
    if (std::ranges::none_of(value, is_control)) {
        out += value;
        return;
    }
    for (const char c : value)
        if (!is_control(c)) out += c;
}

void append_number(std::uint64_t value, std::string& out) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end);
}

void append_value(Placeholder placeholder, const Values& values, std::string& out) {
    switch (placeholder) {
    case Placeholder::host: append_clean(values.host, out); return;
    case Placeholder::client: append_clean(values.client, out); return;
    case Placeholder::client_ip: append_clean(values.client_ip, out); return;
    case Placeholder::sender: append_clean(values.sender, out); return;
    case Placeholder::recipient: append_clean(values.recipient, out); return;
    case Placeholder::id: append_clean(values.id, out); return;
    case Placeholder::date: append_mail_date(values.at, values.zone, out); return;
    case Placeholder::size: append_number(values.size, out); return;
    case Placeholder::limit: append_number(values.limit, out); return;
    case Placeholder::verb: append_clean(values.verb, out); return;
    case Placeholder::line: append_clean(values.line, out); return;
    case Placeholder::argument: append_clean(parse_command(values.line).argument, out); return;
    case Placeholder::capture_1:
    case Placeholder::capture_2:
    case Placeholder::capture_3:
    case Placeholder::capture_4:
    case Placeholder::capture_5:
    case Placeholder::capture_6:
    case Placeholder::capture_7:
    case Placeholder::capture_8:
    case Placeholder::capture_9: break;
    }
    append_clean(values.captures.at(static_cast<std::size_t>(placeholder) - first_capture), out);
}

} // namespace

std::string_view name(Placeholder placeholder) {
    const auto index = static_cast<std::size_t>(placeholder);
    return index < first_capture ? placeholder_table.at(index).name
                                 : capture_names.at(index - first_capture);
}

std::optional<Template> Template::parse(std::string_view text, std::string_view& bad) {
    Template out;
    while (!text.empty()) {
        const std::size_t brace = text.find_first_of("{}");
        out.append_literal(text.substr(0, brace));
        if (brace == std::string_view::npos) break;
        text.remove_prefix(brace);
        if (text.starts_with("{{") || text.starts_with("}}")) {
            out.append_literal(text.substr(0, 1));
            text.remove_prefix(2);
            continue;
        }
        const std::size_t close = text.find('}');
        const auto placeholder = close == std::string_view::npos
                                     ? std::nullopt
                                     : placeholder_named(text.substr(1, close - 1));
        if (text.front() == '}' || !placeholder) {
            bad = text.substr(0, close == std::string_view::npos ? close : close + 1);
            return std::nullopt;
        }
        out.append_literal("");
        out.pieces_.back().placeholder = placeholder;
        text.remove_prefix(close + 1);
    }
    return out;
}

Template Template::literal(std::string_view octets) {
    Template out;
    out.append_literal(octets);
    return out;
}

void Template::append_literal(std::string_view octets) {
    if (pieces_.empty() || pieces_.back().placeholder) pieces_.emplace_back();
    pieces_.back().literal += octets;
}

void Template::append(const Template& other) {
    for (const Piece& piece : other.pieces_) {
        append_literal(piece.literal);
        pieces_.back().placeholder = piece.placeholder;
    }
}

void Template::render(const Values& values, std::string& out) const {
    for (const Piece& piece : pieces_) {
        out += piece.literal;
        if (piece.placeholder) append_value(*piece.placeholder, values, out);
    }
}

bool Template::uses(Placeholder placeholder) const {
    return std::ranges::any_of(
        pieces_, [&](const Piece& piece) { return piece.placeholder == placeholder; });
}

} // namespace smtpsim::smtp
